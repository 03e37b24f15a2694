"""The relay: publishes the outbox, in order, until the broker has it all.

One relay at a time works for a service (an advisory lock on PostgreSQL; SQLite
has one process only), so that the order of the outbox is the order on the bus. A
crash between publishing and deleting publishes again with the same ids: the
readers' inboxes drop the copies.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import eventlet
import sqlalchemy as sa
import structlog
from eventlet.event import Event as Signal
from kombu import Connection
from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session

from chassis.bus import RETRY
from chassis.db import Database
from chassis.events import Envelope, Event
from chassis.outbox import OUTBOX, PUBLIC_LOG
from chassis.publishing import Batch, batch_on
from chassis.telemetry import place_of
from chassis.topology import PUBLIC_EXCHANGE, declare_producer, exchange_of

log = structlog.get_logger()

_BATCH = 500
_IDLE = 0.5  # seconds between looks when nobody in this process wakes us
_PAUSE = 0.5  # seconds after a failure


def number_public(session: Session, *, limit: int = _BATCH) -> Sequence[Any]:
    """Give the oldest waiting events their place in the public log.

    Returns these outbox rows, oldest first. Numbers run per territory without
    a gap and are kept: publishing again uses the same.
    """
    query = sa.select(OUTBOX).order_by(OUTBOX.c.position).limit(limit)
    rows = session.execute(query).all()
    fresh = [row for row in rows if row.sequence is None and _is_public(row)]
    if not fresh:
        return rows
    last = _last_numbers(session, {row.data["territory"] for row in fresh})
    for row in fresh:
        _put_on_record(session, row, last)
    return session.execute(query).all()


def _is_public(row: Any) -> bool:
    return Event.by_type[row.type].is_public()


def _last_numbers(session: Session, territories: set[str]) -> dict[str, int]:
    highest = (
        sa.select(PUBLIC_LOG.c.territory, sa.func.max(PUBLIC_LOG.c.sequence))
        .where(PUBLIC_LOG.c.territory.in_(territories))
        .group_by(PUBLIC_LOG.c.territory)
    )
    return {row[0]: row[1] for row in session.execute(highest)}


def _put_on_record(session: Session, row: Any, last: dict[str, int]) -> None:
    territory = row.data["territory"]
    last[territory] = last.get(territory, 0) + 1
    session.execute(
        PUBLIC_LOG.insert().values(
            id=row.id,
            type=row.type,
            occurred_at=row.occurred_at,
            primary=row.data["primary"],
            region=row.data["region"],
            territory=territory,
            sequence=last[territory],
            data=Event.by_type[row.type].public_part(row.data),
        )
    )
    session.execute(
        OUTBOX.update()
        .where(OUTBOX.c.position == row.position)
        .values(sequence=last[territory])
    )


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
    with db.reading() as session:
        if not session.scalar(sa.select(sa.exists().select_from(OUTBOX))):
            return 0
    with db.transaction() as session:
        rows = number_public(session)
    for row in rows:
        publish(row, batch)
    batch.settle()
    with db.transaction() as session:
        done = [row.position for row in rows]
        session.execute(OUTBOX.delete().where(OUTBOX.c.position.in_(done)))
    return len(rows)


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
        while not self._stopping:
            try:
                with exclusive(
                    self._db, f"relay {self.container.service_name}"
                ) as mine:
                    if mine:
                        self._relay_until_stopped()
                self._sleep()
            except Exception as error:  # whatever it was: once more, on new connections
                log.warning("relay_interrupted", error=place_of(error))
                eventlet.sleep(_PAUSE)

    def _relay_until_stopped(self) -> None:
        service = self.container.service_name
        with Connection(self.container.config["AMQP_URI"], heartbeat=0) as connection:
            connection.ensure_connection(max_retries=1, **RETRY)
            declare_producer(connection, service)
            batch = batch_on(connection)
            while not self._stopping:
                self._signal = Signal()  # before looking, or a wake-up could be missed
                if not relay_once(self._db, batch):
                    self._sleep()

    def _sleep(self) -> None:
        with eventlet.Timeout(_IDLE, False):  # noqa: FBT003
            self._signal.wait()


@contextmanager
def exclusive(db: Database, name: str) -> Iterator[bool]:
    """Hold the database-wide lock of this name; False if somebody else has it."""
    if db.is_sqlite:
        yield True
        return
    key = zlib.crc32(name.encode())
    with db.engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
            yield False
            return
        try:
            yield True
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))
