"""What voting shows of its boards and stations."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from belenios.board import archive_header, tar_record
from belenios.encoding import hex_hash
from contracts.copies import the_primary
from contracts.definition import Definition
from contracts.voting.errors import UnknownBoard, UnknownRecord
from services.voting.models import (
    Board,
    BoardRecord,
    Candidate,
    Primary,
    SpoiledBallot,
)

#: an answer ends once it is longer than this: messages must stay small
_LONG_ENOUGH = 2**20

Row = TypeVar("Row")


def get_board(session: Session, primary: str, board: str) -> Board:
    """The board; raise `UnknownPrimary` or `UnknownBoard`."""
    the_primary(session, Primary, primary)
    row = session.get(Board, (primary, board))
    if row is None:
        raise UnknownBoard(board=board)
    return row


def list_boards(
    session: Session, *, primary: str, after: str, limit: int, district: str | None
) -> dict[str, Any]:
    """A page of boards, in the order of their ids."""
    definition = the_primary(session, Primary, primary).definition
    query = sa.select(Board).where(Board.primary == primary, Board.board > after)
    if district is not None:
        query = query.where(Board.district == district)
    rows = list(session.scalars(query.order_by(Board.board).limit(limit)))
    items = [_board_view(definition, row) for row in rows]
    return {"items": items, "next": rows[-1].board if len(rows) == limit else None}


def show_board(session: Session, *, primary: str, board: str) -> dict[str, Any]:
    """One board."""
    row = get_board(session, primary, board)
    return _board_view(the_primary(session, Primary, primary).definition, row)


def _board_view(definition: Definition, row: Board) -> dict[str, Any]:
    dispute = {"height": row.disputed_height, "reason": row.dispute_reason}
    return {
        "board": row.board,
        "district": row.district,
        "uuid": row.uuid,
        "name": row.name,
        "group": definition.group,
        "rehearsal": definition.rehearsal,
        "fingerprint": row.fingerprint,
        "state": _state(row),
        "height": row.height,
        "head": row.head_hash,
        "ballots": row.ballot_count,
        "voters": row.online_count,
        "eligible": row.eligible_count,
        "sealed_at": row.sealed_at,
        "dispute": dispute if row.disputed_height is not None else None,
    }


def _state(row: Board) -> str:
    if row.counted_at is not None:
        return "counted"
    return "voting" if row.sealed_at is None else "sealed"


def show_election(session: Session, *, primary: str, board: str) -> dict[str, Any]:
    """The election of a board, with who its answers are."""
    row = get_board(session, primary, board)
    setup = session.get_one(BoardRecord, (primary, board, 0))
    return {
        "board": row.board,
        "district": row.district,
        "uuid": row.uuid,
        "election": setup.data[0],
        "fingerprint": row.fingerprint,
        "questions": row.questions,
        "withdrawn": _withdrawn(session, row),
    }


def _withdrawn(session: Session, board: Board) -> list[str]:
    contests = [question["contest"] for question in board.questions]
    query = sa.select(Candidate.candidacy).where(
        Candidate.primary == board.primary,
        Candidate.contest.in_(contests),
        Candidate.is_withdrawn,
    )
    shown = {each for question in board.questions for each in question["candidacies"]}
    return [each for each in session.scalars(query) if each in shown]


# --- records ----------------------------------------------------------------------


def list_records(
    session: Session, *, primary: str, board: str, after: int, limit: int
) -> dict[str, Any]:
    """A stretch of the chain, without the records' content."""
    row = get_board(session, primary, board)
    columns = sa.select(
        BoardRecord.height, BoardRecord.type, BoardRecord.hash, BoardRecord.tracker
    )
    query = columns.where(*_after(row, after)).order_by(BoardRecord.height)
    rows = session.execute(query.limit(limit)).all()
    return {"items": rows, "next": _next(row, rows)}


def read_records(
    session: Session, *, primary: str, board: str, after: int, limit: int
) -> dict[str, Any]:
    """A stretch of the chain, whole."""
    row = get_board(session, primary, board)
    rows = list(_until_long(session, row, after, limit))
    return {"items": rows, "next": _next(row, rows)}


