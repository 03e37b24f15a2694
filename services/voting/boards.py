"""The public boards: their chain of records, the seal, and what the count appends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from belenios import board as chain
from belenios.board import Entry
from belenios.encoding import hex_hash
from belenios.errors import BeleniosError
from chassis import outbox
from chassis.clock import Clock
from contracts.copies import KnownPrimary, the_primary
from contracts.voting.errors import RecordDoesNotFollow, UnknownBoard
from contracts.voting.events import BallotBoxSealed
from services.voting.models import Board, BoardRecord, Primary

log = structlog.get_logger()

#: how long a ballot may be on its way from the gateway into the box
GRACE = timedelta(seconds=10)
_COUNTING = {"EncryptedTally", "PartialDecryption", "Result"}


def lock_board(session: Session, primary: str, board: str) -> Board:
    """The board, which nobody else can change until this transaction ends."""
    row = session.get(Board, (primary, board), with_for_update=True)
    if row is None:
        raise UnknownBoard(board=board)
    return row


def lock_calendar(session: Session, primary: str) -> KnownPrimary:
    """The primary, whose calendar nobody else can change until then.

    Sealing and changing the calendar take turns by it. Lock it before any board.
    """
    key = sa.select(Primary.primary).where(Primary.primary == primary)
    session.execute(key.with_for_update())
    return the_primary(session, Primary, primary)


def append_entry(
    session: Session,
    board: Board,
    entry: Entry,
    *,
    at: datetime,
    tracker: str | None = None,
    credential: str | None = None,
) -> BoardRecord:
    """Put an entry at the head of a board that is locked."""
    record = BoardRecord(
        primary=board.primary,
        board=board.board,
        height=entry.height,
        type=chain.Event.parse(entry.event.decode()).type.value,
        hash=entry.hash,
        event=entry.event.decode(),
        data=_texts(entry),
        tracker=tracker,
        credential=credential,
        recorded_at=at.replace(second=0, microsecond=0),
    )
    board.height, board.head_hash = entry.height, entry.hash
    session.add(record)
    return record


def _texts(entry: Entry) -> list[str]:
    """The data records: neither the archive's header nor the event itself."""
    kept = (each for each in entry.records if each.name.endswith(".data.json"))
    return [each.body.decode() for each in kept]


# --- the seal -------------------------------------------------------------------


def seal_board(session: Session, clock: Clock, *, primary: str, board: str) -> bool:
    """Seal a ballot box if its time has come; False if not, or if it is sealed."""
    known = lock_calendar(session, primary)
    row = lock_board(session, primary, board)
    if row.sealed_at is not None or not may_seal(known, clock.now()):
        return False
    entry = chain.end_ballots(row.head_hash, row.height + 1)
    record = append_entry(session, row, entry, at=clock.now())
    row.sealed_at = clock.now()
    outbox.record(
        session,
        clock,
        BallotBoxSealed,
        **known.definition.whereabouts(row.district),
        district=row.district,
        board=row.board,
        height=row.height,
        head=row.head_hash,
        ballots=row.ballot_count,
        voters=row.online_count,
        record=record,
    )
    log.info("ballot_box_sealed", board=board, ballots=row.ballot_count)
    return True


def may_seal(known: KnownPrimary, at: datetime) -> bool:
    """Whether no ballot that arrived in time can still be on its way."""
    return at >= known.calendar.phase("voting").closes_at + GRACE


def boards_to_seal(session: Session, clock: Clock) -> list[tuple[str, str]]:
    """The boards that are to be sealed now, as (primary, board)."""
    now = clock.now()
    return boards_due(
        session, Board.sealed_at.is_(None), lambda known: may_seal(known, now)
    )


def boards_due(
    session: Session,
    waits: sa.ColumnElement[bool],
    has_come: Callable[[KnownPrimary], bool],
) -> list[tuple[str, str]]:
    """The boards that wait for an instant of their primary that has come."""
    waiting = session.scalars(sa.select(Board.primary).where(waits).distinct())
    due = [each for each in waiting if has_come(the_primary(session, Primary, each))]
    if not due:
        return []
    boards = sa.select(Board.primary, Board.board).where(waits, Board.primary.in_(due))
    rows = session.execute(boards.order_by(Board.primary, Board.board))
    return [(row.primary, row.board) for row in rows]


# --- the count ------------------------------------------------------------------


def append_count_record(
    session: Session, clock: Clock, *, primary: str, board: str, record: dict[str, Any]
) -> None:
    """Append what tally has added to a sealed board; the same again does nothing."""
    row = lock_board(session, primary, board)
    if _is_there(session, row, record):
        return
    entry = _entry_of(row, record)
    append_entry(session, row, entry, at=clock.now())
    if record["type"] == "Result":
        row.counted_at = clock.now()
    log.info("count_record_appended", board=board, type=record["type"])


def dispute_board(
    session: Session, *, primary: str, board: str, height: int, reason: str
) -> None:
    """Mark a board whose ballot the count could not accept; the first reason stays."""
    row = lock_board(session, primary, board)
    if row.disputed_height is None:
        row.disputed_height, row.dispute_reason = height, reason
        log.error("board_disputed", board=board, height=height)


def resolve_dispute(session: Session, *, primary: str, board: str) -> None:
    """Show a board as not disputed any more: the count looks at it again."""
    row = lock_board(session, primary, board)
    row.disputed_height = row.dispute_reason = None


def _is_there(session: Session, board: Board, record: dict[str, Any]) -> bool:
    place = (board.primary, board.board, record["height"])
    known = session.get(BoardRecord, place)
    return known is not None and known.hash == record["hash"]


def _entry_of(board: Board, record: dict[str, Any]) -> Entry:
    """The record as an entry, once it is sure that it continues the chain."""
    try:
        event = chain.Event.parse(record["event"])
        chain.check_link(event, board.head_hash, board.height + 1)
    except BeleniosError as error:
        raise RecordDoesNotFollow(board=board.board, reason=str(error)) from None
    if problem := _problem(board, event, record):
        raise RecordDoesNotFollow(board=board.board, reason=problem)
    return _rebuilt(event, record)


def _problem(board: Board, event: chain.Event, record: dict[str, Any]) -> str | None:
    if board.sealed_at is None or event.type not in _COUNTING:
        return "it may not come now"
    payload = hex_hash(record["data"][-1].encode()) if record["data"] else None
    told = (record["height"], record["type"], record["hash"], payload)
    digest = hex_hash(record["event"].encode())
    found = (event.height, event.type, digest, event.payload)
    return None if told == found else "its parts contradict each other"


def _rebuilt(event: chain.Event, record: dict[str, Any]) -> Entry:
    bodies = [text.encode() for text in record["data"]]
    data = [chain.Record(f"{hex_hash(body)}.data.json", body) for body in bodies]
    text = record["event"].encode()
    named = chain.Record(f"{record['hash']}.event.json", text)
    return Entry(text, record["hash"], event.height, (*data, named))
