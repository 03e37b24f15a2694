"""Where to vote on paper."""

from __future__ import annotations

from typing import Any

from contracts.voting.operations import ListStations
from gateway.pages.page import Page

_A_PAGE = 50


def stations(page: Page) -> dict[str, Any]:
    """The polling stations in a place, or with a word in their name or address."""
    territory, text = page.query("territory"), page.query("text")
    fitting = [
        station
        for station in page.read_every(ListStations)
        if _lies_in(page, station["district"], territory) and _says(station, text)
    ]
    shown, following = _from(fitting, page.query("after"))
    return {
        "found": {"items": shown, "next": following},
        "total": len(fitting),
        "filters": {"territory": territory, "text": text},
        "hours": page.calendar["phases"].get("paper_voting"),
    }


def _says(station: dict[str, Any], text: str) -> bool:
    told = f"{station['station']} {station['name']} {station['address']}"
    return all(word in told.casefold() for word in text.casefold().split())


def _lies_in(page: Page, district: str, territory: str) -> bool:
    return not territory or territory in page.above(district)


def _from(
    stations: list[dict[str, Any]], after: str
) -> tuple[list[dict[str, Any]], str | None]:
    rest = [station for station in stations if station["station"] > after]
    shown = rest[:_A_PAGE]
    return shown, shown[-1]["station"] if len(rest) > len(shown) else None
