"""What tally does when registration and voting speak."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.events import on
from contracts.calendar import Calendar
from contracts.copies import keep_calendar, keep_primary
from contracts.registration.events import (
    CalendarChanged,
    CandidacyRegistered,
    CandidacyWithdrawn,
    LotDrawn,
    PrimaryDefined,
    RollFrozen,
)
from contracts.voting.events import (
    BallotAccepted,
    BallotBoxSealed,
    DistrictSetUp,
    ProtocolAccepted,
    StationsAnnounced,
)
from services.tally.boards import announce_board, keep_roll, keep_seal
from services.tally.candidacies import keep_candidacy, keep_lot
from services.tally.models import Primary
from services.tally.protocols import accept_protocol, announce_stations
from services.tally.publications import withdraw_candidacy
from services.tally.records import keep_record


@on(PrimaryDefined)
def define_primary(session: Session, clock: Clock, facts: Any) -> None:
    """Keep a copy of the primary."""
    keep_primary(session, Primary, document=facts.document)


@on(CalendarChanged)
def change_calendar(session: Session, clock: Clock, facts: Any) -> None:
    """Go by the newer calendar."""
    calendar = Calendar.from_document(facts.calendar)
    keep_calendar(session, Primary, primary=facts.primary, calendar=calendar)


@on(CandidacyRegistered)
def register_candidacy(session: Session, clock: Clock, facts: Any) -> None:
    """Remember who is behind a candidacy."""
    keep_candidacy(
        session,
        candidacy=facts.candidacy,
        primary=facts.primary,
        contest=facts.contest,
        name=facts.name,
        woman=facts.woman,
        young=facts.young,
    )


@on(CandidacyWithdrawn)
def end_candidacy(session: Session, clock: Clock, facts: Any) -> None:
    """Leave the candidate out of the party list, whenever it is composed."""
    withdraw_candidacy(
        session,
        clock,
        primary=facts.primary,
        contest=facts.contest,
        candidacy=facts.candidacy,
    )


@on(RollFrozen)
def freeze_roll(session: Session, clock: Clock, facts: Any) -> None:
    """Remember who may vote on a board: how many, and with which credentials."""
    keep_roll(
        session,
        primary=facts.primary,
        board=facts.board,
        district=facts.district,
        uuid=facts.uuid,
        eligible=facts.eligible_count,
        credentials=facts.public_credentials,
    )


@on(LotDrawn)
def draw_lot(session: Session, clock: Clock, facts: Any) -> None:
    """Remember the value that puts equal votes in order."""
    keep_lot(
        session,
        primary=facts.primary,
        lot=facts.lot,
        value=facts.value,
        source=facts.source,
    )


@on(DistrictSetUp)
def set_up_district(session: Session, clock: Clock, facts: Any) -> None:
    """Begin a copy of a board."""
    announce_board(
        session,
        clock,
        primary=facts.primary,
        board=facts.board,
        record=facts.record,
        district=facts.district,
        questions=facts.questions,
    )


@on(BallotAccepted)
def keep_ballot(session: Session, clock: Clock, facts: Any) -> None:
    """Keep a ballot, to be checked by a job."""
    keep_record(
        session, clock, primary=facts.primary, board=facts.board, record=facts.record
    )


@on(BallotBoxSealed)
def seal_ballot_box(session: Session, clock: Clock, facts: Any) -> None:
    """Remember where a board ends."""
    keep_seal(
        session,
        clock,
        primary=facts.primary,
        board=facts.board,
        record=facts.record,
        height=facts.height,
        head=facts.head,
        ballots=facts.ballots,
        voters=facts.voters,
    )


@on(StationsAnnounced)
def await_stations(session: Session, clock: Clock, facts: Any) -> None:
    """Remember whose protocols the count must wait for."""
    announce_stations(
        session,
        primary=facts.primary,
        district=facts.district,
        stations=facts.stations,
        announced_at=facts.occurred_at,
    )


@on(ProtocolAccepted)
def count_protocol(session: Session, clock: Clock, facts: Any) -> None:
    """Count a station's paper ballots."""
    accept_protocol(
        session,
        primary=facts.primary,
        station=facts.station,
        district=facts.district,
        version=facts.version,
        counts=facts.counts,
    )
