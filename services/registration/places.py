"""Territories and contests, out of the definition."""

from __future__ import annotations

from typing import Any

from contracts.definition import Contest, Definition, Territory


def list_territories(
    definition: Definition, *, parent: str | None
) -> list[dict[str, Any]]:
    """All territories, or those directly below `parent`."""
    if parent is None:
        return _territories(definition, definition.territories)
    definition.territory(parent)
    return _territories(definition, definition.children(parent))


def show_territory(definition: Definition, *, territory: str) -> dict[str, Any]:
    """A territory with what is above, below and at stake in it."""
    shown = definition.territory(territory)
    contests = (c for c in definition.contests if c.territory == territory)
    return _territory(definition, shown) | {
        "ancestors": _territories(definition, definition.ancestors(territory)),
        "children": _territories(definition, definition.children(territory)),
        "contests": [show_contest(each) for each in contests],
    }


def list_contests(
    definition: Definition, *, district: str | None
) -> list[dict[str, Any]]:
    """All contests, or those on the ballot of a voting district in its order."""
    if district is None:
        contests = definition.contests
    else:
        contests = definition.contests_of_district(district)
    return [show_contest(each) for each in contests]


def show_contest(contest: Contest) -> dict[str, Any]:
    """A contest as the definition gives it."""
    return vars(contest) | {"contest": contest.id}


def _territories(
    definition: Definition, territories: tuple[Territory, ...]
) -> list[dict[str, Any]]:
    return [_territory(definition, each) for each in territories]


def _territory(definition: Definition, territory: Territory) -> dict[str, Any]:
    return vars(territory) | {
        "zone": definition.zone_of(territory.code).key,
        "voting_district": definition.is_voting_district(territory.code),
    }
