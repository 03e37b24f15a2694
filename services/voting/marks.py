"""Marks at a polling station: looked up before paper is issued, taken back at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from chassis import auth
from chassis.auth import Principal
from chassis.clock import Clock
from contracts.copies import the_primary
from contracts.voting.errors import MarkStands, NotMarkedHere, VoterOfAnotherDistrict
from services.voting.models import Board, Primary, Voter
from services.voting.registers import get_line, lock_voter
from services.voting.stations import get_station, require_station_officer

log = structlog.get_logger()

#: so long the voter still stands there, and the paper has not left the room
UNDO = timedelta(minutes=2)


def check_voter(
    session: Session,
    officer: Principal,
    *,
    primary: str,
    station: str,
    voter: auth.Voter,
) -> dict[str, Any]:
    """Whether paper may be issued to a voter here; changes nothing."""
    the_primary(session, Primary, primary)
    place = require_station_officer(session, officer, primary, station)
    line = get_line(session, primary, voter)
    district = session.get_one(Board, (primary, line.board)).district
    if district != place.district:
        raise VoterOfAnotherDistrict(district=district)
    return {
        "station": station,
        "status": _status(line),
        "marked_at_station": line.station,
        "marked_at": line.marked_at,
        "marks": place.marks_count,
    }


def undo_mark(
    session: Session,
    clock: Clock,
    officer: Principal,
    *,
    voter: auth.Voter,
    **mark: Any,
) -> dict[str, Any]:
    """Take back a mark of this station that was just made by mistake."""
    primary, station = mark["primary"], mark["station"]
    known = the_primary(session, Primary, primary)
    require_station_officer(session, officer, primary, station)
    known.require_open("paper_voting", clock.now())
    board, line = lock_voter(session, primary, voter)
    place = get_station(session, primary, station, lock=True)
    _require_just_marked(line, station, clock)
    line.marked_at = line.station = None
    board.paper_count -= 1
    place.marks_count -= 1
    log.info("mark_undone", primary=primary, station=station, reason=mark["reason"])
    return {"station": station, "marks": place.marks_count}


def _require_just_marked(line: Voter, station: str, clock: Clock) -> None:
    if line.marked_at is None or line.station != station:
        raise NotMarkedHere(station=station)
    if clock.now() - line.marked_at > UNDO:
        raise MarkStands(minutes=UNDO // timedelta(minutes=1))


def _status(line: Voter) -> str:
    if line.marked_at is not None:
        return "marked"
    return "may_vote" if line.voted_at is None else "voted_online"
