"""What becomes of a tracker: recorded, replaced, spoiled, or known nowhere."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contracts.copies import the_primary
from services.voting.models import Board, BoardRecord, Primary, SpoiledBallot
from services.voting.queries import ballot_record, get_board, spoiled_ballot


def find_tracker(session: Session, *, primary: str, tracker: str) -> dict[str, Any]:
    """The same for whoever does not know the board."""
    the_primary(session, Primary, primary)
    board = _board_with(session, primary, tracker)
    if board is None:
        return {"tracker": tracker, "status": "unknown", "height": None, "board": None}
    found = find_ballot(session, primary=primary, board=board, tracker=tracker)
    return found | {"board": board}


def _board_with(session: Session, primary: str, tracker: str) -> str | None:
    """The board on which a tracker stands, cast or opened; each asked by its index."""
    boards = sa.select(Board.board).where(Board.primary == primary)
    for lines in (BoardRecord, SpoiledBallot):
        there = sa.select(lines.board).where(
            lines.primary == primary,
            lines.board.in_(boards),
            lines.tracker == tracker,
        )
        if found := session.scalar(there):
            return found
    return None


def find_ballot(
    session: Session, *, primary: str, board: str, tracker: str
) -> dict[str, Any]:
    """Whether a ballot is on the board, and whether a later one replaced it."""
    row = get_board(session, primary, board)
    found = ballot_record(session, row, tracker)
    if found is None:
        opened = spoiled_ballot(session, row, tracker) is not None
        status = "spoiled" if opened else "unknown"
        return {"tracker": tracker, "status": status, "height": None}
    last = session.scalar(
        sa.select(sa.func.max(BoardRecord.height)).where(
            BoardRecord.primary == primary,
            BoardRecord.board == row.board,
            BoardRecord.credential == found.credential,
        )
    )
    status = "recorded" if last == found.height else "replaced"
    return {"tracker": tracker, "status": status, "height": found.height}
