"""What must wait for a moment of the calendar."""

from __future__ import annotations

from datetime import datetime

from contracts.copies import KnownPrimary
from contracts.fields import write_instant
from contracts.registration.errors import TooEarly


def require_after(known: KnownPrimary, instant: str, at: datetime) -> None:
    """Raise `TooEarly` before the calendar's instant of that name."""
    planned = known.calendar.instant(instant)
    if at < planned:
        raise TooEarly(instant=instant, at=write_instant(planned))
