"""What a definition must be beyond its form: whole, consistent, unambiguous.

`reference_problems` looks at each thing and what it points to; only when it
finds nothing can `ballot_problems` walk the tree of territories.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from contracts.calendar import Problem
from contracts.definition.definition import Definition
from contracts.definition.model import (
    Contest,
    ContestLevel,
    IdentityScheme,
    Level,
    Territory,
)
from contracts.definition.texts import assumption_problems, text_problems

_DEPTH = {level: depth for depth, level in enumerate(Level)}
_HOMES = {
    ContestLevel.MAZHILIS: {Level.COUNTRY, Level.REGION},
    ContestLevel.REGION: {Level.REGION},
    ContestLevel.DISTRICT: {Level.DISTRICT},
}


def reference_problems(definition: Definition) -> list[Problem]:
    """Everything wrong that can be seen without walking the tree."""
    return list(
        chain(
            _repetitions(definition),
            _root_problems(definition),
            _parent_problems(definition),
            _contest_problems(definition),
            _limit_problems(definition),
            _threshold_problems(definition),
            _identity_problems(definition),
            _document_problems(definition),
            _debate_problems(definition),
            _host_problems(definition),
            text_problems(definition),
            assumption_problems(definition),
        )
    )


def ballot_problems(definition: Definition) -> list[Problem]:
    """Voting districts whose ballot has no contest or two of one level."""
    return list(
        chain.from_iterable(
            _one_ballot_problems(definition, index, territory)
            for index, territory in enumerate(definition.territories)
            if definition.is_voting_district(territory.code)
        )
    )


def _problem(pointer: str, detail: str) -> Problem:
    return {"pointer": pointer, "detail": detail}


def _repetitions(definition: Definition) -> Iterator[Problem]:
    debates = definition.debates
    documents = definition.nomination.documents
    for pointer, key, ids in (
        ("/territories", "code", [each.code for each in definition.territories]),
        ("/contests", "contest", [each.id for each in definition.contests]),
        ("/programmes/sections", "id", [each.id for each in definition.sections]),
        (
            "/nomination/documents",
            "id",
            [each.id for each in documents],
        ),
        ("/debates/venues", "id", [each.id for each in debates.venues]),
        ("/debates/moderators", "id", [each.id for each in debates.moderators]),
    ):
        for index in _repeated(ids):
            yield _problem(f"{pointer}/{index}/{key}", f"{ids[index]} occurs twice.")


def _repeated(ids: Iterable[str]) -> Iterator[int]:
    seen: set[str] = set()
    for index, each in enumerate(ids):
        if each in seen:
            yield index
        seen.add(each)


def _root_problems(definition: Definition) -> Iterator[Problem]:
    roots = [each.code for each in definition.territories if each.parent is None]
    if roots != [definition.country]:
        yield _problem(
            "/territories",
            f"Exactly one territory has no parent: the country, {definition.country}.",
        )


def _parent_problems(definition: Definition) -> Iterator[Problem]:
    by_code = {each.code: each for each in definition.territories}
    for index, territory in enumerate(definition.territories):
        if detail := _parent_problem(territory, by_code):
            yield _problem(f"/territories/{index}/parent", detail)


def _parent_problem(territory: Territory, by_code: dict[str, Territory]) -> str | None:
    if territory.parent is None:
        return None
    parent = by_code.get(territory.parent)
    if parent is None:
        return f"There is no territory {territory.parent}."
    if _DEPTH[parent.level] >= _DEPTH[territory.level]:
        return f"A {territory.level} cannot lie in a {parent.level}."
    return None


def _contest_problems(definition: Definition) -> Iterator[Problem]:
    levels = {each.code: each.level for each in definition.territories}
    for index, contest in enumerate(definition.contests):
        if detail := _home_problem(contest, levels):
            yield _problem(f"/contests/{index}/territory", detail)


def _home_problem(contest: Contest, levels: dict[str, Level]) -> str | None:
    if contest.territory not in levels:
        return f"There is no territory {contest.territory}."
    level = levels[contest.territory]
    if level not in _HOMES[contest.level]:
        return f"A contest of level {contest.level} cannot be held in a {level}."
    return None


def _limit_problems(definition: Definition) -> Iterator[Problem]:
    if definition.min_ballots > definition.max_roll:
        yield _problem("/min_ballots", "No board could ever be opened: above max_roll.")
    languages = definition.languages
    for index in _repeated(languages):
        yield _problem(f"/languages/{index}", f"{languages[index]} occurs twice.")


def _threshold_problems(definition: Definition) -> Iterator[Problem]:
    if definition.threshold > definition.trustees:
        yield _problem("/threshold", "There are not that many trustees.")
    elif definition.threshold == 1 < definition.trustees:
        detail = "Each trustee could open every ballot alone: at least 2, or leave out."
        yield _problem("/threshold", detail)


def _identity_problems(definition: Definition) -> Iterator[Problem]:
    by_pattern = definition.identity.scheme is IdentityScheme.PATTERN
    if by_pattern != (definition.identity.pattern is not None):
        yield _problem(
            "/identity/pattern",
            "The scheme pattern needs one; no other may have one.",
        )


def _document_problems(definition: Definition) -> Iterator[Problem]:
    open_routes = set(definition.nomination.routes)
    for index, document in enumerate(definition.nomination.documents):
        for closed in sorted(set(document.routes) - open_routes):
            pointer = f"/nomination/documents/{index}/routes"
            yield _problem(pointer, f"{closed} is not a route of this primary.")


def _debate_problems(definition: Definition) -> Iterator[Problem]:
    rules = definition.debates
    if rules.group_min > rules.group_max:
        yield _problem("/debates/group_max", "This is less than group_min.")
    if rules.hours.closes <= rules.hours.opens:
        yield _problem("/debates/hours/closes", "This is not after opens.")
    needed = rules.times.debate_seconds(rules.group_max)
    if needed > rules.slot_minutes * 60:
        detail = f"The largest debate takes {needed} seconds, longer than a slot."
        yield _problem("/debates/slot_minutes", detail)


def _host_problems(definition: Definition) -> Iterator[Problem]:
    regions = {each.code for each in definition.territories}
    for name in ("venues", "moderators"):
        for index, host in enumerate(getattr(definition.debates, name)):
            if host.region not in regions:
                pointer = f"/debates/{name}/{index}/region"
                yield _problem(pointer, f"There is no territory {host.region}.")


def _one_ballot_problems(
    definition: Definition, index: int, territory: Territory
) -> Iterator[Problem]:
    levels = [each.level for each in definition.contests_of_district(territory.code)]
    if not levels:
        detail = f"The voters of {territory.code} would have no contest."
        yield _problem(f"/territories/{index}/code", detail)
    for position in _repeated(levels):
        detail = f"{territory.code} would vote in two contests of {levels[position]}."
        yield _problem(f"/territories/{index}/code", detail)
