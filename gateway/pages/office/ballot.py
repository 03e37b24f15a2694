"""What is fixed before voting: the roll, the trustees' keys, the candidates."""

from __future__ import annotations

from typing import Any

from chassis.auth import Role
from contracts.registration.operations import (
    FinaliseBallot,
    FreezeRoll,
    ShowPrimary,
    ShowRoll,
)
from contracts.tally.operations import ListTrustees
from contracts.voting.operations import ListBoards
from gateway.pages.forms import Goes, Outcome
from gateway.pages.languages import N_
from gateway.pages.office.frame import office_page, require_confirmed
from gateway.pages.office.progress import sample_of_boards
from gateway.pages.page import Page
from gateway.pages.shown import Task

_STATES = {
    "planned": N_("credentials are being made"),
    "frozen": N_("frozen"),
    "destroyed": N_("private credentials are destroyed"),
}


def ballot(page: Page) -> dict[str, Any]:
    """How far the roll, the keys and the candidates are."""
    instants = page.calendar["instants"]
    return {
        "roll": page.ask(ShowRoll),
        "roll_states": _STATES,
        "known": page.ask(ShowPrimary),
        "trustees": page.ask(ListTrustees),
        "instants": instants,
        "may_freeze": page.is_past(instants["roll_freeze"]),
        "may_finalise": page.is_past(instants["candidates_final"]),
        "boards": sample_of_boards(page, ListBoards),
    }


def freeze(page: Page) -> Outcome:
    """Freeze the roll."""
    require_confirmed(page)
    page.ask(FreezeRoll)
    return Goes(to=page.link("office", "ballot"), notice="roll_frozen")


def finalise(page: Page) -> Outcome:
    """Fix the candidates."""
    require_confirmed(page, "candidates")
    page.ask(FinaliseBallot)
    return Goes(to=page.link("office", "ballot"), notice="ballot_finalised")


PAGES = (
    office_page(
        Role.OFFICER,
        "/office/ballot",
        "ballot",
        ballot,
        deeds={"freeze": freeze, "finalise": finalise},
        tasks=(
            Task(
                Role.OFFICER,
                N_("Roll and ballot"),
                N_("Freeze the electoral roll, then fix the candidates of the ballot."),
            ),
        ),
    ),
)
