"""Candidates, programmes and debates."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from contracts.campaign.operations import (
    ListCandidates,
    ListDebates,
    ListProgrammes,
    ListSuggestions,
    ReadCandidate,
    ReadProgramme,
    ReadProgrammeVersion,
)
from gateway.pages.page import Page

_FILTERS = ("text", "territory", "contest", "route", "after")
_A_PAGE = 50
_SUGGESTIONS = 200
_SIDE_BY_SIDE = 3


def candidates(page: Page) -> dict[str, Any]:
    """Candidates, filtered."""
    filters: dict[str, Any] = {name: page.query(name) for name in _FILTERS}
    for kind in ("woman", "young"):
        filters[kind] = True if page.query(kind) else ""
    found = page.read_own(ListCandidates, limit=_A_PAGE, **filters)
    return {"found": found, "filters": filters}


def compare(page: Page) -> dict[str, Any]:
    """Two or three candidates side by side; who is unknown is left out."""
    chosen = dict.fromkeys(page.request.args.getlist("candidate"))
    found = [
        page.find_own(ReadCandidate, candidacy=each)
        for each in [*chosen][:_SIDE_BY_SIDE]
    ]
    return {"candidates": [each for each in found if each]}


def candidate(page: Page) -> dict[str, Any]:
    """A candidate's page, with their debates."""
    candidacy = page.path["candidacy"]
    found = page.read_own(ReadCandidate, candidacy=candidacy)
    return {
        "candidate": found,
        "statement": _written(page, found, "statement"),
        "education": _written(page, found, "education"),
        "debates": page.find_own(ListDebates, candidacy=candidacy),
    }


def _written(page: Page, candidate: dict[str, Any], part: str) -> Markup:
    """What the candidate wrote in the reader's language, or else in the first."""
    in_first = {page.primary["languages"][0]: candidate[part]}
    others = {name: words[part] for name, words in candidate["translations"].items()}
    return page.text({n: words for n, words in (in_first | others).items() if words})


def programmes(page: Page) -> dict[str, Any]:
    """The territories that have a programme."""
    after = page.query("after")
    return {"found": page.read_own(ListProgrammes, limit=_A_PAGE, after=after)}


def programme(page: Page) -> dict[str, Any]:
    """A programme, the suggestions on it, and what a version changed."""
    territory = page.path["territory"]
    shown = page.read_own(ReadProgramme, territory=territory)
    version = shown["version"]
    found = page.read_own(
        ListSuggestions,
        territory=territory,
        limit=_SUGGESTIONS,
        after=page.query("after"),
    )
    return {
        "programme": shown,
        "suggestions": found,
        "by_section": _by_section(found["items"]),
        "titles": {each["section"]: each["title"] for each in shown["sections"]},
        "newest": page.find_own(
            ReadProgrammeVersion, territory=territory, version=version
        ),
    }


def debates(page: Page) -> dict[str, Any]:
    """The timetable of the debates, filtered."""
    filters = {name: page.query(name) for name in ("region", "day", "after")}
    found = page.read_own(ListDebates, limit=_A_PAGE, **filters)
    return {"found": found, "filters": filters}


def _by_section(suggestions: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for suggestion in suggestions:
        grouped.setdefault(suggestion["section"], []).append(suggestion)
    return grouped
