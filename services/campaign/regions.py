"""A region's debates as the timetable sees them: what is fixed, what is to place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from contracts.definition import DebateRules, Moderator, Venue
from services.campaign.slots import Slot


@dataclass(frozen=True, kw_only=True)
class Unplaced:
    """A debate that needs a slot, a hall and a moderator."""

    debate: str
    speakers: int
    persons: frozenset[str]
    opens_after: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A debate that has been published and stays where it is."""

    day: date
    opens_at: datetime
    venue: str
    moderator: str
    persons: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where, when and with whom a debate is held."""

    debate: str
    slot: Slot
    venue: str
    moderator: str


def holds(venue: Venue, speakers: int) -> bool:
    """Is there room for the speakers and the moderator?"""
    return venue.capacity > speakers


@dataclass(frozen=True, kw_only=True)
class RegionalDebates:
    """Everything that decides a region's timetable."""

    region: str
    rules: DebateRules
    slots: tuple[Slot, ...]
    unplaced: tuple[Unplaced, ...]
    placed: tuple[Placed, ...] = ()

    @cached_property
    def venues(self) -> tuple[Venue, ...]:
        """The region's halls, the largest first."""
        venues = self.rules.venues_of(self.region)
        return tuple(sorted(venues, key=lambda venue: -venue.capacity))

    @cached_property
    def moderators(self) -> tuple[Moderator, ...]:
        """The region's moderators."""
        return self.rules.moderators_of(self.region)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days that have slots."""
        return tuple(dict.fromkeys(slot.day for slot in self.slots))

    def slots_on(self, day: date) -> tuple[Slot, ...]:
        """The slots of a day."""
        return tuple(slot for slot in self.slots if slot.day == day)

    def free_venues(self, slot: Slot) -> tuple[Venue, ...]:
        """The halls without a published debate in the slot, the largest first."""
        taken = {each.venue for each in self._at(slot)}
        return tuple(venue for venue in self.venues if venue.id not in taken)

    def free_moderators(self, slot: Slot) -> tuple[str, ...]:
        """The moderators without a published debate in the slot."""
        busy = {each.moderator for each in self._at(slot)}
        return tuple(each.id for each in self.moderators if each.id not in busy)

    def free_streams(self, slot: Slot) -> int:
        """How many more debates of the slot can be streamed."""
        return max(0, self.rules.streams_per_region - len(self._at(slot)))

    def is_free(self, person: str, slot: Slot) -> bool:
        """Has this person no published debate in the slot?"""
        return not any(person in each.persons for each in self._at(slot))

    def placed_on(self, day: date) -> int:
        """How many published debates the day has."""
        return sum(each.day == day for each in self.placed)

    def moderator_left(self, moderator: str, day: date) -> int:
        """How many more debates a moderator may lead that day."""
        led = sum(
            (each.moderator, each.day) == (moderator, day) for each in self.placed
        )
        return max(0, self.rules.moderator_max_per_day - led)

    def person_left(self, person: str, day: date) -> int:
        """How many more debates a candidate may have that day."""
        has = sum(each.day == day and person in each.persons for each in self.placed)
        return max(0, self.rules.candidate_max_per_day - has)

    @cached_property
    def persons_with_several(self) -> frozenset[str]:
        """Who speaks in more than one debate: only they can be double-booked."""
        appearances = Counter(
            person for each in (*self.unplaced, *self.placed) for person in each.persons
        )
        return frozenset(person for person, times in appearances.items() if times > 1)

    def _at(self, slot: Slot) -> list[Placed]:
        return self._placed_by_start.get(slot.opens_at, [])

    @cached_property
    def _placed_by_start(self) -> dict[datetime, list[Placed]]:
        by_start: dict[datetime, list[Placed]] = {}
        for each in self.placed:
            by_start.setdefault(each.opens_at, []).append(each)
        return by_start
