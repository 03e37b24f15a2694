"""The register's fingerprints, and that they are destroyed when nobody may complain.

The register keeps a keyed fingerprint of the credential that each voter used. It is
needed to refuse a second one, and while people may complain; afterwards it could only
harm: with the service's key it leads from a voter to ciphertexts on the board.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.clock import Clock
from contracts.calendar import InstantName
from contracts.copies import KnownPrimary, the_primary
from contracts.voting.events import FingerprintsDestroyed
from services.voting.boards import boards_due, lock_board
from services.voting.models import Board, Primary, Voter

log = structlog.get_logger()


def fingerprints_to_destroy(session: Session, clock: Clock) -> list[tuple[str, str]]:
    """The sealed boards of primaries about which nobody may complain any more."""
    now = clock.now()
    sealed = sa.and_(
        Board.sealed_at.is_not(None), Board.fingerprints_destroyed_at.is_(None)
    )
    return boards_due(session, sealed, lambda known: _is_over(known, now))


def destroy_board_fingerprints(
    session: Session, clock: Clock, *, primary: str, board: str
) -> None:
    """Destroy a board's fingerprints, once, and say so."""
    row = lock_board(session, primary, board)
    if row.fingerprints_destroyed_at is not None:
        return
    row.fingerprints_destroyed_at = clock.now()
    session.execute(
        sa.update(Voter)
        .where(Voter.primary == primary, Voter.board == board)
        .values(credential_fingerprint=None)
    )
    definition = the_primary(session, Primary, primary).definition
    place = definition.whereabouts(row.district)
    outbox.record(session, clock, FingerprintsDestroyed, **place, board=board)
    log.info("fingerprints_destroyed", board=board)


def _is_over(known: KnownPrimary, at: datetime) -> bool:
    return at >= known.calendar.instant(InstantName.COMPLAINTS_END)
