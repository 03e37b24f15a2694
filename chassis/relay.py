"""The relay: publishes the outbox, in order, until the broker has it all.

One relay at a time works for a service (an advisory lock on PostgreSQL; SQLite
has one process only), so that the order of the outbox is the order on the bus. A
crash between publishing and deleting publishes again with the same ids: the
readers' inboxes drop the copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import eventlet
import sqlalchemy as sa
import structlog
from eventlet.event import Event as Signal
from kombu import Connection
from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session

from chassis.bus import FAILURES, RETRY
from chassis.db import Database
from chassis.events import Envelope, Event
from chassis.locks import Hold, exclusive
from chassis.metrics import EVENTS_PUBLISHED, RELAY_BATCHES, RELAY_FAILURES
from chassis.outbox import OUTBOX, PUBLIC_LOG
from chassis.publishing import Batch, batch_on
from chassis.telemetry import place_of
from chassis.topology import PUBLIC_EXCHANGE, declare_producer, exchange_of

log = structlog.get_logger()

_BATCH = 500
_IDLE = 0.5  # seconds between looks when nobody in this process wakes us
_PAUSE = 0.5  # seconds after a failure


_OLDEST = sa.select(OUTBOX).order_by(OUTBOX.c.position).limit(_BATCH)


def number_public(session: Session) -> Sequence[Any]:
    """Give the oldest waiting events their place in the public log.

    Returns these outbox rows, oldest first. Numbers run per territory without
    a gap and are kept: publishing again uses the same.
    """
    fresh = [row for row in session.execute(_OLDEST) if _lacks_number(row)]
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
    return session.execute(_OLDEST).all()


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
        batch.publish(internal, exchange_of(event.service).name, row.type, row.id)
    if event.is_public():
        shown = event.public_part(row.data)
        public = Envelope(**facts, data=shown, sequence=row.sequence).to_json()
        key = f"{shown['region']}.{shown['territory']}.{row.type}"
        batch.publish(public, PUBLIC_EXCHANGE.name, key, row.id)


def relay_once(db: Database, batch: Batch) -> int:
    """Publish what waits; return how many events went out."""
    rows = _next_rows(db)
    if not rows:
        return 0
    for row in rows:
        publish(row, batch)
    batch.settle()
    with db.transaction() as session:
        done = [row.position for row in rows]
        session.execute(OUTBOX.delete().where(OUTBOX.c.position.in_(done)))
    _count(rows)
    return len(rows)


def _count(rows: Sequence[Any]) -> None:
    service = Event.by_type[rows[0].type].service
    RELAY_BATCHES.labels(service=service).inc()
    for row in rows:
        EVENTS_PUBLISHED.labels(service=service, type=row.type).inc()


def _next_rows(db: Database) -> Sequence[Any]:
    with db.reading() as session:
        rows = session.execute(_OLDEST).all()
    if not any(_lacks_number(row) for row in rows):
        return rows
    with db.transaction() as session:
        return number_public(session)


class OutboxRelay(DependencyProvider):
    """Runs the relay of a service inside its container.

    `setup` and `start` are called once; `stop` lets the batch in hand finish.
    """

    def setup(self) -> None:
        """Remember where to publish; the database provider is a sister."""
        self._stopping = False
        self._signal = Signal()

    def start(self) -> None:
        """Begin to relay."""
        self._db: Database = self.container.service_cls.database_of(self.container)
        self._db.after_commit.append(self.wake)
        self._thread = self.container.spawn_managed_thread(
            self._run, identifier="relay"
        )

    def stop(self) -> None:
        """Finish the batch in hand."""
        self._stopping = True
        self.wake()
        with eventlet.Timeout(5, False):  # noqa: FBT003
            self._thread.wait()

    def wake(self) -> None:
        """There may be something to publish."""
        if not self._signal.ready():
            self._signal.send()

    def get_dependency(self, worker_ctx: object) -> OutboxRelay:
        """Workers see the relay itself."""
        return self

    def _run(self) -> None:
        name = f"relay {self.container.service_name}"
        while not self._stopping:
            try:
                with exclusive(self._db, name) as hold:
                    if hold:
                        self._relay_until_stopped(hold)
                if not hold:
                    eventlet.sleep(_IDLE)  # another replica relays
            except FAILURES as error:  # whichever: once more, on new connections
                RELAY_FAILURES.labels(service=self.container.service_name).inc()
                log.warning("relay_interrupted", error=place_of(error))
                eventlet.sleep(_PAUSE)

    def _relay_until_stopped(self, hold: Hold) -> None:
        service = self.container.service_name
        with Connection(self.container.config["AMQP_URI"], heartbeat=0) as connection:
            connection.ensure_connection(max_retries=1, **RETRY)
            declare_producer(connection, service)
            batch = batch_on(connection)
            while not self._stopping:
                hold.check()  # or two relays would go on side by side
                if not relay_once(self._db, batch):
                    self._sleep()

    def _sleep(self) -> None:
        """Until woken, or a while; a wake-up counts until the next look begins."""
        with eventlet.Timeout(_IDLE, False):  # noqa: FBT003
            self._signal.wait()
        self._signal = Signal()
