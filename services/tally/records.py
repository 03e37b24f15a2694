"""Board records: kept as they come, appended after the seal, disputed if wrong."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy.orm import Session

from belenios.board import Entry, Event
from belenios.encoding import hex_hash
from chassis import outbox
from chassis.clock import Clock
from contracts.copies import the_primary
from contracts.tally.events import BallotDisputed, BoardRecordAppended
from services.tally.ballots import Written
from services.tally.models import Board, BoardRecord, Primary

log = structlog.get_logger()


def keep_record(
    session: Session, clock: Clock, *, primary: str, board: str, record: dict[str, Any]
) -> None:
    """Keep a record that voting wrote, to be checked later.

    The same again changes nothing. Another one at the same height means that the
    board was told in two ways: it is disputed.
    """
    kept = session.get(BoardRecord, (primary, board, record["height"]))
    if kept is None:
        session.add(_row(primary, board, record))
        session.flush()
    elif kept.hash != record["hash"]:
        followed = session.get(Board, (primary, board), with_for_update=True)
        if followed is not None:
            reason = "There are two different records at this height."
            dispute(session, clock, followed, height=kept.height, reason=reason)


def append_record(session: Session, board: Board, entry: Entry) -> BoardRecord:
    """Put tally's own record on its copy of a sealed board."""
    event = Event.parse(entry.event.decode())
    record = {
        "height": entry.height,
        "type": event.type.value,
        "hash": entry.hash,
        "event": entry.event.decode(),
        "data": [data.body.decode() for data in entry.records[:-1]],
    }
    row = _row(board.primary, board.board, record)
    session.add(row)
    board.height, board.head = entry.height, entry.hash
    return row


def announce_record(
    session: Session, clock: Clock, board: Board, row: BoardRecord
) -> None:
    """Tell voting to serve a record that the count has appended."""
    outbox.record(
        session,
        clock,
        BoardRecordAppended,
        **whereabouts(session, board),
        height=row.height,
        record_type=row.type,
        head=row.hash,
        record=row,
    )
    log.info("board_record_appended", board=board.board, type=row.type)


def written(row: BoardRecord) -> Written:
    """A kept record as the checks want it."""
    return Written(
        height=row.height,
        type=row.type,
        hash=row.hash,
        event=row.event,
        data=row.data,
    )


def dispute(
    session: Session, clock: Clock, board: Board, *, height: int, reason: str
) -> None:
    """Stop the count of a board, once, until officers have looked at it."""
    if board.is_disputed:
        return
    board.disputed_height, board.dispute = height, reason
    outbox.record(
        session,
        clock,
        BallotDisputed,
        **whereabouts(session, board),
        height=height,
        reason=reason,
    )
    log.error("board_disputed", board=board.board, height=height)


def _row(primary: str, board: str, record: dict[str, Any]) -> BoardRecord:
    return BoardRecord(
        primary=primary,
        board=board,
        height=record["height"],
        type=record["type"],
        hash=record["hash"],
        payload_hash=hex_hash(record["data"][-1].encode()) if record["data"] else "",
        event=record["event"],
        data=record["data"],
    )


def whereabouts(session: Session, board: Board) -> dict[str, str]:
    """Which board an event is about, and where it is told."""
    definition = the_primary(session, Primary, board.primary).definition
    return {
        **definition.whereabouts(board.district),
        "district": board.district,
        "board": board.board,
    }
