"""The officers' inbox of nominations, and what it adds up to."""

from __future__ import annotations

from typing import Any

from chassis.auth import Role
from contracts.registration.operations import (
    DecideNominations,
    ListNominations,
    NominationState,
    ShowStatistics,
    WithdrawNomination,
)
from gateway.pages import nominating
from gateway.pages.forms import Goes, Outcome, Refused
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.office.frame import office_page, reason_of
from gateway.pages.page import Page
from gateway.pages.shown import Task

_A_PAGE = 50
_EVERY = "every"
_FILTERS = ("contest", "territory", "after")


def inbox(page: Page) -> dict[str, Any]:
    """Nominations of the officer's territories, those to be decided first."""
    state = page.query("state") or NominationState.SUBMITTED
    filters = page.given(*_FILTERS)
    wanted = filters if state == _EVERY else filters | {"state": state}
    found = page.ask(ListNominations, limit=_A_PAGE, **wanted)
    return {
        "found": found,
        "nominations": [_told(page, each) for each in found["items"]],
        "filters": filters | {"state": state},
        "states_offered": [(code, _(words)) for code, (words, _kind) in _states()],
        "contests": _contests(page),
        "territories": _territories(page),
        "reasons": [(code, _(words)) for code, words in nominating.REASONS.items()],
        "chosen": page.form.several("chosen"),
        "stage": page.phase("vetting"),
    }


def register(page: Page) -> Outcome:
    """Register those that are ticked as candidates."""
    decisions = [{"nomination": each, "decision": "register"} for each in _chosen(page)]
    page.ask(DecideNominations, decisions=decisions)
    return Goes(to=page.again(after=""), notice="nominations_registered")


def refuse(page: Page) -> Outcome:
    """Refuse those that are ticked, all for the same reason."""
    chosen = _chosen(page)
    code = page.form.text("reason_code")
    if code not in nominating.REASONS:
        raise Refused(reason_code=_("Choose the ground of the refusal."))
    because = {"reason_code": code, "reason": reason_of(page.form)}
    decisions = [
        {"nomination": each, "decision": "refuse"} | because for each in chosen
    ]
    page.ask(DecideNominations, decisions=decisions)
    return Goes(to=page.again(after=""), notice="nominations_refused")


def remove(page: Page) -> Outcome:
    """Remove candidates who are registered already."""
    chosen, reason = _chosen(page), reason_of(page.form)
    if len(chosen) > 1:
        raise Refused(chosen=_("Candidates are removed one by one: tick one."))
    page.ask(WithdrawNomination, nomination=chosen[0], reason=reason)
    return Goes(to=page.again(after=""), notice="candidate_removed")


def statistics(page: Page) -> dict[str, Any]:
    """How many were nominated, registered and refused."""
    return {"numbers": page.ask(ShowStatistics)}


def _states() -> list[tuple[str, tuple[str, str]]]:
    return [*nominating.STATES.items(), (_EVERY, (N_("all"), ""))]


def _chosen(page: Page) -> list[str]:
    chosen = page.form.several("chosen")
    if not chosen:
        raise Refused(chosen=_("Tick the nominations that you mean."))
    return chosen


def _told(page: Page, nomination: dict[str, Any]) -> dict[str, Any]:
    documents = dict(nominating.documents(page, nomination["route"]))
    brought = [documents.get(each, each) for each in nomination["documents"]]
    return nominating.told(nomination) | {"brought": brought}


def _contests(page: Page) -> list[tuple[str, str]]:
    titles = [
        (code, page.text(contest["title"]).striptags())
        for code, contest in page.contests.items()
    ]
    return [("", _("All")), *titles]


def _territories(page: Page) -> list[tuple[str, str]]:
    names = [
        (code, page.text(each["name"]).striptags())
        for code, each in page.territories.items()
    ]
    return [("", _("All")), *names]


PAGES = (
    office_page(
        Role.OFFICER,
        "/office/nominations",
        "nominations",
        inbox,
        deeds={"register": register, "refuse": refuse, "remove": remove},
        tasks=(
            Task(
                Role.OFFICER,
                N_("Decide on nominations"),
                N_(
                    "Register candidates or refuse them with a reason, several at once."
                ),
                "vetting",
            ),
        ),
    ),
    office_page(
        Role.OFFICER,
        "/office/statistics",
        "statistics",
        statistics,
        tasks=(
            Task(
                Role.OFFICER,
                N_("Nominations in numbers"),
                N_("Applications, registrations and refusals by day and by place."),
            ),
        ),
    ),
)
