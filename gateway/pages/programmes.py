"""Programmes: as they are, what members suggest, and what each version changed."""

from __future__ import annotations

from typing import Any

from contracts.campaign.operations import (
    ListProgrammes,
    ListSuggestions,
    ReadProgramme,
    ReadProgrammeVersion,
)
from gateway.errors import NoSuchResource
from gateway.pages.page import Page

_A_PAGE = 50
_SUGGESTIONS = 200
_DIGITS = 6  # of the number of a version at most


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


def version(page: Page) -> dict[str, Any]:
    """One version: what it says, what it changed, and because of which suggestions."""
    territory, number = page.path["territory"], page.path["version"]
    if not (number.isdecimal() and len(number) <= _DIGITS):
        raise NoSuchResource
    shown = page.read_own(
        ReadProgrammeVersion, territory=territory, version=int(number)
    )
    named = any(change["suggestions"] for change in shown["changes"])
    known = page.read_every(ListSuggestions, territory=territory) if named else ()
    return {
        "version": shown,
        "suggestions": {each["suggestion"]: each for each in known},
        "titles": {each["section"]: each["title"] for each in shown["sections"]},
        "newest": page.read_own(ReadProgramme, territory=territory)["version"],
    }


def _by_section(suggestions: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for suggestion in suggestions:
        grouped.setdefault(suggestion["section"], []).append(suggestion)
    return grouped
