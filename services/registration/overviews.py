"""What anybody may see of a primary: what it is, its calendar, its roll in numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis.clock import Clock
from contracts.copies import KnownPrimary, the_primary
from services.registration import queries
from services.registration.models import CalendarChange, Primary


def list_primaries(session: Session, clock: Clock) -> list[dict[str, Any]]:
    """Every primary of this installation."""
    ids = queries.primary_ids(session)
    known = [the_primary(session, Primary, primary) for primary in ids]
    return [_listed(each, clock.now()) for each in known]


def show_primary(session: Session, clock: Clock, *, primary: str) -> dict[str, Any]:
    """What a primary is and how far it has come."""
    known = the_primary(session, Primary, primary)
    row = session.get_one(Primary, primary)
    return _listed(known, clock.now()) | {
        "document_hash": row.document_hash,
        "calendar_version": row.calendar_version,
        "territory_count": len(known.definition.territories),
        "contest_count": len(known.definition.contests),
        "ppo_count": queries.ppo_count(session, primary),
        "roll_frozen_at": row.roll_frozen_at,
        "ballot_finalised_at": row.ballot_finalised_at,
    }


def show_calendar(session: Session, clock: Clock, *, primary: str) -> dict[str, Any]:
    """The calendar in force, and every change ever proposed."""
    known = the_primary(session, Primary, primary)
    version = known.calendar.version
    return {
        "primary": primary,
        "version": version,
        "zone": known.definition.zone,
        "phases": known.calendar.phases,
        "instants": known.calendar.instants,
        "open_phases": known.calendar.open_phases(clock.now()),
        "changes": [
            show_change(change, version)
            for change in queries.calendar_changes(session, primary)
        ],
    }


def show_change(change: CalendarChange, version_in_force: int) -> dict[str, Any]:
    """A change as it stands beside the version in force."""
    if change.approved_at is not None:
        state = "approved"
    else:
        state = "proposed" if change.version > version_in_force else "outdated"
    shown = ("version", "phase", "closes_at", "reason", "proposed_at", "approved_at")
    answers = ("answer", "answer_reason")
    return {name: getattr(change, name) for name in shown + answers} | {"state": state}


def show_roll(session: Session, *, primary: str) -> dict[str, Any]:
    """The roll in numbers."""
    the_primary(session, Primary, primary)
    boards = queries.roll_boards(session, primary)
    return {
        "primary": primary,
        "frozen_at": session.get_one(Primary, primary).roll_frozen_at,
        "eligible_count": sum(board.eligible_count for board in boards),
        "boards": boards,
    }


def _listed(known: KnownPrimary, at: datetime) -> dict[str, Any]:
    shown = ("primary", "title", "party", "country", "languages", "zone", "rehearsal")
    facts = {name: getattr(known.definition, name) for name in shown}
    return facts | {"open_phases": known.calendar.open_phases(at)}
