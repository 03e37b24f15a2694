"""The first pages: all primaries, one primary, its places."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from contracts.campaign.operations import ListCandidates, ListDebates, ReadProgramme
from contracts.registration.operations import (
    ListPrimaries,
    ShowRoll,
    ShowStatistics,
    ShowTerritory,
)
from contracts.tally.operations import ReadContestResult
from contracts.voting.operations import ListStations, ShowTurnout
from gateway.pages.dates import changes_of
from gateway.pages.page import Page

#: the cookie that keeps somebody's territory
MINE = "territory"
_A_YEAR = 31_536_000  # seconds for which it is kept
_A_FEW = 6  # things of a kind on the page of a territory
_FIRST = 3  # candidates of a result there


def primaries(page: Page) -> dict[str, Any]:
    """All primaries of this installation."""
    return {"primaries": page.read(ListPrimaries)["items"]}


def home(page: Page) -> dict[str, Any]:
    """A primary at a glance."""
    return {
        "statistics": page.find_own(ShowStatistics),
        "roll": page.find_own(ShowRoll),
        "turnout": page.find_own(ShowTurnout),
        "changes": changes_of(page, page.path["primary"]),
        "mine": _mine(page),
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
    """A territory: its contests, and what there is of everything else."""
    code = page.path["code"]
    shown = page.read_own(ShowTerritory, territory=code)
    return {
        "territory": shown,
        "candidates": page.find_own(ListCandidates, territory=code, limit=_A_FEW),
        "programme": page.find_own(ReadProgramme, territory=code),
        "debates": page.find_own(ListDebates, territory=code, limit=_A_FEW),
        "stations": page.find_own(ListStations, district=code, limit=_A_FEW)
        if shown["voting_district"]
        else None,
        "results": [_result(page, contest) for contest in shown["contests"]],
    }


def choose(page: Page) -> Response:
    """Go to the territory that was chosen, and keep it as the reader's own."""
    code = page.query("territory")
    known = code in page.territories
    to = page.link("territories", *([code] if known else []))
    response = Response("", 303, {"Location": to})
    response.cache_control.no_store = True
    if known:
        response.set_cookie(
            MINE,
            code,
            max_age=_A_YEAR,
            path=f"/{page.path['primary']}/",
            samesite="Lax",
            httponly=True,
        )
    return response


def _mine(page: Page) -> str:
    """The territory that the reader chose before, if it is one of this primary."""
    code = page.request.cookies.get(MINE, "")
    return code if code in page.territories else ""


def _result(page: Page, contest: dict[str, Any]) -> dict[str, Any] | None:
    """Who came first in a contest; None before publication."""
    found = page.find_own(ReadContestResult, contest=contest["contest"])
    if found is None:
        return None
    return found["result"] | {"first": found["ratings"]["general"][:_FIRST]}


def _top(page: Page) -> list[dict[str, Any]]:
    return [t for t in page.territories.values() if not t["parent"]]