def show_record(
    session: Session, *, primary: str, board: str, height: int
) -> BoardRecord:
    """One record; raise `UnknownRecord`."""
    get_board(session, primary, board)
    record = session.get(BoardRecord, (primary, board, height))
    if record is None:
        raise UnknownRecord(board=board, height=height)
    return record


def read_archive(
    session: Session, *, primary: str, board: str, after: int, limit: int
) -> dict[str, Any]:
    """A stretch of the archive's bytes, in base64; the first begins with its header."""
    row = get_board(session, primary, board)
    rows = list(_until_long(session, row, after, limit))
    chunk = b"".join(_archived(record, row.timestamp) for record in rows)
    return {"chunk": base64.b64encode(chunk).decode(), "next": _next(row, rows)}


def ballot_record(session: Session, board: Board, tracker: str) -> Any:
    """Where a ballot stands: its height, credential and event; None if nowhere."""
    columns = sa.select(BoardRecord.height, BoardRecord.credential, BoardRecord.event)
    return session.execute(
        columns.where(
            BoardRecord.primary == board.primary,
            BoardRecord.board == board.board,
            BoardRecord.tracker == tracker,
        )
    ).one_or_none()


def events_from(session: Session, board: Board, height: int) -> Iterable[str]:
    """The texts of the events from a height on, in the order of the chain."""
    query = sa.select(BoardRecord.event).where(*_after(board, height - 1))
    return session.scalars(query.order_by(BoardRecord.height))


def _after(board: Board, height: int) -> tuple[Any, ...]:
    return (
        BoardRecord.primary == board.primary,
        BoardRecord.board == board.board,
        BoardRecord.height > height,
    )


def _until_long(
    session: Session, board: Board, after: int, limit: int
) -> Iterator[BoardRecord]:
    query = sa.select(BoardRecord).where(*_after(board, after))
    ordered = query.order_by(BoardRecord.height).limit(limit)
    records = session.scalars(ordered.execution_options(yield_per=10))
    return _short_enough(records, lambda one: len(one.event) + sum(map(len, one.data)))


def _short_enough(rows: Iterable[Row], length: Callable[[Row], int]) -> Iterator[Row]:
    """Rows until they are long together."""
    total = 0
    for row in rows:
        yield row
        total += length(row)
        if total >= _LONG_ENOUGH:
            return


def _next(board: Board, rows: Sequence[Any]) -> int | None:
    """The height to go on after; None at the head the board had when we looked."""
    return rows[-1].height if rows and rows[-1].height < board.height else None


def _archived(record: BoardRecord, timestamp: int) -> bytes:
    bodies = [text.encode() for text in record.data]
    data = [(f"{hex_hash(body)}.data.json", body) for body in bodies]
    event = (f"{record.hash}.event.json", record.event.encode())
    header = archive_header(timestamp) if record.height == 0 else b""
    return header + b"".join(
        tar_record(name, body, timestamp) for name, body in (*data, event)
    )


# --- spoiled ballots ----------------------------------------------------------------


def spoiled_ballot(
    session: Session, board: Board, tracker: str
) -> SpoiledBallot | None:
    """The line of a ballot in the log of those that were opened."""
    return session.scalar(_spoiled(board).where(SpoiledBallot.tracker == tracker))


def last_spoiled(session: Session, board: Board) -> SpoiledBallot | None:
    """The line that the next one follows."""
    newest = _spoiled(board).order_by(SpoiledBallot.height.desc())
    return session.scalar(newest.limit(1))


def list_spoiled_ballots(
    session: Session, *, primary: str, board: str, after: int, limit: int
) -> dict[str, Any]:
    """A stretch of the log; as long as a message may be."""
    row = get_board(session, primary, board)
    query = _spoiled(row).where(SpoiledBallot.height > after)
    query = query.order_by(SpoiledBallot.height).limit(limit)
    lines = session.scalars(query.execution_options(yield_per=10))
    items = list(_short_enough(lines, lambda line: len(line.entry)))
    last = last_spoiled(session, row)
    more = items and last and items[-1].height < last.height
    return {"items": items, "next": items[-1].height if more else None}


def _spoiled(board: Board) -> sa.Select[SpoiledBallot]:
    return sa.select(SpoiledBallot).where(
        SpoiledBallot.primary == board.primary, SpoiledBallot.board == board.board
    )
