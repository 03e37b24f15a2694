"""The marked register: who is on the roll of a board, and which channel they used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis import auth
from chassis.auth import Principal
from chassis.clock import Clock
from contracts.copies import KnownPrimary, the_primary
from contracts.voting.errors import (
    AlreadyMarked,
    AlreadyVotedOnline,
    BallotBoxIsSealed,
    NotAVoter,
    PaperIssued,
    UnknownBoard,
    VoterOfAnotherDistrict,
    VotingClosed,
    VotingNotOpenYet,
)
from services.voting.boards import lock_board
from services.voting.models import Board, Primary, Station, Voter
from services.voting.stations import get_station, require_station_officer


def mark_voter(
    session: Session,
    clock: Clock,
    officer: Principal,
    *,
    primary: str,
    station: str,
    voter: auth.Voter,
) -> dict[str, Any]:
    """Note that a paper ballot is issued to a voter: from now on paper only."""
    known = the_primary(session, Primary, primary)
    require_station_officer(session, officer, primary, station)
    known.require_open("paper_voting", clock.now())
    board, line = lock_voter(session, primary, voter)
    place = get_station(session, primary, station, lock=True)
    _require_unused(place, board, line)
    line.marked_at, line.station = clock.now(), station
    board.paper_count += 1
    place.marks_count += 1
    return {
        "station": station,
        "marked_at": line.marked_at,
        "marks": place.marks_count,
    }


def _require_unused(place: Station, board: Board, line: Voter) -> None:
    if board.district != place.district:
        raise VoterOfAnotherDistrict(district=board.district)
    if line.voted_at is not None:
        raise AlreadyVotedOnline
    if line.marked_at is not None:
        at = line.marked_at.isoformat(timespec="minutes")
        raise AlreadyMarked(station=line.station, marked_at=at)


def get_line(session: Session, primary: str, voter: auth.Voter | None) -> Voter:
    """A voter's line; raise `NotAVoter`, or `UnknownBoard` before it is set up."""
    if voter is None:
        raise NotAVoter
    line = session.get(Voter, (primary, voter.reference))
    if line is not None:
        return line
    if session.get(Board, (primary, voter.board)) is None:
        raise UnknownBoard(board=voter.board)
    raise NotAVoter


def lock_voter(
    session: Session, primary: str, voter: auth.Voter | None
) -> tuple[Board, Voter]:
    """A voter's board and line, the board locked: both channels take turns by it."""
    board = lock_board(session, primary, get_line(session, primary, voter).board)
    line = get_line(session, primary, voter)
    session.refresh(line)
    return board, line


def require_may_vote(
    known: KnownPrimary, board: Board, line: Voter, at: datetime
) -> None:
    """Raise unless this voter may put a ballot that arrived at `at` into the box."""
    voting = known.calendar.phase("voting")
    if at < voting.opens_at:
        raise VotingNotOpenYet(opens_at=voting.opens_at.isoformat())
    if at >= voting.closes_at:
        raise VotingClosed(closes_at=voting.closes_at.isoformat())
    if board.sealed_at is not None:
        raise BallotBoxIsSealed(board=board.board)
    if line.marked_at is not None:
        raise PaperIssued


def credential_is_of_another(session: Session, line: Voter, fingerprint: str) -> bool:
    """Whether another voter of the board has used this credential."""
    others = sa.exists().where(
        Voter.primary == line.primary,
        Voter.board == line.board,
        Voter.credential_fingerprint == fingerprint,
        Voter.voter != line.voter,
    )
    return bool(session.scalar(sa.select(others)))


def show_my_vote(
    session: Session, *, primary: str, voter: auth.Voter | None
) -> dict[str, Any]:
    """Whether a vote is recorded in this voter's name, to the hour."""
    the_primary(session, Primary, primary)
    line = get_line(session, primary, voter)
    if line.voted_at is not None:
        return {"status": "recorded_online", "at": line.voted_at}
    if line.marked_at is not None:
        at = line.marked_at.replace(minute=0, second=0, microsecond=0)
        return {"status": "paper_issued", "at": at}
    return {"status": "not_voted", "at": None}
