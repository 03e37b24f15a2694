"""Wall time as people write it, turned into instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contracts.fields import write_instant

_LOCAL = re.compile(
    r"(?P<wall>\d{4}-\d\d-\d\d \d\d:\d\d)(?: (?P<zone>[A-Za-z][\w/+-]*))?", re.ASCII
)


class UnclearTime(ValueError):
    """A wall time that names no instant, or two."""


def instant_of(text: object, zone: str) -> str:
    """The RFC 3339 instant of `2020-10-01 00:00`, or of one with a zone behind."""
    if isinstance(text, str) and text.endswith("Z"):
        return text
    written = _LOCAL.fullmatch(text) if isinstance(text, str) else None
    if written is None:
        raise UnclearTime("Write local time like 2020-10-01 00:00 or with a zone.")
    return write_instant(_moment(written["wall"], written["zone"] or zone))


def _moment(wall: str, zone: str) -> datetime:
    try:
        local = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))
    except ZoneInfoNotFoundError as error:
        raise UnclearTime(f"There is no IANA time zone {zone}.") from error
    except ValueError as error:
        raise UnclearTime("There is no such date or time of day.") from error
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise UnclearTime(_why_unclear(local))
    return local.astimezone(UTC)


def _why_unclear(local: datetime) -> str:
    back = local.astimezone(UTC).astimezone(local.tzinfo)
    happens = back.replace(tzinfo=None) == local.replace(tzinfo=None)
    count = "occurs twice" if happens else "does not occur"
    return f"This time {count} in {local.tzinfo}: the clocks change."
