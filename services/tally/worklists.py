"""What waits for which of tally's timers: keys of boards, nothing heavy."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.tally.models import (
    Board,
    BoardRecord,
    BoardStage,
    ElectionKey,
    PartialDecryption,
    Publication,
    Roll,
    Seal,
)
from services.tally.queries import BoardKey


def boards_to_open(session: Session) -> list[BoardKey]:
    """Boards whose set-up, roll and key were announced."""
    query = (
        sa.select(Board.primary, Board.board)
        .join(Roll, _same_board(Roll))
        .join(ElectionKey, ElectionKey.primary == Board.primary)
        .where(Board.stage == BoardStage.ANNOUNCED, Board.dispute.is_(None))
    )
    return _keys(session, query)


def boards_to_check(session: Session) -> list[BoardKey]:
    """Boards with a record that follows the last one known to be good."""
    return _keys(session, _open_boards().where(_has_following()))


def boards_with_gaps(session: Session) -> list[BoardKey]:
    """Sealed boards that lack the record after the last good one."""
    query = _open_boards().join(Seal, _same_board(Seal))
    return _keys(session, query.where(Board.height < Seal.height, ~_has_following()))


def boards_to_tally(session: Session) -> list[BoardKey]:
    """Boards of which every record up to the seal is good."""
    query = _open_boards().join(Seal, _same_board(Seal))
    return _keys(session, query.where(Board.height >= Seal.height))


def boards_to_decrypt(session: Session) -> list[BoardKey]:
    """Tallied boards that enough trustees have decrypted."""
    given = _count(PartialDecryption, *_of_board(PartialDecryption))
    query = (
        sa.select(Board.primary, Board.board)
        .join(ElectionKey, ElectionKey.primary == Board.primary)
        .where(
            Board.stage == BoardStage.TALLIED,
            Board.dispute.is_(None),
            given >= ElectionKey.threshold,
        )
    )
    return _keys(session, query)


def boards_counted(session: Session) -> list[BoardKey]:
    """Boards whose result is known and waits for its publication instant."""
    query = sa.select(Board.primary, Board.board).where(
        Board.stage == BoardStage.COUNTED, Board.dispute.is_(None)
    )
    return _keys(session, query)


def primaries_unpublished(session: Session) -> list[str]:
    """Primaries with boards whose results are not public yet."""
    query = (
        sa.select(Board.primary)
        .where(~sa.exists().where(Publication.primary == Board.primary))
        .distinct()
    )
    return list(session.scalars(query.order_by(Board.primary)))


def _open_boards() -> sa.Select[str, str]:
    return sa.select(Board.primary, Board.board).where(
        Board.stage == BoardStage.OPEN, Board.dispute.is_(None)
    )


def _has_following() -> sa.Exists:
    """Whether the record after the last good one is there."""
    return sa.exists().where(
        *_of_board(BoardRecord), BoardRecord.height == Board.height + 1
    )


def _of_board(model: Any) -> tuple[sa.ColumnElement[bool], ...]:
    return model.primary == Board.primary, model.board == Board.board


def _same_board(model: Any) -> sa.ColumnElement[bool]:
    return sa.and_(*_of_board(model))


def _count(model: Any, *conditions: Any) -> sa.ScalarSelect[int]:
    query = sa.select(sa.func.count()).select_from(model).where(*conditions)
    return query.correlate(Board).scalar_subquery()


def _keys(session: Session, query: sa.Select[str, str]) -> list[BoardKey]:
    rows = session.execute(query.order_by(Board.primary, Board.board))
    return [(row.primary, row.board) for row in rows]
