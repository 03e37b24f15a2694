"""What voting does when the other services speak."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.events import on
from contracts.calendar import Calendar
from contracts.copies import keep_primary
from contracts.registration.events import (
    BallotFinalised,
    CalendarChanged,
    CandidacyRegistered,
    CandidacyWithdrawn,
    PrimaryDefined,
    RollFrozen,
)
from contracts.tally.disputes import Decision
from contracts.tally.events import (
    BallotDisputed,
    BoardRecordAppended,
    DisputeResolved,
    TrusteesReady,
)
from services.voting.boards import (
    append_count_record,
    dispute_board,
    resolve_dispute,
)
from services.voting.calendars import follow_calendar
from services.voting.models import (
    Candidate,
    ContestBallot,
    ElectionKey,
    FrozenRoll,
    Primary,
)


@on(PrimaryDefined)
def keep_definition(session: Session, clock: Clock, facts: Any) -> None:
    """Remember the primary."""
    keep_primary(session, Primary, document=facts.document)


@on(CalendarChanged)
def change_calendar(session: Session, clock: Clock, facts: Any) -> None:
    """Follow the new calendar, or refuse it."""
    calendar = Calendar.from_document(facts.calendar)
    follow_calendar(session, clock, primary=facts.primary, calendar=calendar)


@on(CandidacyRegistered)
def keep_candidate(session: Session, clock: Clock, facts: Any) -> None:
    """Remember what tells a candidate from a namesake."""
    session.merge(
        Candidate(
            primary=facts.primary,
            candidacy=facts.candidacy,
            contest=facts.contest,
            birth_year=facts.birth_year,
            occupation=facts.occupation,
        )
    )


@on(CandidacyWithdrawn)
def note_withdrawal(session: Session, clock: Clock, facts: Any) -> None:
    """Remember it, for booths to show; a ballot that is made stays as it is."""
    session.merge(
        Candidate(
            primary=facts.primary,
            candidacy=facts.candidacy,
            contest=facts.contest,
            is_withdrawn=True,
        )
    )


@on(BallotFinalised)
def keep_ballot(session: Session, clock: Clock, facts: Any) -> None:
    """Remember the final candidates of a contest; the first telling stays."""
    _keep_first(
        session,
        ContestBallot(
            primary=facts.primary, contest=facts.contest, candidates=facts.candidates
        ),
    )


@on(TrusteesReady)
def keep_key(session: Session, clock: Clock, facts: Any) -> None:
    """Remember the key of the elections; the first telling stays."""
    _keep_first(
        session,
        ElectionKey(
            primary=facts.primary,
            group=facts.group,
            public_key=facts.public_key,
            trustees=facts.trustees,
        ),
    )


@on(RollFrozen)
def keep_roll(session: Session, clock: Clock, facts: Any) -> None:
    """Remember a board's roll; the first telling stays."""
    _keep_first(
        session,
        FrozenRoll(
            primary=facts.primary,
            board=facts.board,
            district=facts.district,
            uuid=facts.uuid,
            eligible_count=facts.eligible_count,
            public_credentials=facts.public_credentials,
        ),
    )


@on(BoardRecordAppended)
def append_record(session: Session, clock: Clock, facts: Any) -> None:
    """Serve what the count has added to a sealed board."""
    append_count_record(
        session,
        clock,
        primary=facts.primary,
        board=facts.board,
        record=facts.record,
    )


@on(BallotDisputed)
def mark_disputed(session: Session, clock: Clock, facts: Any) -> None:
    """Show that a board is disputed."""
    dispute_board(
        session,
        primary=facts.primary,
        board=facts.board,
        height=facts.height,
        reason=facts.reason,
    )


@on(DisputeResolved)
def unmark_disputed(session: Session, clock: Clock, facts: Any) -> None:
    """Go by what officers decided: a board that they exclude stays disputed."""
    if facts.decision == Decision.CHECK_AGAIN:
        resolve_dispute(session, primary=facts.primary, board=facts.board)


def _keep_first(session: Session, row: Any) -> None:
    key = sa.inspect(row).mapper.primary_key_from_instance(row)
    if session.get(type(row), tuple(key)) is None:
        session.add(row)
        session.flush()
