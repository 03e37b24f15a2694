"""Which day an instant belongs to: the day in the primary's own zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from contracts.copies import KnownPrimary
from contracts.definition import Definition
from contracts.fields import write_instant
from contracts.registration.errors import TooEarly


def day_of(definition: Definition, at: datetime) -> date:
    """The day in the primary's zone."""
    return at.astimezone(ZoneInfo(definition.zone)).date()


def require_after(known: KnownPrimary, instant: str, at: datetime) -> None:
    """Raise `TooEarly` before the calendar's instant of that name."""
    planned = known.calendar.instant(instant)
    if at < planned:
        raise TooEarly(instant=instant, at=write_instant(planned))
