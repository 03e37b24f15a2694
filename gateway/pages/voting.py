"""Turnout and the public boards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chassis.auth import Role
from contracts.tally.operations import ReadCount
from contracts.voting.operations import (
    FindBallot,
    ListBoards,
    ListRecords,
    ListSpoiledBallots,
    ShowBoard,
    ShowTreeHead,
    ShowTurnout,
)
from gateway.pages import words
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.page import Page
from gateway.pages.shown import Task

_A_PAGE = 50
_RECORDS = 20  # each is long: two hashes


def turnout(page: Page) -> dict[str, Any]:
    """How many have voted, place by place."""
    shown = page.read_own(ShowTurnout)
    return {
        "turnout": shown,
        "total_share": _share([shown["total"]]),
        "shares": {row["district"]: _share([row]) for row in shown["districts"]},
        "regions": _regions(page, shown["districts"]),
        "channels": _channels(shown["total"]),
        "announced_at": max(
            (row["announced_at"] for row in shown["districts"] if row["announced_at"]),
            default=None,
            key=datetime.fromisoformat,
        ),
    }


def _channels(total: dict[str, Any]) -> list[dict[str, Any]]:
    """Online and paper as parts of all who voted; nothing while a number is kept."""
    told = [(_("Online"), total["online"]), (_("On paper"), total["paper"])]
    voted = sum(number or 0 for _channel, number in told)
    if not voted or total["online"] is None or total["paper"] is None:
        return []
    shares = [(channel, number / voted) for channel, number in told]
    return [
        {"words": channel, "share": share, "shown": words.percent(share)}
        for channel, share in shares
    ]


def _share(rows: list[dict[str, Any]]) -> float | None:
    """Who has voted, of the roll, in those places that say so."""
    told = [row for row in rows if row["online"] is not None]
    eligible = sum(row["eligible"] for row in told)
    voted = sum(row["online"] + (row["paper"] or 0) for row in told)
    return voted / eligible if eligible else None


def _regions(page: Page, districts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The regions as the tiles of a map, with or without a vote in them."""
    inside: dict[str, list[dict[str, Any]]] = {}
    for row in districts:
        inside.setdefault(page.region_of(row["district"]), []).append(row)
    return [
        _tile(page, code, inside.get(code, []))
        for code, territory in page.territories.items()
        if territory["level"] == "region"
    ]


def _tile(page: Page, code: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    share = _share(rows)
    return {
        "code": code,
        "words": page.territory(code),
        "share": share,
        "shown": words.percent(share),
        "href": page.link("territories", code),
    }


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
        "records": page.read_own(ListRecords, board=name, limit=_RECORDS, **asked),
        "ballot": _ballot(page, name),
        "tree_head": page.find_own(ShowTreeHead, board=name),
        "spoiled": page.find_own(ListSpoiledBallots, board=name, limit=_RECORDS),
    }


def _ballot(page: Page, board: str) -> dict[str, Any] | None:
    """What the board knows of the tracker that was asked about."""
    tracker = "".join(page.query("tracker").split())
    if not tracker:
        return None
    unreadable = {"tracker": tracker, "status": "unreadable", "height": None}
    return page.find_own(FindBallot, board=board, tracker=tracker) or unreadable


TASK = Task(
    Role.OBSERVER,
    N_("Check the public boards"),
    N_("Download a board and verify all of it, on a machine of your own."),
)
