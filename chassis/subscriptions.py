"""The durable subscription: the events of others, once each, in order.

Each group of events is one queue, read by one greenlet in batches: one
transaction holds the effects of up to a hundred events and their receipts, and
only then are the messages acknowledged. When a batch fails its events are
handled one by one. An event that keeps failing is parked; a database that does
not answer is waited for, and counts against nobody.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import eventlet
import structlog
from eventlet.queue import Empty, Queue
from kombu import Connection
from kombu.mixins import ConsumerMixin
from nameko.extensions import Entrypoint

from chassis.bus import FAILURES, is_memory
from chassis.clock import Clock, SystemClock
from chassis.db import Database, is_outage, is_timeout
from chassis.deliveries import acknowledge, envelope_in, put_back
from chassis.effects import apply_events
from chassis.events import Envelope, handlers_in
from chassis.metrics import (
    EVENT_FAILURES,
    EVENTS_HANDLED,
    INBOX_DUPLICATES,
    known_type,
)
from chassis.parking import Slip, put_aside
from chassis.telemetry import place_of
from chassis.topology import declare_consumer, event_queue, groups_of, is_given

log = structlog.get_logger()

_BATCH = 100
_ATTEMPTS = 7  # with the pauses below: some four seconds until an event is parked
_FIRST_PAUSE = 0.03
#: Statements that PostgreSQL ended because they took too long: a busy hour is borne,
#: but after some minutes it must be the event. (A dead database is waited for.)
_SLOW_ATTEMPTS = 20
_SLOW_PAUSE = 0.2
_GRACE = 15  # seconds that the batches in hand are given when we stop
_ATTACHING = 20  # seconds that the broker is given to say that we listen


class Subscriptions(Entrypoint):
    """Reads all the queues of a service, for as long as its container runs.

    Put it on a method of the service: `@subscriptions def events(self): ...`;
    the method itself is never called. The handlers are those of the service
    class's `handlers` module.
    """

    def setup(self) -> None:
        """One reader per queue; nothing is connected yet."""
        self._readers = [
            _Reader(self.container, group)
            for group in groups_of(self.container.service_name)
        ]

    def start(self) -> None:
        """Begin to read."""
        for reader in self._readers:
            reader.start()

    def stop(self) -> None:
        """Finish the batches in hand; unread messages stay with the broker."""
        for reader in self._readers:
            reader.finishing = True
        with eventlet.Timeout(_GRACE, False):  # noqa: FBT003
            for reader in self._readers:
                reader.finish()
        self.kill()

    def unfinished(self) -> int:
        """How many events were delivered here and are not handled yet."""
        return sum(reader.unfinished for reader in self._readers)

    def unfinished_for(self) -> float:
        """How many seconds the oldest batch in hand has been in hand."""
        return max((reader.unfinished_for for reader in self._readers), default=0.0)

    def behind_for(self) -> float:
        """How many seconds ago the oldest event in hand was recorded."""
        return max((reader.behind_for for reader in self._readers), default=0.0)

    def is_attached(self) -> bool:
        """Does the broker know of every reader?"""
        return all(reader.attached for reader in self._readers)

    def kill(self) -> None:
        """Stop at once; the broker delivers again what was in hand."""
        for reader in self._readers:
            reader.finishing = reader.should_stop = True


subscriptions = Subscriptions.decorator


class _Reader(ConsumerMixin):
    """Reads one queue: one greenlet receives, another handles."""

    def __init__(self, container: Any, group: str) -> None:
        self._container = container
        self._consumer = container.service_name
        self._group = group
        self._uri = container.config["AMQP_URI"]
        self.connection = Connection(self._uri, heartbeat=20)
        self._received: Queue = Queue()
        self._in_hand = 0
        self._in_hand_since = 0.0
        self._oldest: datetime | None = None
        #: does the broker know that we listen?
        self.attached = False
        self._patience: eventlet.Timeout | None = None
        #: set to have no further batch begun
        self.finishing = False

    @property
    def unfinished(self) -> int:
        """How many events were delivered and are not handled yet."""
        return self._received.qsize() + self._in_hand

    @property
    def unfinished_for(self) -> float:
        """How many seconds the batch in hand has been in hand; 0 if there is none."""
        return time.monotonic() - self._in_hand_since if self._in_hand else 0.0

    @property
    def behind_for(self) -> float:
        """How old the oldest event in hand is; a rehearsal's clock does not tell."""
        if self._oldest is None or not isinstance(self._clock, SystemClock):
            return 0.0
        return (self._clock.now() - self._oldest).total_seconds()

    def start(self) -> None:
        """Begin to receive and to handle."""
        service = self._container.service_cls
        self._handlers = handlers_in(service.handlers)
        self._db: Database = service.database_of(self._container)
        self._clock: Clock = service.clock_of(self._container)
        spawn = self._container.spawn_managed_thread
        self._receiving = spawn(self.run, identifier=f"receive {self._group}")
        self._handling = spawn(
            self._handle_for_ever, identifier=f"handle {self._group}"
        )

    def finish(self) -> None:
        """Let the batch in hand be handled and acknowledged, then disconnect."""
        self._handling.wait()
        self.should_stop = True
        self._receiving.wait()

    def get_consumers(self, Consumer: Any, channel: Any) -> list[Any]:  # noqa: N803
        """Called by kombu after every (re)connection."""
        self._wait_to_be_attached()
        if not is_given(self._container.config):
            declare_consumer(channel.connection.client, self._consumer)
        self._received = Queue()  # what an older connection delivered comes again
        consumer = Consumer(
            queues=[event_queue(self._consumer, self._group)],
            auto_declare=False,
            on_message=self._received.put,
        )
        consumer.qos(prefetch_count=2 * _BATCH)
        return [consumer]

    def on_consume_ready(self, *_: Any, **__: Any) -> None:
        """Called by kombu when the broker has taken our subscription."""
        self._end_waiting()
        self.attached = True

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        """Called by kombu while there is no broker."""
        self._end_waiting()
        self.attached = False
        log.warning("waiting_for_the_broker", queue=self._group, seconds=interval)
        if self.finishing:
            self.should_stop = True
            raise exc  # out of waiting; kombu then looks whether it should stop

    def _wait_to_be_attached(self) -> None:
        """Begin anew if the broker says nothing: it may have forgotten the queue.

        One that died just after a quorum queue was made never answers who listens to
        it, and the protocol itself knows no deadline.
        """
        self._end_waiting()
        self.attached = False
        silence = ConnectionResetError("the broker does not say that we listen")
        self._patience = eventlet.Timeout(_ATTACHING, silence)

    def _end_waiting(self) -> None:
        if self._patience:
            self._patience.cancel()
        self._patience = None

    def _handle_for_ever(self) -> None:
        while not self.finishing:
            messages = self._next_messages()
            self._in_hand, self._in_hand_since = len(messages), time.monotonic()
            if messages:
                self._handle(messages)
            else:
                self._oldest = None
            self._in_hand = 0

    def _next_messages(self) -> list[Any]:
        """Wait for one message, then take what else is there, up to a batch."""
        messages = []
        received = self._received  # one connection's messages only
        try:
            messages.append(received.get(timeout=0.2))
            self._in_hand = 1  # before anybody else runs: it must never look idle
            while len(messages) < _BATCH:
                messages.append(received.get_nowait())
        except Empty:
            pass
        return messages

    def _handle(self, messages: list[Any]) -> None:
        try:
            self._apply([Envelope.from_json(message.body) for message in messages])
        except FAILURES:
            for message in messages:
                self._handle_alone(message)
        else:
            self._acknowledge_all(messages)

    def _apply(self, envelopes: list[Envelope]) -> None:
        self._oldest = envelopes[0].time
        effective = apply_events(self._db, self._clock, self._handlers, envelopes)
        for envelope in effective:
            EVENTS_HANDLED.labels(service=self._consumer, type=envelope.type).inc()
        again = len(envelopes) - len(effective)
        INBOX_DUPLICATES.labels(service=self._consumer).inc(again)

    def _handle_alone(self, message: Any) -> None:
        """Handle one event, again and again if need be; park it in the end."""
        attempt, slow, failure, envelope = 0, 0, None, envelope_in(message)
        while envelope and not self.finishing:
            try:
                self._apply([envelope])
            except FAILURES as error:
                failure = error
            else:
                acknowledge(message)
                return
            slow += is_timeout(failure)
            attempt += not is_outage(failure)
            self._wait_after(failure, attempt, envelope.type)
            if attempt >= _ATTEMPTS or slow >= _SLOW_ATTEMPTS:
                break
        if envelope is None or not self.finishing:
            self._park(message, attempt + slow, failure)

    def _wait_after(self, error: BaseException, attempt: int, kind: str) -> None:
        """Log a failure and pause: the same may work in a moment."""
        if is_timeout(error):
            log.error("event_stuck", error=place_of(error))
            eventlet.sleep(_SLOW_PAUSE)
        elif is_outage(error):
            log.warning("waiting_for_the_database", error=type(error).__name__)
            eventlet.sleep(1.0)
        else:
            log.warning("event_failed", attempt=attempt, error=place_of(error))
            eventlet.sleep(_FIRST_PAUSE * 2 ** (attempt - 1))
        if is_timeout(error) or not is_outage(error):
            known = known_type(kind)
            EVENT_FAILURES.labels(service=self._consumer, type=known).inc()

    def _acknowledge_all(self, messages: list[Any]) -> None:
        """One word settles a whole batch; each earlier one is settled already."""
        if is_memory(self._uri):
            for message in messages:
                acknowledge(message)
        else:
            acknowledge(messages[-1], multiple=True)

    def _park(self, message: Any, attempts: int, failure: BaseException | None) -> None:
        """Put the message aside for an operator; keep it if even that fails."""
        queue = event_queue(self._consumer, self._group).name
        slip = Slip.of(queue, self._clock.now(), attempts, failure)
        try:
            put_aside(self._uri, self._consumer, message, self._group, slip)
        except FAILURES as error:
            log.warning("parking_failed", error=type(error).__name__)
            put_back(message)
        else:
            acknowledge(message)
