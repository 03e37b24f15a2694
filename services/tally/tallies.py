"""Encrypted tallies: the running sum, recomputed from the board, put on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from belenios.board import encrypted_tally
from belenios.election import Election
from belenios.tally import read_sized_tally
from chassis.clock import Clock
from contracts.copies import the_primary
from services.tally.ballots import Recount
from services.tally.elections import election_of
from services.tally.models import Board, BoardStage, Primary, Seal
from services.tally.queries import BoardKey, tallied_boards
from services.tally.records import announce_record, append_record, dispute


@dataclass(frozen=True, kw_only=True)
class SealedBoard:
    """What a sealed board is recounted from."""

    election: Election
    height: int


def sealed_board(session: Session, key: BoardKey) -> SealedBoard:
    """A board whose records are good up to the seal."""
    board, seal = session.get_one(Board, key), session.get_one(Seal, key)
    return SealedBoard(election=election_of(board.election), height=seal.height)


def append_tally(
    session: Session, clock: Clock, key: BoardKey, recount: Recount
) -> None:
    """Put the encrypted tally on the board if everything agrees; else dispute it."""
    board = session.get_one(Board, key, with_for_update=True)
    if board.stage != BoardStage.OPEN or board.is_disputed:
        return
    seal = session.get_one(Seal, key)
    if reason := _disagreement(board, seal, recount):
        dispute(session, clock, board, height=seal.height, reason=reason)
        return
    entry = encrypted_tally(board.head, board.height + 1, board.tally, board.sized)
    announce_record(session, clock, board, append_record(session, board, entry))
    board.stage = BoardStage.TALLIED


def _disagreement(board: Board, seal: Seal, recount: Recount) -> str | None:
    if (board.height, board.head) != (seal.height, seal.head):
        return "The seal names another last record."
    if (recount.ballots, recount.voters) != (seal.ballots, seal.voters):
        return "The seal counts other ballots or voters."
    if recount.sums() != (board.tally, board.sized):
        return "The running sum is not the sum of the published ballots."
    return None


def bundle(session: Session, *, primary: str, after: str, limit: int) -> dict[str, Any]:
    """What trustees decrypt: a page of the tallied boards."""
    definition = the_primary(session, Primary, primary).definition
    boards = tallied_boards(session, primary, after=after, limit=limit + 1)
    shown = boards[:limit]
    return {
        "primary": primary,
        "min_ballots": definition.min_ballots,
        "districts": [
            {
                "district": board.board,
                "election": board.election,
                "encrypted_tally": board.tally,
                "num_tallied": read_sized_tally(board.sized).num_tallied,
            }
            for board in shown
        ],
        "next": shown[-1].board if len(boards) > limit else None,
    }
