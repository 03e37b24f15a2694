"""The things a definition speaks of, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import TypeAlias

Text: TypeAlias = Mapping[str, str]


class Level(StrEnum):
    """How deep a territory lies; a child is always deeper than its parent."""

    COUNTRY = "country"
    REGION = "region"
    DISTRICT = "district"
    CITY_DISTRICT = "city_district"


class ContestLevel(StrEnum):
    """The chamber a contest fills, in the order of the ballot's pages."""

    MAZHILIS = "mazhilis"
    REGION = "region"
    DISTRICT = "district"


class Residence(StrEnum):
    """Where one must belong to stand in a contest."""

    TERRITORY = "territory"
    REGION = "region"
    COUNTRY = "country"


class Route(StrEnum):
    """Who puts a member forward: a primary party organisation or the member."""

    PPO = "ppo"
    SELF = "self"


class IdentityScheme(StrEnum):
    """How a person's national number is checked."""

    KZ_IIN = "kz-iin"
    PATTERN = "pattern"


@dataclass(frozen=True, kw_only=True)
class Territory:
    """The country, a region, a district or a city district; keyed by code."""

    code: str
    parent: str | None
    level: Level
    kind: str
    name: Text
    zone: str | None


@dataclass(frozen=True, kw_only=True)
class Contest:
    """One question on the ballot: places on one party list."""

    id: str
    level: ContestLevel
    territory: str
    title: Text
    seats: int
    list_length: int
    choices: int
    min_age: int
    residence: Residence


@dataclass(frozen=True, kw_only=True)
class WomenQuota:
    """At least this share of a party list are women."""

    percent: int


@dataclass(frozen=True, kw_only=True)
class YoungQuota:
    """At least this share of a party list are under this age."""

    percent: int
    under_age: int


@dataclass(frozen=True, kw_only=True)
class Quotas:
    """The two quotas of a party list; a young woman counts for both."""

    women: WomenQuota
    young: YoungQuota


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The national number that a person signs in with."""

    scheme: IdentityScheme
    pattern: str | None


@dataclass(frozen=True, kw_only=True)
class RequiredDocument:
    """A paper that a nomination by one of these routes must bring."""

    id: str
    title: Text
    routes: tuple[Route, ...]


@dataclass(frozen=True, kw_only=True)
class NominationRules:
    """Who may be put forward, how, and with which papers."""

    routes: tuple[Route, ...]
    residence_years: int
    documents: tuple[RequiredDocument, ...]

    def documents_for(self, route: str) -> tuple[RequiredDocument, ...]:
        """The checklist of one route."""
        return tuple(each for each in self.documents if route in each.routes)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of the draft programme that every territory starts from."""

    id: str
    title: Text
    text: Text


@dataclass(frozen=True, kw_only=True)
class Venue:
    """A hall in a region where one debate at a time can be held."""

    id: str
    region: str
    name: Text
    capacity: int


@dataclass(frozen=True, kw_only=True)
class Moderator:
    """A person of a region who leads debates in some languages."""

    id: str
    region: str
    name: Text
    languages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Hours:
    """From when to when debates may run, in the region's local time."""

    opens: time
    closes: time


@dataclass(frozen=True, kw_only=True)
class SpeakingTimes:
    """How long each part of a debate takes, the same for every speaker."""

    opening_seconds: int
    presentation_seconds: int
    question_seconds: int
    answer_seconds: int
    closing_seconds: int
    ending_seconds: int

    def debate_seconds(self, speakers: int) -> int:
        """The length of a debate in which each asks each other one question."""
        exchange = self.question_seconds + self.answer_seconds
        speech = self.presentation_seconds + self.closing_seconds
        rounds = speakers * speech + speakers * (speakers - 1) * exchange
        return self.opening_seconds + rounds + self.ending_seconds


@dataclass(frozen=True, kw_only=True)
class DebateRules:
    """How debates are grouped, timed, housed and led."""

    group_min: int
    group_max: int
    times: SpeakingTimes
    slot_minutes: int
    hours: Hours
    candidate_max_per_day: int
    moderator_max_per_day: int
    streams_per_region: int
    venues: tuple[Venue, ...]
    moderators: tuple[Moderator, ...]

    def venues_of(self, region: str) -> tuple[Venue, ...]:
        """The halls of one region."""
        return tuple(each for each in self.venues if each.region == region)

    def moderators_of(self, region: str) -> tuple[Moderator, ...]:
        """The moderators of one region."""
        return tuple(each for each in self.moderators if each.region == region)


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """A value nobody could establish: a pointer (`*` for any) and a sentence."""

    field: str
    because: str
