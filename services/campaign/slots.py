"""The slots in which debates can be held: the same grid every day, local time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from contracts.calendar import Phase
from contracts.definition import DebateRules


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A place in time for one debate in each hall."""

    day: date  # local
    opens_at: datetime


def slots_of(
    rules: DebateRules, phase: Phase, zone: ZoneInfo, *, not_before: datetime
) -> tuple[Slot, ...]:
    """Every slot wholly inside the phase and the hours that has not begun yet."""
    length = timedelta(minutes=rules.slot_minutes)
    earliest = max(phase.opens_at, not_before)
    return tuple(
        slot
        for day in _days(phase, zone)
        for slot in _slots_of_day(rules, day, zone)
        if earliest <= slot.opens_at and slot.opens_at + length <= phase.closes_at
    )


def _days(phase: Phase, zone: ZoneInfo) -> Iterator[date]:
    day = phase.opens_at.astimezone(zone).date()
    last = phase.closes_at.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _slots_of_day(rules: DebateRules, day: date, zone: ZoneInfo) -> Iterator[Slot]:
    """One slot after another; counted in UTC, so that no clock change matters."""
    opens = datetime.combine(day, rules.hours.opens, zone).astimezone(UTC)
    closes = datetime.combine(day, rules.hours.closes, zone).astimezone(UTC)
    length = timedelta(minutes=rules.slot_minutes)
    while opens + length <= closes:
        yield Slot(day=day, opens_at=opens)
        opens += length
