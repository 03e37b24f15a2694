"""A message to the broker and back, over a connection kept for nothing else.

An open port, even an open connection, proves nothing: a broker that is frozen, out
of disk or has lost its queues keeps both. What comes back proves that it works.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4  # noqa: TID251 (an address, not an id of the domain)

import eventlet
from kombu import Connection, Exchange, Queue

from chassis.blockade import Blockade
from chassis.topology import CALLS

_CALLS = Exchange(CALLS, type="topic", durable=True, no_declare=True)
_CLOSING = 0.5  # seconds that throwing a connection away may take
_GLANCE = 0.1  # seconds for the broker to say that it takes messages again
_EXPIRES = 60.0  # seconds until the broker forgets a queue that we left behind


@dataclass(frozen=True, kw_only=True)
class QueueFigures:
    """What lies in a queue, and how many read it."""

    messages: int
    consumers: int


class BrokerProbe:
    """Asks the broker as `name`; whoever calls it must bound it with a deadline.

    Its queue is named like those for replies, so a user who may call may probe.
    """

    def __init__(self, uri: str, name: str) -> None:
        self._uri = uri
        self._name = name
        self._connection: Connection | None = None
        self._blockade = Blockade()
        #: the message that is under way
        self._awaited = ""

    def round_trip(self, seconds: float) -> float:
        """Send a message to ourselves and wait for it; how long it took.

        Raise `Blocked` where the broker says that it takes none; the one that it has
        not taken yet is then waited for the next time.
        """
        began = time.monotonic()
        connection = self._connection or self._connect()
        if not self._awaited:
            self._send(seconds)
        while self._awaited:
            left = began + seconds - time.monotonic()
            patience = _GLANCE if self._blockade.is_up else left
            self._blockade.glance(connection, patience)
        return time.monotonic() - began

    def figures_of(self, queues: Iterable[str]) -> dict[str, QueueFigures]:
        """What lies in these queues; one that is not there holds nothing."""
        return {queue: self._look_at(queue) for queue in queues}

    def throw_away(self) -> None:
        """Forget the connection without a word: nobody may be there to hear one.

        A broker that takes no messages would not notice: it gets no further ones.
        """
        if self._blockade.is_up:
            return
        connection, self._connection = self._connection, None
        if connection is not None:
            with eventlet.Timeout(_CLOSING, False):  # noqa: FBT003
                connection.collect()

    def _connect(self) -> Connection:
        self._blockade, self._awaited = Blockade(), ""
        options = self._blockade.options
        connection = self._connection = Connection(
            self._uri, heartbeat=0, transport_options=options
        )
        connection.ensure_connection(
            max_retries=1, interval_start=0.1, interval_max=0.1
        )
        channel = connection.default_channel
        self._address = str(uuid4())
        queue = Queue(
            f"rpc.reply-{self._name}-{self._address}",
            _CALLS,
            routing_key=self._address,
            exclusive=True,
            auto_delete=True,
            expires=_EXPIRES,
        )
        queue.maybe_bind(channel)
        queue.declare()
        self._producer = connection.Producer(serializer="json")
        self._consumer = connection.Consumer(
            [queue], callbacks=[self._receive], accept=["json"], no_ack=True
        )
        self._consumer.consume()
        return connection

    def _send(self, seconds: float) -> None:
        word = str(uuid4())
        self._producer.publish(
            word, exchange=_CALLS.name, routing_key=self._address, expiration=seconds
        )
        self._awaited = word

    def _receive(self, body: str, _message: Any) -> None:
        if body == self._awaited:
            self._awaited = ""

    def _look_at(self, queue: str) -> QueueFigures:
        assert self._connection is not None
        with self._connection.channel() as channel:
            try:
                found = channel.queue_declare(queue, passive=True)
            except self._connection.channel_errors:
                return QueueFigures(messages=0, consumers=0)
        return QueueFigures(
            messages=found.message_count, consumers=found.consumer_count
        )
