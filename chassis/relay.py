"""The relay: publishes the outbox, in order, until the broker has it all.

One relay at a time works for a shard of a service (an advisory lock on PostgreSQL;
SQLite has one process only): the order of the outbox is, shard by shard, the order on
the bus. Most events are sent when the broker has taken the one before, so that nothing
overtakes what it refuses. Sharded events, the ballots, come in crowds, and their
readers bear a gap: a run of them, up to some megabytes, is sent at once and confirmed
together. A crash
between publishing and deleting publishes again with the same ids: the readers'
inboxes drop the copies. Who runs it: `relays.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby
from typing import Any

import eventlet
import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from chassis.db import Database
from chassis.events import SHARDS, Envelope, Event
from chassis.metrics import EVENTS_PUBLISHED, EVENTS_UNROUTABLE, RELAY_BATCHES
from chassis.outbox import OUTBOX, PUBLIC_LOG
from chassis.publishing import Batch, Unroutable
from chassis.topology import PUBLIC_EXCHANGE, exchange_of

log = structlog.get_logger()

#: At most this is in memory, and on its way, at once: whole boards travel as events,
#: and a ballot for hundreds of candidates has a third of a megabyte.
_BATCH = 500
_ENOUGH = 8 * 2**20  # characters
_READ_AHEAD = 20  # rows

#: Seconds for one run of events to reach the broker, dead or frozen.
DEADLINE = 20.0
EVERY_SHARD = tuple(range(SHARDS))


def oldest(shards: Sequence[int]) -> sa.Select[Any]:
    """What waits in these shards (neighbours), oldest first, with its size.

    To PostgreSQL one shard is a range: were it told that they are equal, it would walk
    along the primary key, past everything that waits in other shards.
    """
    size = sa.func.length(sa.cast(OUTBOX.c.data, sa.Text)).label("size")
    mine = OUTBOX.c.shard.between(min(shards), max(shards))
    found = sa.select(OUTBOX, size).where(mine).limit(_BATCH)
    if len(shards) == 1:
        found = found.order_by(OUTBOX.c.shard)  # and then, as the index has it
    return found.order_by(OUTBOX.c.position)


def _read(session: Session, waiting: sa.Select[Any]) -> list[Any]:
    """The first rows, as many as we hold in memory."""
    rows: list[Any] = []
    size = 0
    ahead = waiting.execution_options(yield_per=_READ_AHEAD)
    with closing(session.execute(ahead)) as found:
        for row in found:
            rows.append(row)
            size += row.size
            if size >= _ENOUGH:
                break
    return rows


def number_public(session: Session, shards: Sequence[int]) -> Sequence[Any]:
    """Give the oldest waiting events their place in the public log.

    Returns these outbox rows, oldest first. Numbers run per territory without
    a gap and are kept: publishing again uses the same.
    """
    rows = _read(session, oldest(shards))
    fresh = [row for row in rows if _lacks_number(row)]
    if fresh:
        last = _last_numbers(session, {row.data["territory"] for row in fresh})
        session.execute(PUBLIC_LOG.insert(), [_on_record(row, last) for row in fresh])
        session.execute(
            OUTBOX.update()
            .where(
                OUTBOX.c.id == PUBLIC_LOG.c.id,
                OUTBOX.c.id.in_([row.id for row in fresh]),
            )
            .values(sequence=PUBLIC_LOG.c.sequence)
        )
    # these alone: what was committed meanwhile has no number yet
    same = OUTBOX.c.position.in_([row.position for row in rows])
    return _read(session, oldest(shards).where(same))


def _lacks_number(row: Any) -> bool:
    return row.sequence is None and Event.by_type[row.type].is_public()


def _last_numbers(session: Session, territories: set[str]) -> dict[str, int]:
    highest = (
        sa.select(PUBLIC_LOG.c.territory, sa.func.max(PUBLIC_LOG.c.sequence))
        .where(PUBLIC_LOG.c.territory.in_(territories))
        .group_by(PUBLIC_LOG.c.territory)
    )
    return {row[0]: row[1] for row in session.execute(highest)}


def _on_record(row: Any, last: dict[str, int]) -> dict[str, Any]:
    territory = row.data["territory"]
    last[territory] = last.get(territory, 0) + 1
    return {
        "id": row.id,
        "type": row.type,
        "occurred_at": row.occurred_at,
        "primary": row.data["primary"],
        "region": row.data["region"],
        "territory": territory,
        "sequence": last[territory],
        "data": Event.by_type[row.type].public_part(row.data),
    }


def publish(row: Any, batch: Batch) -> None:
    """Send one outbox row to its listeners, and its public part to the log."""
    event = Event.by_type[row.type]
    facts = {"id": row.id, "type": row.type, "time": row.occurred_at}
    if event.consumers:
        internal = Envelope(**facts, data=row.data).to_json()
        key = event.routing_key(row.shard)
        batch.publish(internal, exchange_of(event.service).name, key, row.id)
    if event.is_public():
        shown = event.public_part(row.data)
        public = Envelope(**facts, data=shown, sequence=row.sequence).to_json()
        key = event.public_routing_key(shown)
        batch.publish(public, PUBLIC_EXCHANGE.name, key, row.id)


def relay_once(db: Database, batch: Batch, shards: Sequence[int] = EVERY_SHARD) -> int:
    """Publish what waits, run after run; return how many events went out.

    What follows a run that the broker did not take wholly waits with it.
    """
    taken: list[Any] = []
    try:
        for run in _runs(_next_rows(db, shards)):
            _send(run, batch)
            taken.extend(run)
    finally:
        if taken:
            _forget(db, [row.position for row in taken])
            _count(taken)
    return len(taken)


def _runs(rows: Sequence[Any]) -> Iterator[list[Any]]:
    """What is on its way together: sharded events of one type, any other alone."""
    for type_, same in groupby(rows, key=lambda row: row.type):
        if Event.by_type[type_].sharded_by:
            yield list(same)
        else:
            yield from ([row] for row in same)


def _send(run: Sequence[Any], batch: Batch) -> None:
    """Return when the broker has taken the whole run."""
    try:
        with eventlet.Timeout(DEADLINE):
            for row in run:
                publish(row, batch)
            batch.settle()
    except Unroutable:
        event = Event.by_type[run[0].type]
        EVENTS_UNROUTABLE.labels(service=event.service, type=event.type).inc()
        log.error(  # noqa: TRY400 (its text says nothing more)
            "event_unroutable", type=event.type, id=run[0].id
        )
        raise


def _forget(db: Database, positions: list[int]) -> None:
    with db.transaction() as session:
        session.execute(OUTBOX.delete().where(OUTBOX.c.position.in_(positions)))


def _count(rows: Sequence[Any]) -> None:
    service = Event.by_type[rows[0].type].service
    RELAY_BATCHES.labels(service=service).inc()
    for row in rows:
        EVENTS_PUBLISHED.labels(service=service, type=row.type).inc()


def _next_rows(db: Database, shards: Sequence[int]) -> Sequence[Any]:
    with db.reading() as session:
        rows = _read(session, oldest(shards))
    if not any(_lacks_number(row) for row in rows):
        return rows
    with db.transaction() as session:
        return number_public(session, shards)
