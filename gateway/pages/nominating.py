"""What applying oneself and being put forward have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.registration import errors
from contracts.registration.operations import ReadDefinition
from contracts.registration.operations.nominations import LONGEST_STATEMENT
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.page import Page
from gateway.pages.steps import Step

LIVE = frozenset({"submitted", "registered"})
#: how far a nomination has come, and how that is coloured
STATES = {
    "submitted": (N_("waits for a decision"), "warn"),
    "registered": (N_("registered"), "good"),
    "refused": (N_("refused"), "bad"),
    "withdrawn": (N_("withdrawn"), ""),
    "removed": (N_("removed"), "bad"),
}
REASONS = {
    "conviction": N_("a conviction that is not spent"),
    "corruption_crime": N_("a crime of corruption"),
    "expelled": N_("expelled from the party earlier"),
    "residence": N_("residence"),
    "documents": N_("the documents"),
    "false_information": N_("false information"),
    "filed_wrongly": N_("not filed as the rules demand"),
}
#: the field to which a refusal belongs
BLAMED = {
    errors.TooYoung: "contest",
    errors.LivesElsewhere: "contest",
    errors.ResidenceTooShort: "contest",
    errors.DocumentsMissing: "documents",
    errors.UnknownDocuments: "documents",
    errors.InvalidNumber: "member",
    errors.UnknownMember: "member",
    errors.MembershipIsOver: "member",
    errors.MemberOfAnotherPpo: "member",
    errors.AlreadyNominated: "member",
}


def rules(page: Page) -> dict[str, Any]:
    """The primary's rules of nomination."""
    return page.read_own(ReadDefinition)["document"]["nomination"]


def documents(page: Page, route: str) -> list[tuple[str, Any]]:
    """The checklist of a route."""
    return [
        (each["id"], page.text(each["title"]))
        for each in rules(page)["documents"]
        if route in each["routes"]
    ]


def contests(page: Page, territory: str) -> list[tuple[str, str]]:
    """The contests in which somebody of a territory may stand, by their rules."""
    return [
        (contest["contest"], page.text(contest["title"]).striptags())
        for contest in page.contests.values()
        if _is_open(page, contest, territory)
    ]


def contest_is_chosen(page: Page) -> Mapping[str, str]:
    """The check of the step that asks for the contest."""
    if page.form.text("contest") in page.contests:
        return {}
    return {"contest": _("Choose where you want to stand.")}


def statement_is_short(page: Page) -> Mapping[str, str]:
    """The check of the step that asks for a statement."""
    over = len(page.form.text("statement")) - LONGEST_STATEMENT
    return (
        {"statement": _("This is %(n)s letters too long.", n=over)} if over > 0 else {}
    )


CONTEST = Step("contest", N_("Contest"), ("contest",), contest_is_chosen)
STATEMENT = Step("statement", N_("Statement"), ("statement",), statement_is_short)
REVIEW = Step("review", N_("Look through it"))


def facts(page: Page, route: str, territory: str) -> dict[str, Any]:
    """What the steps of either route show."""
    ticked = page.form.several("documents")
    checklist = documents(page, route)
    return {
        "contests": contests(page, territory),
        "checklist": checklist,
        "ticked": ticked,
        "brought": [words for name, words in checklist if name in ticked],
        "rules": rules(page),
        "longest": LONGEST_STATEMENT,
        "stage": page.stage("nomination"),
    }


def told(nomination: dict[str, Any]) -> dict[str, Any]:
    """A nomination with its state and reason in words."""
    words, kind = STATES.get(nomination["state"], (nomination["state"], ""))
    because = REASONS.get(nomination["reason_code"] or "", "")
    return nomination | {
        "state_words": _(words),
        "state_kind": kind,
        "because": _(because) if because else "",
        "is_live": nomination["state"] in LIVE,
    }


def _is_open(page: Page, contest: Mapping[str, Any], territory: str) -> bool:
    match contest["residence"]:
        case "country":
            return True
        case "region":
            return page.region_of(contest["territory"]) == page.region_of(territory)
    return contest["territory"] in page.above(territory)
