"""A whole definition, with the answers that services keep asking it for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from contracts.calendar import Calendar
from contracts.definition.errors import (
    UnknownContest,
    UnknownTerritory,
    UnknownVotingDistrict,
)
from contracts.definition.model import (
    Assumption,
    Contest,
    ContestLevel,
    DebateRules,
    Identity,
    Level,
    NominationRules,
    Quotas,
    Residence,
    Section,
    Territory,
    Text,
)

_BALLOT_ORDER = list(ContestLevel)


@dataclass(frozen=True, kw_only=True)
class Definition:
    """Everything about a primary that is data."""

    primary: str
    rehearsal: bool
    title: Text
    party: Text
    country: str
    languages: tuple[str, ...]
    zone: str
    group: str
    max_roll: int
    min_ballots: int
    trustees: int
    #: how many of them decrypt; with fewer than all they make their keys together
    threshold: int
    calendar: Calendar
    territories: tuple[Territory, ...]
    contests: tuple[Contest, ...]
    quotas: Quotas
    reference_date: date
    ties: str
    list_rule: str
    identity: Identity
    nomination: NominationRules
    sections: tuple[Section, ...]
    debates: DebateRules
    assumed: tuple[Assumption, ...]
    credits: tuple[str, ...]
    source: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def document(self) -> dict[str, Any]:
        """The JSON-able document this definition was parsed from, as a copy."""
        return deepcopy(dict(self.source))

    def territory(self, code: str) -> Territory:
        """The territory of that code; raise `UnknownTerritory`."""
        if code not in self._by_code:
            raise UnknownTerritory(territory=code)
        return self._by_code[code]

    def children(self, code: str) -> tuple[Territory, ...]:
        """The territories directly below, in the order of the file."""
        return tuple(each for each in self.territories if each.parent == code)

    def ancestors(self, code: str) -> tuple[Territory, ...]:
        """The territories above, nearest first, the country last."""
        parent = self.territory(code).parent
        if parent is None:
            return ()
        return (self.territory(parent), *self.ancestors(parent))

    def upwards(self, code: str) -> tuple[Territory, ...]:
        """A territory and those above it, nearest first, the country last."""
        return (self.territory(code), *self.ancestors(code))

    def region_of(self, code: str) -> Territory:
        """The region a territory is or lies in; outside any, the country."""
        line = self.upwards(code)
        return next((each for each in line if each.level is Level.REGION), line[-1])

    def regions(self) -> tuple[Territory, ...]:
        """The regions and cities of republican significance."""
        return tuple(each for each in self.territories if each.level is Level.REGION)

    def zone_of(self, code: str) -> ZoneInfo:
        """The zone of local time: its own, the nearest above, or the reference."""
        zones = (each.zone for each in self.upwards(code) if each.zone)
        return ZoneInfo(next(zones, self.zone))

    def day_of(self, at: datetime) -> date:
        """The day that a moment belongs to, by the primary's own zone."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def whereabouts(self, code: str) -> dict[str, str]:
        """What every event about a territory says of where it happened."""
        return {
            "primary": self.primary,
            "region": self.region_of(code).code,
            "territory": code,
        }

    def contest(self, contest_id: str) -> Contest:
        """The contest of that id; raise `UnknownContest`."""
        if contest_id not in self._by_contest:
            raise UnknownContest(contest=contest_id)
        return self._by_contest[contest_id]

    def voting_districts(self) -> tuple[Territory, ...]:
        """The territories whose voters share one ballot: those without children."""
        return self._leaves

    def is_voting_district(self, code: str) -> bool:
        """Whether voters belong to this very territory."""
        return code in self._ballots

    def contests_of_district(self, code: str) -> tuple[Contest, ...]:
        """The contests on the ballot of a voting district, in ballot order."""
        if code not in self._ballots:
            raise UnknownVotingDistrict(district=code)
        return self._ballots[code]

    def districts_of_contest(self, contest_id: str) -> tuple[Territory, ...]:
        """The voting districts whose results this contest adds up."""
        home = self.contest(contest_id).territory
        return tuple(each for each in self._leaves if self.lies_in(each.code, home))

    def programme_territories(self) -> tuple[Territory, ...]:
        """The territories that elect a maslikhat, hence have a programme."""
        electing = {
            each.territory
            for each in self.contests
            if each.level is not ContestLevel.MAZHILIS
        }
        return tuple(each for each in self.territories if each.code in electing)

    def may_stand(self, contest_id: str, code: str) -> bool:
        """Whether somebody of territory `code` fulfils the contest's residence."""
        contest = self.contest(contest_id)
        if contest.residence is Residence.TERRITORY:
            return self.lies_in(code, contest.territory)
        if contest.residence is Residence.REGION:
            return self.region_of(code) == self.region_of(contest.territory)
        return self.lies_in(code, self.country)

    def lies_in(self, code: str, outer: str) -> bool:
        """Whether a territory is another or lies inside it."""
        return any(each.code == outer for each in self.upwards(code))

    def codes_in(self, outer: str) -> list[str]:
        """A territory and everything inside it; raise `UnknownTerritory`."""
        self.territory(outer)
        codes = (each.code for each in self.territories)
        return [code for code in codes if self.lies_in(code, outer)]

    def is_reached(self, code: str, scopes: Iterable[str]) -> bool:
        """Whether an office held for one of these scopes reaches a territory.

        An office of a territory reaches everything inside it; the scope "" is an
        office for the whole primary.
        """
        return any(scope == "" or self.lies_in(code, scope) for scope in scopes)

    def age_on_reference_date(self, born_on: date) -> int:
        """Whole years; who is born on 29 February turns older on 1 March."""
        day = self.reference_date
        before_birthday = (day.month, day.day) < (born_on.month, born_on.day)
        return day.year - born_on.year - before_birthday

    def is_young(self, born_on: date) -> bool:
        """Whether they count for the quota of the young; the birthday ends it."""
        return self.age_on_reference_date(born_on) < self.quotas.young.under_age

    def is_assumed(self, pointer: str) -> bool:
        """Whether the value at a JSON pointer is marked as assumed."""
        parts = pointer.split("/")
        return any(
            _matches(assumption.field.split("/"), parts) for assumption in self.assumed
        )

    @cached_property
    def _by_code(self) -> dict[str, Territory]:
        return {each.code: each for each in self.territories}

    @cached_property
    def _by_contest(self) -> dict[str, Contest]:
        return {each.id: each for each in self.contests}

    @cached_property
    def _leaves(self) -> tuple[Territory, ...]:
        parents = {each.parent for each in self.territories}
        return tuple(each for each in self.territories if each.code not in parents)

    @cached_property
    def _ballots(self) -> dict[str, tuple[Contest, ...]]:
        return {each.code: self._ballot(each.code) for each in self._leaves}

    def _ballot(self, code: str) -> tuple[Contest, ...]:
        line = {each.code for each in self.upwards(code)}
        shared = [each for each in self.contests if each.territory in line]
        return tuple(sorted(shared, key=lambda each: _BALLOT_ORDER.index(each.level)))


def _matches(pattern: list[str], parts: list[str]) -> bool:
    """Whether a pointer is at or below what an assumption names."""
    return len(pattern) <= len(parts) and all(
        step in ("*", part) for step, part in zip(pattern, parts, strict=False)
    )
