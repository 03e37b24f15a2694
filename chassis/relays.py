"""Who runs the relay: the replicas of a service divide its shards among themselves.

For each shard a replica waits for the shard's lock (`locks.turn`), so that a dead
replica's shards are taken over within seconds after the database misses it. A replica
that has more than half of the shards gives up those that another waits for.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import eventlet
import sqlalchemy as sa
import structlog
from eventlet.event import Event as Signal
from greenlet import GreenletExit
from kombu import Connection
from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session

from chassis.bus import FAILURES
from chassis.db import Database
from chassis.events import SHARDS, Event
from chassis.locks import STAND_BACK, Hold, turn
from chassis.metrics import RELAY_FAILURES
from chassis.outbox import OUTBOX, RECORDED
from chassis.publishing import Batch, batch_on, connected
from chassis.relay import DEADLINE, EVERY_SHARD, relay_once
from chassis.streams import with_given_streams, with_streams
from chassis.telemetry import place_of
from chassis.topology import declare_producer, is_given
from chassis.watch import Call

log = structlog.get_logger()

# All of these are seconds.
_IDLE = 2.0  # between looks when nobody wakes us: the watch does if there is need
_PAUSE = 0.5  # after a failure
_SHARING = 2.0  # between two looks for a replica that could relay, too
_GRACE = 3.0  # for the events in hand when we stop


class OutboxRelay(DependencyProvider):
    """Runs the relays of a service inside its container.

    `setup` and `start` are called once; `stop` lets the events in hand finish.
    """

    def setup(self) -> None:
        """Nothing is connected yet."""
        self._relays: list[_Relay] = []

    def start(self) -> None:
        """Begin to relay."""
        db: Database = self.container.service_cls.database_of(self.container)
        for shards in _division(self.container.service_name, db):
            self._relays.append(_Relay(self, self.container, db, shards))
        self._question = sa.select(*map(_is_filled, self._relays))
        db.after_commit.append(self._wake_after)
        for relay in self._relays:
            relay.start()

    def stop(self) -> None:
        """Finish the events in hand."""
        for relay in self._relays:
            relay.stop_soon()
        with eventlet.Timeout(_GRACE, False):  # noqa: FBT003
            for relay in self._relays:
                relay.wait()

    def due(self, session: Session) -> Iterable[Call]:
        """The relays of this process whose shards hold events, whoever wrote them."""
        if not self._relays:
            return []
        filled = session.execute(self._question).one()
        return [
            relay.wake
            for relay, is_filled in zip(self._relays, filled, strict=True)
            if is_filled and relay.is_relaying
        ]

    def wake(self) -> None:
        """There may be something to publish."""
        for relay in self._relays:
            relay.wake()

    def has_too_many(self) -> bool:
        """Does this process relay more than half of the service's shards?"""
        half = (len(self._relays) + 1) // 2
        return len(self.relayed()) > half

    def relayed(self) -> list[int]:
        """The shards that this process relays just now."""
        return [n for relay in self._relays if relay.is_relaying for n in relay.shards]

    def get_dependency(self, worker_ctx: object) -> OutboxRelay:
        """Workers see the relay itself."""
        return self

    def _wake_after(self, session: Session) -> None:
        recorded: set[int] = session.info.get(RECORDED, set())
        for relay in self._relays:
            if not recorded.isdisjoint(relay.shards):
                relay.wake()


def _is_filled(relay: _Relay) -> sa.ColumnElement[bool]:
    name = f"shard_{relay.shards[0]}"
    return sa.exists().where(OUTBOX.c.shard.in_(relay.shards)).label(name)


def _division(service: str, db: Database) -> list[tuple[int, ...]]:
    """Which shards are relayed together: those of one process need no locks."""
    if db.is_sqlite:
        return [EVERY_SHARD]
    events = (e for e in Event.by_type.values() if e.service == service)
    used = SHARDS if any(event.sharded_by for event in events) else 1
    return [(shard,) for shard in range(used)]


class _Relay:
    """Relays some shards, while it holds the lock that they have in common."""

    def __init__(
        self, owner: OutboxRelay, container: Any, db: Database, shards: tuple[int, ...]
    ) -> None:
        self._owner = owner
        self._container = container
        self._db = db
        self._stopping = False
        self._signal = Signal()
        self.shards = shards
        self.is_relaying = False

    def start(self) -> None:
        """Begin."""
        spawn = self._container.spawn_managed_thread
        self._thread = spawn(self._run, identifier=f"relay {self.shards}")

    def stop_soon(self) -> None:
        """Begin no other event; who only waits for the lock goes at once."""
        self._stopping = True
        self.wake()
        if not self.is_relaying:
            self._thread.kill()

    def wait(self) -> None:
        """Until it has stopped."""
        with suppress(GreenletExit):
            self._thread.wait()

    def wake(self) -> None:
        """There may be something to publish."""
        if not self._signal.ready():
            self._signal.send()

    def _run(self) -> None:
        name = f"relay {self._container.service_name} {self.shards[0]}"
        while not self._stopping:
            try:
                with turn(self._db, name) as hold:
                    if hold:
                        self._relay(hold)
                if hold and not self._stopping:
                    eventlet.sleep(STAND_BACK)  # or we would have it at once again
            except FAILURES as error:  # whichever: once more, on new connections
                RELAY_FAILURES.labels(service=self._container.service_name).inc()
                log.warning("relay_interrupted", error=place_of(error))
                eventlet.sleep(_PAUSE)

    def _relay(self, hold: Hold) -> None:
        self.is_relaying = True
        try:
            with connected(self._container.config["AMQP_URI"]) as connection:
                with eventlet.Timeout(DEADLINE):
                    batch = self._batch_on(connection)
                self._relay_until_stopped(hold, batch)
        finally:
            self.is_relaying = False

    def _batch_on(self, connection: Connection) -> Batch:
        batch, service = batch_on(connection), self._container.service_name
        if is_given(self._container.config):
            return with_given_streams(connection, batch, service)
        declare_producer(connection, service)
        return with_streams(connection, batch)

    def _relay_until_stopped(self, hold: Hold, batch: Batch) -> None:
        share_at = time.monotonic() + _SHARING
        while not self._stopping:
            hold.check()  # or two relays would go on side by side
            if not relay_once(self._db, batch, self.shards):
                self._sleep()
            if time.monotonic() > share_at:
                if hold.is_waited_for() and self._owner.has_too_many():
                    return
                share_at = time.monotonic() + _SHARING

    def _sleep(self) -> None:
        """Until woken, or a while; a wake-up counts until the next look begins."""
        with eventlet.Timeout(_IDLE, False):  # noqa: FBT003
            self._signal.wait()
        self._signal = Signal()
