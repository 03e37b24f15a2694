"""A disputed board: one officer proposes what becomes of it, another approves."""

from __future__ import annotations

from typing import Any

from chassis.auth import Role
from contracts.tally import errors
from contracts.tally.disputes import Decision
from contracts.tally.operations import (
    ApproveResolution,
    ListResolutions,
    ProposeResolution,
    ReadCount,
)
from gateway.pages.forms import Goes, Outcome, Refused
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.office.frame import (
    count_in,
    office_page,
    reason_of,
    require_confirmed,
)
from gateway.pages.page import Page

_DECISIONS: dict[str, str] = {
    Decision.CHECK_AGAIN.value: N_("Read the board again and check it anew"),
    Decision.EXCLUDE.value: N_("Publish the results without this board"),
}


def dispute(page: Page) -> dict[str, Any]:
    """A board, why it is disputed, and what was proposed for it."""
    [board] = page.ask(ReadCount, board=page.path["board"])["boards"]
    proposals = _proposals(page)
    newest = proposals[-1] if proposals else None
    return {
        "board": board,
        "proposals": proposals,
        "waiting": newest if newest and not newest["approved_at"] else None,
        "decisions": _decisions(page),
    }


def propose(page: Page) -> Outcome:
    """Propose a decision."""
    decision = page.form.text("decision")
    if decision not in _decisions(page):
        raise Refused(decision=_("Choose what becomes of the board."))
    page.ask(
        ProposeResolution,
        board=page.path["board"],
        decision=decision,
        reason=reason_of(page.form),
    )
    return Goes(to=_here(page), notice="change_proposed")


def approve(page: Page) -> Outcome:
    """Carry out a colleague's proposal."""
    require_confirmed(page)
    board, number = page.path["board"], count_in(page.form, "number") or 0
    if not number:
        raise errors.UnknownResolution(board=board, number=number)
    page.ask(ApproveResolution, board=board, number=number)
    return Goes(to=_here(page), notice="resolution_approved")


def _here(page: Page) -> str:
    return page.link("office", "disputes", page.path["board"])


def _proposals(page: Page) -> list[dict[str, Any]]:
    found, words = page.ask(ListResolutions, board=page.path["board"]), _words()
    return [
        each | {"words": words.get(each["decision"], "")} for each in found["items"]
    ]


def _decisions(page: Page) -> dict[str, str]:
    """What can be proposed now: no board is left out before voting has closed."""
    words = _words()
    if not page.is_past(page.calendar["phases"]["voting"]["closes_at"]):
        del words[Decision.EXCLUDE]
    return words


def _words() -> dict[str, str]:
    return {code: _(text) for code, text in _DECISIONS.items()}


PAGES = (
    office_page(
        Role.OFFICER,
        "/office/disputes/<board>",
        "dispute",
        dispute,
        deeds={"propose": propose, "approve": approve},
    ),
)
