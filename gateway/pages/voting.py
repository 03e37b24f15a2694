"""Turnout and the public boards."""

from __future__ import annotations

from typing import Any

from contracts.tally.operations import ReadCount
from contracts.voting.operations import (
    FindBallot,
    ListBoards,
    ListRecords,
    ShowBoard,
    ShowTurnout,
)
from gateway.pages.page import Page

_A_PAGE = 50


def turnout(page: Page) -> dict[str, Any]:
    """How many have voted, place by place."""
    return {"turnout": page.read_own(ShowTurnout)}


def boards(page: Page) -> dict[str, Any]:
    """The public boards, and how far the count is."""
    return {
        "found": page.read_own(ListBoards, limit=_A_PAGE, after=page.query("after")),
        "count": page.find_own(ReadCount),
    }


def board(page: Page) -> dict[str, Any]:
    """A board: its records, and whether a tracker is on it."""
    name = page.path["board"]
    after = page.query("after")
    asked = {"after": int(after)} if after.isdecimal() and len(after) < 10 else {}  # noqa: PLR2004
    return {
        "board": page.read_own(ShowBoard, board=name),
        "records": page.read_own(ListRecords, board=name, limit=_A_PAGE, **asked),
        "ballot": _ballot(page, name),
    }


def _ballot(page: Page, board: str) -> dict[str, Any] | None:
    """What the board knows of the tracker that was asked about."""
    tracker = "".join(page.query("tracker").split())
    if not tracker:
        return None
    unreadable = {"tracker": tracker, "status": "unreadable", "height": None}
    return page.find_own(FindBallot, board=board, tracker=tracker) or unreadable
