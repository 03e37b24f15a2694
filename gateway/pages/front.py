"""The first pages: all primaries, one primary, its places."""

from __future__ import annotations

from typing import Any

from contracts.registration.operations import (
    ListPrimaries,
    ShowRoll,
    ShowStatistics,
    ShowTerritory,
)
from contracts.voting.operations import ShowTurnout
from gateway.pages.page import Page


def primaries(page: Page) -> dict[str, Any]:
    """All primaries of this installation."""
    return {"primaries": page.read(ListPrimaries)["items"]}


def home(page: Page) -> dict[str, Any]:
    """A primary at a glance."""
    return {
        "statistics": page.find_own(ShowStatistics),
        "roll": page.find_own(ShowRoll),
        "turnout": page.find_own(ShowTurnout),
        "changes": [
            change
            for change in page.calendar["changes"]
            if change["state"] == "approved" and change["answer"] != "refused"
        ],
    }


def territories(page: Page) -> dict[str, Any]:
    """The territories as a tree of regions and what lies in them."""
    inside: dict[str, list[dict[str, Any]]] = {}
    for territory in page.territories.values():
        if territory["parent"]:
            inside.setdefault(territory["parent"], []).append(territory)
    for names in inside.values():
        names.sort(key=page.alphabetical)
    regions = [t for t in page.territories.values() if t["level"] == "region"]
    shown = sorted(regions or _top(page), key=page.alphabetical)
    return {"regions": shown, "inside": inside}


def territory(page: Page) -> dict[str, Any]:
    """A territory, its neighbourhood and its contests."""
    code = page.path["code"]
    return {"territory": page.read_own(ShowTerritory, territory=code)}


def _top(page: Page) -> list[dict[str, Any]]:
    return [t for t in page.territories.values() if not t["parent"]]
