"""Disputed boards: what two officers decide about them, with a public reason.

Nobody can dispute a board but the count itself, so nobody can have a board left out
whose records are in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.auth import Principal, Role
from chassis.clock import Clock
from contracts.calendar import PhaseName
from contracts.copies import KnownPrimary, the_primary
from contracts.fields import write_instant
from contracts.tally.disputes import Decision
from contracts.tally.errors import (
    BoardNotDisputed,
    CountIsPublished,
    NoCentralOffice,
    OtherOfficerNeeded,
    ResolutionOutdated,
    TooEarlyToExclude,
    UnknownResolution,
    UnknownTally,
)
from contracts.tally.events import DisputeResolved
from services.tally.models import (
    Board,
    BoardRecord,
    BoardStage,
    Credential,
    Primary,
    Publication,
    Resolution,
)
from services.tally.queries import BoardKey, lock_primary
from services.tally.records import whereabouts

log = structlog.get_logger()


def propose_resolution(
    session: Session,
    clock: Clock,
    principal: Principal,
    *,
    primary: str,
    board: str,
    **wish: Any,
) -> Resolution:
    """Propose what becomes of a disputed board; nothing changes yet."""
    known = the_primary(session, Primary, primary)
    _require_central_office(principal, known)
    _disputed_board(session, (primary, board))
    _require_possible(session, clock, known, wish["decision"])
    proposal = Resolution(
        primary=primary,
        board=board,
        number=_newest_number(session, (primary, board)) + 1,
        proposed_by=principal.subject,
        proposed_at=clock.now(),
        **wish,
    )
    session.add(proposal)
    session.flush()
    return proposal


def approve_resolution(
    session: Session,
    clock: Clock,
    principal: Principal,
    *,
    primary: str,
    board: str,
    number: int,
) -> Resolution:
    """Do what a colleague proposed, and say so in public."""
    known = the_primary(session, Primary, primary)
    _require_central_office(principal, known)
    lock_primary(session, primary)  # or results might be published meanwhile
    disputed = _disputed_board(session, (primary, board))
    proposal = _open_proposal(session, disputed, number, principal)
    _require_possible(session, clock, known, Decision(proposal.decision))
    proposal.approved_by, proposal.approved_at = principal.subject, clock.now()
    _DOERS[Decision(proposal.decision)](session, disputed, proposal)
    _announce(session, clock, disputed, proposal)
    return proposal


def resolutions(
    session: Session, primary: str, board: str | None = None
) -> Sequence[Resolution]:
    """Every proposal, approved or not: for all boards, or for one."""
    the_primary(session, Primary, primary)
    query = sa.select(Resolution).where(Resolution.primary == primary)
    if board is not None:
        query = query.where(Resolution.board == board)
    ordered = query.order_by(Resolution.board, Resolution.number)
    return session.scalars(ordered).all()


def _require_central_office(principal: Principal, known: KnownPrimary) -> None:
    definition = known.definition
    if not definition.is_reached(definition.country, principal.scopes(Role.OFFICER)):
        raise NoCentralOffice


def _disputed_board(session: Session, key: BoardKey) -> Board:
    board = session.get(Board, key, with_for_update=True)
    if board is None:
        raise UnknownTally(board=key[1])
    if not board.is_disputed or board.is_excluded:
        raise BoardNotDisputed(board=board.board)
    return board


def _require_possible(
    session: Session, clock: Clock, known: KnownPrimary, decision: Decision
) -> None:
    """A board cannot be left out while people vote on it, nor after the results."""
    if session.get(Publication, known.definition.primary) is not None:
        raise CountIsPublished
    closes_at = known.calendar.phase(PhaseName.VOTING).closes_at
    if decision == Decision.EXCLUDE and clock.now() < closes_at:
        raise TooEarlyToExclude(closes_at=write_instant(closes_at))


def _newest_number(session: Session, key: BoardKey) -> int:
    query = sa.select(sa.func.max(Resolution.number))
    primary, board = key
    ours = query.where(Resolution.primary == primary, Resolution.board == board)
    return session.scalar(ours) or 0


def _open_proposal(
    session: Session, board: Board, number: int, principal: Principal
) -> Resolution:
    key = (board.primary, board.board)
    proposal = session.get(Resolution, (*key, number))
    if proposal is None:
        raise UnknownResolution(board=board.board, number=number)
    if proposal.approved_at or number != _newest_number(session, key):
        raise ResolutionOutdated(board=board.board, number=number)
    if proposal.proposed_by == principal.subject:
        raise OtherOfficerNeeded
    return proposal


def _check_again(session: Session, board: Board, _proposal: Resolution) -> None:
    """Begin from the set-up; what trustees may have decrypted already stays.

    A dispute that arose after the encrypted tally was on the board is about a
    contradiction to records that were checked: without it the count goes on.
    """
    board.dispute = board.disputed_height = None
    if board.stage in (BoardStage.ANNOUNCED, BoardStage.OPEN):
        _forget(session, board)


def _forget(session: Session, board: Board) -> None:
    session.execute(_of(BoardRecord, board).where(BoardRecord.height > 0))
    session.execute(_of(Credential, board))
    board.stage, board.height = BoardStage.ANNOUNCED, -1
    board.head = board.tally = board.sized = ""


def _of(model: Any, board: Board) -> sa.Delete:
    ours = (model.primary == board.primary, model.board == board.board)
    return sa.delete(model).where(*ours)


def _exclude(_session: Session, board: Board, proposal: Resolution) -> None:
    board.exclusion = proposal.reason


_DOERS = {Decision.CHECK_AGAIN: _check_again, Decision.EXCLUDE: _exclude}


def _announce(
    session: Session, clock: Clock, board: Board, proposal: Resolution
) -> None:
    outbox.record(
        session,
        clock,
        DisputeResolved,
        **whereabouts(session, board),
        decision=proposal.decision,
        reason=proposal.reason,
    )
    log.warning("dispute_resolved", board=board.board, decision=proposal.decision)
