"""The inbox: an effect and the receipt of what caused it commit together.

The broker delivers at least once. The receipt makes it once: whoever finds the
event's id in the inbox has nothing to do.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.db import Instant
from chassis.events import Envelope


def inbox_table(metadata: sa.MetaData) -> sa.Table:
    """The ids of the events whose effects are in this database."""
    return sa.Table(
        "inbox",
        metadata,
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("type", sa.String(128), nullable=False),
        sa.Column("handled_at", Instant(), nullable=False),
    )


INBOX = inbox_table(sa.MetaData())


#: The broker delivers nothing again after so long: what waits for an operator is
#: parked, and what was parked gets its receipt when it is put back.
_KEPT = timedelta(days=30)


#: What is thrown away in one transaction: few enough for any statement's time.
PORTION = 50_000


def purge(session: Session, clock: Clock, *, most: int = PORTION) -> int:
    """Throw away some of the receipts that nobody will ask for; return how many."""
    old = sa.select(INBOX.c.id).where(INBOX.c.handled_at < clock.now() - _KEPT)
    some = INBOX.delete().where(INBOX.c.id.in_(old.limit(most)))
    return session.execute(some).rowcount  # pyright: ignore[reportAttributeAccessIssue]


def first_times(session: Session, clock: Clock, envelopes: list[Envelope]) -> set[str]:
    """Write the receipts; return the ids of those that were not there yet."""
    dialect = session.get_bind().dialect.name
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(INBOX)
    now = clock.now()
    rows = [{"id": e.id, "type": e.type, "handled_at": now} for e in envelopes]
    fresh = insert.on_conflict_do_nothing().returning(INBOX.c.id)
    return set(session.scalars(fresh, rows))
