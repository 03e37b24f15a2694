"""Changing the calendar: one officer proposes, another approves, voting answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import Clock
from contracts.calendar import Calendar
from contracts.copies import KnownPrimary, keep_calendar, the_primary
from contracts.fields import write_instant
from contracts.registration.errors import (
    CalendarChangeDecided,
    CalendarChangeOutdated,
    ClosesInThePast,
    SecondOfficerNeeded,
    UnknownCalendarChange,
)
from contracts.registration.events import CalendarChanged
from services.registration import queries
from services.registration.announcements import announce
from services.registration.models import CalendarChange, Primary
from services.registration.offices import require_central_office


def propose_calendar_change(
    session: Session, clock: Clock, principal: Principal, *, primary: str, **wish: str
) -> CalendarChange:
    """Propose that a phase closes at another instant; nothing changes yet."""
    known = the_primary(session, Primary, primary)
    require_central_office(principal, known.definition)
    change = CalendarChange(
        primary=primary,
        version=_next_version(session, primary, known),
        proposed_by=principal.subject,
        proposed_at=clock.now(),
        **wish,
    )
    _calendar_with(known, change, clock.now())
    session.add(change)
    session.flush()
    return change


def approve_calendar_change(
    session: Session, clock: Clock, principal: Principal, *, primary: str, version: int
) -> CalendarChange:
    """Put a proposal in force, as another officer than its author."""
    known = the_primary(session, Primary, primary)
    require_central_office(principal, known.definition)
    change = session.get(CalendarChange, (primary, version), with_for_update=True)
    if change is None:
        raise UnknownCalendarChange(version=version)
    _require_open_proposal(change, known, principal)
    calendar = _calendar_with(known, change, clock.now())
    change.approved_by = principal.subject
    change.approved_at = clock.now()
    keep_calendar(session, Primary, primary=primary, calendar=calendar)
    announce(
        session,
        clock,
        known.definition,
        CalendarChanged,
        known.definition.country,
        version=version,
        calendar=calendar.to_document(),
        reason=change.reason,
    )
    return change


def keep_answer(
    session: Session, *, primary: str, version: int, answer: str, reason: str | None
) -> None:
    """Remember what voting says to a version; one it asks nothing of has no row."""
    change = session.get(CalendarChange, (primary, version))
    if change is not None:
        change.answer = answer
        change.answer_reason = reason


def _next_version(session: Session, primary: str, known: KnownPrimary) -> int:
    newest = queries.newest_change(session, primary)
    return max(newest, known.calendar.version) + 1


def _require_open_proposal(
    change: CalendarChange, known: KnownPrimary, principal: Principal
) -> None:
    if change.approved_at is not None:
        raise CalendarChangeDecided(version=change.version)
    if change.version <= known.calendar.version:
        raise CalendarChangeOutdated(version=change.version)
    if change.proposed_by == principal.subject:
        raise SecondOfficerNeeded


def _calendar_with(
    known: KnownPrimary, change: CalendarChange, now: datetime
) -> Calendar:
    """The calendar in force with the change; raise where it makes no sense."""
    if change.closes_at <= now:
        raise ClosesInThePast(closes_at=write_instant(change.closes_at))
    changed = known.calendar.with_closing(change.phase, change.closes_at)
    return replace(changed, version=change.version)
