"""What registration's jobs do."""

from __future__ import annotations

from datetime import timedelta

import eventlet.tpool
import sqlalchemy as sa

from chassis.clock import Clock
from chassis.db import Database
from chassis.vault import Vault
from contracts.copies import the_primary
from services.registration import queries
from services.registration.credentials import make_credentials
from services.registration.models import Primary, SignedIn, SignInCode
from services.registration.roll import freeze_board

_KEPT = timedelta(days=1)


def freeze_boards(db: Database, clock: Clock, vault: Vault) -> None:
    """Give every planned board its credentials, one after another."""
    while freeze_next_board(db, clock, vault):
        pass


def freeze_next_board(db: Database, clock: Clock, vault: Vault) -> bool:
    """Give the next planned board its credentials; False if there is none."""
    with db.reading() as session:
        board = queries.next_planned_board(session)
        if board is None:
            return False
        group = the_primary(session, Primary, board.primary).definition.group
    credentials = eventlet.tpool.execute(
        make_credentials, group, board.uuid, board.eligible_count, vault
    )
    with db.transaction() as session:
        freeze_board(
            session,
            clock,
            primary=board.primary,
            board=board.board,
            credentials=credentials,
        )
    return True


def forget_expired(db: Database, clock: Clock) -> None:
    """Delete sessions and codes that nobody can use any more."""
    now = clock.now()
    with db.transaction() as session:
        session.execute(sa.delete(SignedIn).where(SignedIn.expires_at <= now))
        # codes are counted for a day, so they are kept for one
        old = SignInCode.counted_from <= now - _KEPT
        session.execute(sa.delete(SignInCode).where(old, SignInCode.expires_at <= now))
