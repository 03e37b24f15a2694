"""The calendar of a primary: as a page, as its changes, as a file for one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from contracts.registration.operations import ReadDefinition, ShowCalendar
from gateway.pages import words
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.page import Page

_INSTANTS = {
    "debate_lot": N_("The lot of the debates is drawn"),
    "roll_freeze": N_("The roll of voters is frozen"),
    "candidates_final": N_("The candidates are final"),
    "tie_lot": N_("The lot for equal votes is drawn"),
    "publication": N_("The results may be published"),
    "complaints_end": N_("The time for complaints ends"),
}
_LINE = 75  # octets of a line of iCalendar at most
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar(page: Page) -> dict[str, Any]:
    """Every phase and every moment, with what has been changed and why."""
    phases = [page.phase(name) for name in page.calendar["phases"]]
    return {
        "phases": sorted(phases, key=lambda phase: phase.opens_at),
        "moments": _moments(page),
        "changes": changes_of(page, page.path["primary"]),
    }


def changes_of(page: Page, primary: str) -> list[dict[str, Any]]:
    """The changes of a calendar that came into force, each with the time before it."""
    calendar = page.read(ShowCalendar, primary=primary)
    made = [change for change in calendar["changes"] if _is_in_force(change)]
    if not made:
        return []
    document = page.read(ReadDefinition, primary=primary)["document"]
    planned = document["calendar"]["phases"].items()
    closing = {name: phase["closes_at"] for name, phase in planned}
    return list(_told(sorted(made, key=lambda change: change["version"]), closing))


def _told(
    changes: list[dict[str, Any]], closing: dict[str, str]
) -> Iterator[dict[str, Any]]:
    for change in changes:
        before = closing[change["phase"]]
        closing[change["phase"]] = change["closes_at"]
        is_later = _at(change["closes_at"]) > _at(before)
        yield change | {"before": before, "is_later": is_later}


def _is_in_force(change: Mapping[str, Any]) -> bool:
    return change["state"] == "approved" and change["answer"] != "refused"


def _moments(page: Page) -> list[tuple[str, str]]:
    """The single moments in the order of time, in words."""
    told = [
        (_(_INSTANTS[name]) if name in _INSTANTS else words.state(name), at)
        for name, at in page.calendar["instants"].items()
    ]
    return sorted(told, key=lambda moment: _at(moment[1]))


def calendar_file(page: Page) -> bytes:
    """The calendar as RFC 5545 writes it, for telephones and desks."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Primaries//Calendar//EN",
        f"X-WR-CALNAME:{_escaped(str(page.text(page.primary['title']).striptags()))}",
        *(line for event in _events(page) for line in event),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def _events(page: Page) -> Iterator[list[str]]:
    for name, phase in page.calendar["phases"].items():
        title = words.phase(name).capitalize()
        yield _event(page, name, title, phase["opens_at"], phase["closes_at"])
    for name, at in page.calendar["instants"].items():
        title = _(_INSTANTS[name]) if name in _INSTANTS else words.state(name)
        yield _event(page, name, title, at, at)


def _event(page: Page, name: str, title: str, begins: str, ends: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{name}@{page.path['primary']}",
        f"SEQUENCE:{page.calendar['version']}",
        f"DTSTAMP:{_stamp(page.clock.now())}",
        f"DTSTART:{_stamp(_at(begins))}",
        f"DTEND:{_stamp(_at(ends))}",
        f"SUMMARY:{_escaped(title)}",
        "END:VEVENT",
    ]


def _at(instant: str) -> datetime:
    return datetime.fromisoformat(instant)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)


def _folded(line: str) -> bytes:
    """A line cut into pieces of 75 octets, never within a letter."""
    pieces = [b""]
    for letter in line:
        octets = letter.encode()
        if len(pieces[-1]) + len(octets) > _LINE:
            pieces.append(b" ")
        pieces[-1] += octets
    return b"\r\n".join(pieces)
