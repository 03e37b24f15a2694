"""What waits for which of tally's jobs: keys of boards, nothing heavy."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.tally.models import (
    Board,
    BoardRecord,
    BoardStage,
    ElectionKey,
    PartialDecryption,
    Primary,
    Publication,
    Roll,
    Seal,
)
from services.tally.queries import BoardKey

#: a query for the keys of boards
Worklist = sa.Select[str, str]


def keys(session: Session, worklist: Worklist) -> list[BoardKey]:
    """The boards on a list, in order."""
    rows = session.execute(worklist.order_by(Board.primary, Board.board))
    return [(row.primary, row.board) for row in rows]


def any_on(session: Session, *worklists: Worklist) -> bool:
    """Whether a board is on one of the lists: one small question."""
    return bool(session.scalar(_any_on(worklists)))


@cache
def _any_on(worklists: tuple[Worklist, ...]) -> sa.Select[bool]:
    return sa.select(sa.or_(*(each.exists() for each in worklists)))


def primaries_unpublished(session: Session) -> list[str]:
    """Primaries all of whose boards are counted, and whose results are not public."""
    return list(session.scalars(_PRIMARIES_UNPUBLISHED))


def primaries_counted(session: Session) -> list[str]:
    """Primaries of which a board or all results wait for their publication instant."""
    return list(session.scalars(_PRIMARIES_COUNTED))


def _of_board(model: Any) -> tuple[sa.ColumnElement[bool], ...]:
    return model.primary == Board.primary, model.board == Board.board


def _same_board(model: Any) -> sa.ColumnElement[bool]:
    return sa.and_(*_of_board(model))


def _boards(stage: BoardStage) -> Worklist:
    """Those at a stage of which nothing is in doubt."""
    return sa.select(Board.primary, Board.board).where(
        Board.stage == stage, Board.dispute.is_(None)
    )


def _of_primary(*conditions: sa.ColumnElement[bool]) -> sa.Exists:
    return sa.exists().where(Board.primary == Primary.primary, *conditions)


_OPEN = _boards(BoardStage.OPEN)
_SEALED = _OPEN.join(Seal, _same_board(Seal))
_HAS_FOLLOWING = sa.exists().where(
    *_of_board(BoardRecord), BoardRecord.height == Board.height + 1
)
_DECRYPTIONS = (
    sa.select(sa.func.count())
    .select_from(PartialDecryption)
    .where(*_of_board(PartialDecryption))
    .correlate(Board)
    .scalar_subquery()
)
_IS_COUNTED = sa.and_(
    Board.stage.in_([BoardStage.COUNTED, BoardStage.PUBLISHED]), Board.dispute.is_(None)
)
_IS_UNPUBLISHED = sa.and_(
    _of_primary(),
    ~_of_primary(~_IS_COUNTED, Board.exclusion.is_(None)),
    ~sa.exists().where(Publication.primary == Primary.primary),
)
_PRIMARIES = sa.select(Primary.primary).order_by(Primary.primary)
_PRIMARIES_UNPUBLISHED = _PRIMARIES.where(_IS_UNPUBLISHED)

#: Boards whose set-up, roll and key were announced.
TO_OPEN = (
    _boards(BoardStage.ANNOUNCED)
    .join(Roll, _same_board(Roll))
    .join(ElectionKey, ElectionKey.primary == Board.primary)
)
#: Boards with a record that follows the last one known to be good.
TO_CHECK = _OPEN.where(_HAS_FOLLOWING)
#: Sealed boards that lack the record after the last good one.
WITH_GAPS = _SEALED.where(Board.height < Seal.height, ~_HAS_FOLLOWING)
#: Boards of which every record up to the seal is good.
TO_TALLY = _SEALED.where(Board.height >= Seal.height)
#: Tallied boards that enough trustees have decrypted.
TO_DECRYPT = (
    _boards(BoardStage.TALLIED)
    .join(ElectionKey, ElectionKey.primary == Board.primary)
    .where(ElectionKey.threshold <= _DECRYPTIONS)
)
#: Boards whose result is known and waits for its publication instant.
COUNTED = _boards(BoardStage.COUNTED)
_PRIMARIES_COUNTED = _PRIMARIES.where(
    sa.or_(
        _of_primary(Board.stage == BoardStage.COUNTED, Board.dispute.is_(None)),
        _IS_UNPUBLISHED,
    )
)
