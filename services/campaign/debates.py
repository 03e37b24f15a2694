"""What may happen to a debate: put off, left by its speakers, held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.clock import Clock
from chassis.events import Event
from contracts.campaign.errors import (
    AttendanceIncomplete,
    DebateAlreadyHeld,
    DebateAlreadyStarted,
    DebateNotScheduled,
    DebateNotStarted,
    UnknownDebate,
)
from contracts.campaign.events import DebateCancelled, DebateHeld, DebatePostponed
from contracts.campaign.views import Attendance, DebateState
from contracts.fields import write_instant
from services.campaign.groups import FEWEST_SPEAKERS
from services.campaign.models import Debate, Speaker
from services.campaign.offices import known_primary, require_office
from services.campaign.speakers import all_speakers, standing_speakers

_STILL_TO_COME = (DebateState.DRAWN, DebateState.SCHEDULED)


def postpone_debate(
    session: Session,
    clock: Clock,
    *,
    scopes: frozenset[str],
    primary: str,
    debate: str,
    reason: str,
) -> None:
    """Take a debate off the timetable before it starts; it will be held later."""
    put_off = _scheduled_debate(session, scopes, primary, debate)
    if _has_started(put_off, clock.now()):
        raise DebateAlreadyStarted
    put_off.state = DebateState.DRAWN
    put_off.opens_after = put_off.opens_at
    _clear_place(put_off)
    _announce(session, clock, DebatePostponed, put_off, reason=reason)


def drop_speaker(
    session: Session, clock: Clock, *, primary: str, candidacy: str
) -> None:
    """Let a debate go on without who has withdrawn, as long as two are left."""
    debate = _debate_of_speaker(session, primary, candidacy)
    if debate is None or debate.state not in _STILL_TO_COME:
        return
    left = standing_speakers(session, primary, [debate.debate])
    if len(left) < FEWEST_SPEAKERS and not _has_started(debate, clock.now()):
        debate.state = DebateState.CANCELLED
        _clear_place(debate)
        _announce(session, clock, DebateCancelled, debate)


def record_attendance(
    session: Session,
    clock: Clock,
    *,
    scopes: frozenset[str],
    primary: str,
    debate: str,
    **attendance: Any,
) -> None:
    """Put on record who came to a debate and who did not, once it has started."""
    held = _scheduled_debate(session, scopes, primary, debate)
    if not _has_started(held, clock.now()):
        opens_at = write_instant(held.opens_at) if held.opens_at else None
        raise DebateNotStarted(opens_at=opens_at)
    present, absent = attendance["present"], attendance["absent"]
    _require_complete(session, held, set(present), set(absent))
    _write_attendance(session, held, present, Attendance.PRESENT)
    _write_attendance(session, held, absent, Attendance.ABSENT)
    held.state = DebateState.HELD
    _announce(session, clock, DebateHeld, held, present=present, absent=absent)


def _require_complete(
    session: Session, debate: Debate, present: set[str], absent: set[str]
) -> None:
    speakers = all_speakers(session, debate.primary, [debate.debate])
    standing = {each.candidacy for each in speakers if each.standing}
    wrong = {
        "missing": sorted(standing - present - absent),
        "unknown": sorted((present | absent) - {each.candidacy for each in speakers}),
        "twice": sorted(present & absent),
    }
    if any(wrong.values()):
        raise AttendanceIncomplete(**wrong)


def _write_attendance(
    session: Session, debate: Debate, candidacies: list[str], attendance: Attendance
) -> None:
    session.execute(
        sa.update(Speaker)
        .where(
            Speaker.primary == debate.primary,
            Speaker.debate == debate.debate,
            Speaker.candidacy.in_(candidacies),
        )
        .values(attendance=attendance)
    )


def _scheduled_debate(
    session: Session, scopes: frozenset[str], primary: str, debate: str
) -> Debate:
    """The debate, locked, if it is this officer's and waits to be held."""
    definition = known_primary(session, primary).definition
    row = session.get(Debate, (primary, debate), with_for_update=True)
    if row is None:
        raise UnknownDebate(debate=debate)
    require_office(definition, scopes, row.territory)
    if row.state == DebateState.HELD:
        raise DebateAlreadyHeld
    if row.state != DebateState.SCHEDULED:
        raise DebateNotScheduled(state=row.state)
    return row


def _debate_of_speaker(session: Session, primary: str, candidacy: str) -> Debate | None:
    name = session.scalar(
        sa.select(Speaker.debate).where(
            Speaker.primary == primary, Speaker.candidacy == candidacy
        )
    )
    if name is None:
        return None
    return session.get(Debate, (primary, name), with_for_update=True)


def _has_started(debate: Debate, at: datetime) -> bool:
    return debate.opens_at is not None and debate.opens_at <= at


def _clear_place(debate: Debate) -> None:
    debate.day = debate.opens_at = debate.closes_at = None
    debate.venue = debate.moderator = None


def _announce(
    session: Session, clock: Clock, event: type[Event], debate: Debate, **more: Any
) -> None:
    outbox.record(
        session,
        clock,
        event,
        primary=debate.primary,
        region=debate.region,
        territory=debate.territory,
        debate=debate.debate,
        contest=debate.contest,
        **more,
    )
