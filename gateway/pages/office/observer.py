"""An observer: what to keep of each board, and how to check it on a machine alone."""

from __future__ import annotations

from typing import Any

from chassis.auth import Role
from contracts.tally.operations import ReadCount
from contracts.voting.errors import UnknownBoard
from contracts.voting.operations import ListBoards, ShowBoard, ShowTreeHead
from gateway.pages.languages import N_
from gateway.pages.office.frame import office_page
from gateway.pages.page import Page
from gateway.pages.shown import Task

_A_PAGE = 50


def observe(page: Page) -> dict[str, Any]:
    """The boards with their heads, and one signed head that was asked for."""
    count = page.find_own(ReadCount) or {"boards": []}
    return {
        "found": page.read_own(ListBoards, limit=_A_PAGE, after=page.query("after")),
        "disputed": [each for each in count["boards"] if each["dispute"]],
        **_chosen(page),
    }


def _chosen(page: Page) -> dict[str, Any]:
    """A board to be checked, and its signed head to be kept and compared."""
    board = page.query("board")
    if not board:
        return {"head": None}
    try:
        return {
            "head": page.read_own(ShowTreeHead, board=board),
            "chosen": page.read_own(ShowBoard, board=board),
        }
    except UnknownBoard:
        return {"head": None}


PAGES = (
    office_page(
        Role.OBSERVER,
        "/observer",
        "observer",
        observe,
        tasks=(
            Task(
                Role.OBSERVER,
                N_("Keep and compare the boards"),
                N_("Archives, signed heads, and what to do where they do not fit."),
            ),
        ),
    ),
)
