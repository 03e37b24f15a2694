"""What members do with a programme: suggest, support, think better of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.auth import Role
from contracts.campaign.errors import LanguageNotOffered, UnknownSection
from contracts.campaign.operations import (
    ListMySupports,
    ListSuggestions,
    ReadProgramme,
    SuggestChange,
    SupportSuggestion,
    WithdrawSupport,
)
from contracts.campaign.operations.suggestions import LONGEST_SUGGESTION, NEW_SECTION
from contracts.campaign.views import SuggestionKind
from gateway.pages.alike import most_alike
from gateway.pages.forms import Goes, Outcome
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.page import Page
from gateway.pages.shown import Shown, Task
from gateway.pages.steps import Step, Steps

_A_PAGE = 50
_COMPARED = 200
_PROGRAMME = "/<primary>/programmes/<territory>"
KINDS = {
    SuggestionKind.CHANGE: N_("Change something in it"),
    SuggestionKind.ADD: N_("Add something to it"),
    SuggestionKind.DELETE: N_("Leave something out"),
    SuggestionKind.COMMENT: N_("Say something about it"),
}


def suggestions(page: Page) -> dict[str, Any]:
    """What has been suggested on a programme; members support it here."""
    programme = _programme(page)
    filters = {name: page.query(name) for name in ("section", "state", "after")}
    found = page.read_own(
        ListSuggestions,
        territory=page.path["territory"],
        limit=_A_PAGE,
        **filters,
    )
    return {
        "programme": programme,
        "sections": _sections(programme),
        "filters": filters,
        "found": found,
        "mine": _mine(page, [each["suggestion"] for each in found["items"]]),
        "may_support": page.visitor.is_any(Role.MEMBER),
    }


def support(page: Page) -> Outcome:
    """Back a suggestion."""
    page.ask(SupportSuggestion, suggestion=page.form.text("suggestion"))
    return _back_to_it(page, "supported")


def withdraw_support(page: Page) -> Outcome:
    """Back it no longer."""
    page.ask(WithdrawSupport, suggestion=page.form.text("suggestion"))
    return _back_to_it(page, "support_withdrawn")


def suggest(page: Page) -> dict[str, Any]:
    """A suggestion in three steps: where, what, and whether somebody said it before."""
    programme = _programme(page)
    section = page.form.value("section", page.query("section"))
    others = page.read_own(
        ListSuggestions, territory=page.path["territory"], limit=_COMPARED
    )["items"]
    return STEPS.facts(page) | {
        "programme": programme,
        "sections": _sections(programme),
        "section": section,
        "shown": _shown(programme, section),
        "beside": [each for each in others if each["section"] == section],
        "alike": most_alike(page.form.text("text"), others),
        "kinds": [(kind.value, _(words)) for kind, words in KINDS.items()],
        "longest": LONGEST_SUGGESTION,
    }


def send(page: Page) -> Outcome:
    """Publish the suggestion."""
    STEPS.check(page)
    form = page.form
    page.ask(
        SuggestChange,
        territory=page.path["territory"],
        section=form.text("section"),
        kind=form.text("kind"),
        text=form.text("text"),
        language=form.text("language"),
        key=form.key,
    )
    there = page.link("programmes", page.path["territory"], "suggestions")
    return Goes(to=there, notice="suggested")


def _place_is_chosen(page: Page) -> Mapping[str, str]:
    problems = {}
    if not page.form.text("section"):
        problems["section"] = _("Choose the section that you mean.")
    if page.form.text("kind") not in set(KINDS):
        problems["kind"] = _("Choose what you suggest.")
    elif page.form.text("section") == NEW_SECTION and page.form.text("kind") != "add":
        problems["kind"] = _("A section that does not exist can only be added.")
    return problems


def _is_written(page: Page) -> Mapping[str, str]:
    length = len(page.form.text("text"))
    if not length:
        return {"text": _("Write your suggestion.")}
    if length > LONGEST_SUGGESTION:
        over = length - LONGEST_SUGGESTION
        return {"text": _("This is %(n)s letters too long.", n=over)}
    return {}


STEPS = Steps(
    Step("place", N_("What is it about?"), ("section", "kind"), _place_is_chosen),
    Step("words", N_("Your suggestion"), ("text", "language"), _is_written),
    Step("review", N_("Look through it")),
)


def _programme(page: Page) -> dict[str, Any]:
    return page.read_own(ReadProgramme, territory=page.path["territory"])


def _sections(programme: dict[str, Any]) -> list[dict[str, Any]]:
    return programme["sections"]


def _shown(programme: dict[str, Any], section: str) -> dict[str, Any] | None:
    known = (each for each in programme["sections"] if each["section"] == section)
    return next(known, None)


def _mine(page: Page, listed: list[str]) -> list[str]:
    if not listed or not page.visitor.is_any(Role.MEMBER):
        return []
    return page.ask(ListMySupports, suggestions=listed)["suggestions"]


def _back_to_it(page: Page, notice: str) -> Goes:
    return Goes(to=f"{page.again()}#{page.form.text('suggestion')}", notice=notice)


PAGES = (
    Shown(
        f"{_PROGRAMME}/suggestions",
        "own/suggestions",
        suggestions,
        deeds={"support": support, "withdraw": withdraw_support},
    ),
    Shown(
        f"{_PROGRAMME}/suggest",
        "own/suggest",
        suggest,
        roles=frozenset({Role.MEMBER}),
        deeds=STEPS.deeds | {"send": send},
        blamed={UnknownSection: "section", LanguageNotOffered: "language"},
    ),
)
TASK = Task(
    Role.MEMBER,
    N_("Suggest a change to a programme"),
    N_(
        "Read what is planned for your territory, suggest, support what others suggest."
    ),
    "programmes",
)
