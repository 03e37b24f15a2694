"""How far a primary is between the last vote and the results."""

from __future__ import annotations

from typing import Any

from chassis.auth import Role
from chassis.operations import Operation
from contracts.registration.operations import ListLots
from contracts.tally.operations import ListTrustees, ReadCount
from contracts.tally.views import BoardState
from contracts.voting.operations import ListBoards
from gateway.pages import words
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.office.frame import office_page
from gateway.pages.page import Page
from gateway.pages.shown import Task

_MOST_BOARDS = 200
_TALLIED = {BoardState.DECRYPTING, BoardState.COUNTED}
_SEALED = _TALLIED | {BoardState.TALLYING, BoardState.WAITING_FOR_TRUSTEES}


def sample_of_boards(page: Page, operation: type[Operation]) -> list[dict[str, Any]]:
    """The boards that fit on a page."""
    return page.ask(operation, limit=_MOST_BOARDS)["items"]


def progress(page: Page) -> dict[str, Any]:
    """Sealing, decrypting, publishing: board by board, and what is still missing."""
    count = page.ask(ReadCount)
    sealed = {each["board"]: each for each in sample_of_boards(page, ListBoards)}
    shown = [each | {"public": sealed.get(each["board"])} for each in count["boards"]]
    return {
        "count": count,
        "boards": shown[:_MOST_BOARDS],
        "left_out": max(0, len(shown) - _MOST_BOARDS),
        "disputed": [each for each in shown if each["dispute"]],
        "steps": _steps(page, count),
        "voting": page.phase("voting"),
    }


def _steps(page: Page, count: dict[str, Any]) -> list[dict[str, Any]]:
    """What must have happened before results are published, in its order."""
    boards, stations = len(count["boards"]), count["stations"]
    keys = page.ask(ListTrustees)
    lots = {each["lot"]: each["state"] for each in page.ask(ListLots)["items"]}
    drawn = int(lots.get("ties") == "drawn")
    counted = _within(count, {BoardState.COUNTED})
    return [
        _step(_("Trustees' keys"), len(keys["trustees"]), keys["needed"]),
        _step(_("Ballot boxes sealed"), _within(count, _SEALED), boards),
        _step(_("Boards added up"), _within(count, _TALLIED), boards),
        _step(_("Boards decrypted and counted"), counted, boards),
        _step(_("Signed protocols of polling stations"), count["protocols"], stations),
        _step(_("Lot for equal votes"), drawn, 1, page.link("office", "lots")),
        _step(_("Results published"), int(bool(count["published_at"])), 1),
    ]


def _within(count: dict[str, Any], states: set[BoardState]) -> int:
    return sum(count["states"].get(state, 0) for state in states)


def _step(title: str, done: int, whole: int, href: str = "") -> dict[str, Any]:
    share = _(
        "%(part)s of %(whole)s", part=words.number(done), whole=words.number(whole)
    )
    kind = "good" if done >= whole else "warn"
    return {"title": title, "href": href, "state": share, "kind": kind}


PAGES = (
    office_page(
        Role.OFFICER,
        "/office/count",
        "count",
        progress,
        tasks=(
            Task(
                Role.OFFICER,
                N_("Seal, count, publish"),
                N_("How far each board is, and what the results are waiting for."),
            ),
        ),
    ),
)
