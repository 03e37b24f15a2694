"""The inbox: an effect and the receipt of what caused it commit together.

The broker delivers at least once. The receipt makes it once: whoever finds the
event's id in the inbox has nothing to do.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.db import Instant


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


def first_time(
    session: Session, clock: Clock, *, event_id: str, event_type: str
) -> bool:
    """Write the receipt; False if it was there already."""
    dialect = session.get_bind().dialect.name
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(INBOX)
    row = {"id": event_id, "type": event_type, "handled_at": clock.now()}
    done = session.execute(insert.values(row).on_conflict_do_nothing())
    return done.rowcount == 1  # pyright: ignore[reportAttributeAccessIssue]
