"""The calendar voting works by: it follows registration's unless a box is sealed."""

from __future__ import annotations

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.clock import Clock
from contracts.calendar import Calendar
from contracts.copies import KnownPrimary, keep_calendar
from contracts.voting.events import CalendarChangeAccepted, CalendarChangeRefused
from services.voting.boards import lock_calendar
from services.voting.models import Board, Primary

log = structlog.get_logger()

_SEALED = "A ballot box is sealed: its voting cannot be moved any more."


def follow_calendar(
    session: Session, clock: Clock, *, primary: str, calendar: Calendar
) -> None:
    """Work by a newer calendar and say so, or say why the old one stays."""
    known = lock_calendar(session, primary)
    if calendar.version <= known.calendar.version:
        return
    if _moves_voting(known, calendar) and _has_sealed_board(session, primary):
        _answer(session, clock, known, CalendarChangeRefused, calendar, reason=_SEALED)
        return
    keep_calendar(session, Primary, primary=primary, calendar=calendar)
    _answer(session, clock, known, CalendarChangeAccepted, calendar)


def _moves_voting(known: KnownPrimary, calendar: Calendar) -> bool:
    return calendar.phase("voting") != known.calendar.phase("voting")


def _has_sealed_board(session: Session, primary: str) -> bool:
    sealed = sa.exists().where(Board.primary == primary, Board.sealed_at.is_not(None))
    return bool(session.scalar(sa.select(sealed)))


def _answer(
    session: Session,
    clock: Clock,
    known: KnownPrimary,
    event: type[CalendarChangeAccepted | CalendarChangeRefused],
    calendar: Calendar,
    **more: str,
) -> None:
    outbox.record(
        session,
        clock,
        event,
        **known.definition.whereabouts(known.definition.country),
        version=calendar.version,
        **more,
    )
    log.info("calendar_change_answered", version=calendar.version, answer=event.type)
