"""The outbox: a change and its announcement commit together, or not at all.

`record` writes the event into the same transaction as the change. The relay
(`relay.py`) publishes it afterwards, as often as needed until the broker has
confirmed it. What is public is then kept in the public log for ever, numbered
per territory so that a reader notices a gap.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.db import Instant, Sequence
from chassis.events import Event
from chassis.ids import new_id


def outbox_table(metadata: sa.MetaData) -> sa.Table:
    """Events that wait for the relay, in the order in which they were recorded."""
    return sa.Table(
        "outbox",
        metadata,
        sa.Column("position", Sequence, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("type", sa.String(128), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        # its number in the public log, once the relay has given it one
        sa.Column("sequence", Sequence),
        # what was recorded by a release without shards is in shard 0
        sa.Column("shard", sa.Integer, nullable=False, server_default="0"),
        sa.Index("ix_outbox_shard_position", "shard", "position"),
    )


def public_log_table(metadata: sa.MetaData) -> sa.Table:
    """Everything this service ever said in public."""
    return sa.Table(
        "public_log",
        metadata,
        sa.Column("position", Sequence, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("type", sa.String(128), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("primary", sa.String(64), nullable=False),
        sa.Column("region", sa.String(32), nullable=False),
        sa.Column("territory", sa.String(32), nullable=False),
        sa.Column("sequence", Sequence, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.UniqueConstraint("territory", "sequence"),
        sa.Index("ix_public_log_region_position", "region", "position"),
    )


#: How this module speaks to the tables, whatever service they belong to.
_any = sa.MetaData()
OUTBOX = outbox_table(_any)
#: where a session keeps the shards of what it recorded, for the relay to look there
RECORDED = "recorded_shards"
PUBLIC_LOG = public_log_table(_any)


def record(session: Session, clock: Clock, event: type[Event], **facts: Any) -> None:
    """Announce `event` with these facts when the transaction commits."""
    data = event.form(facts)
    shard = event.shard_of(data)
    session.info.setdefault(RECORDED, set()).add(shard)
    session.execute(
        OUTBOX.insert().values(
            id=str(new_id()),
            type=event.type,
            occurred_at=clock.now(),
            data=data,
            shard=shard,
        )
    )


def waiting(session: Session) -> int:
    """How many events wait for the relay."""
    return session.scalar(sa.select(sa.func.count()).select_from(OUTBOX)) or 0


def public_events(
    session: Session,
    *,
    after: int,
    limit: int,
    place: str | None = None,
    primary: str | None = None,
) -> list[Any]:
    """The public log after a position, oldest first, at most `limit` rows.

    `place` is a region's or a territory's code; None means everywhere.
    """
    query = sa.select(PUBLIC_LOG).where(PUBLIC_LOG.c.position > after)
    if place:
        query = query.where(
            sa.or_(PUBLIC_LOG.c.region == place, PUBLIC_LOG.c.territory == place)
        )
    if primary:
        query = query.where(PUBLIC_LOG.c.primary == primary)
    return list(session.execute(query.order_by(PUBLIC_LOG.c.position).limit(limit)))
