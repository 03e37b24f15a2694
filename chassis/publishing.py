"""Publishing that knows whether the broker has really taken the messages."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Protocol

import eventlet
from kombu import Connection

from chassis.blockade import Blockade
from chassis.bus import CONNECTION_ERRORS, FAILURES, RETRY

#: what the public log consists of: CloudEvents in structured mode
CLOUD_EVENT = "application/cloudevents+json"
_JSON = "application/json"
_PERSISTENT = 2
_CONNECTING = 10  # seconds; a frozen broker takes connections and says nothing more
_PARTING = 1


class NotTaken(Exception):
    """The broker returned, refused or did not confirm some of a batch."""


class Unroutable(NotTaken):
    """No queue is bound for a message that somebody should hear."""


@contextmanager
def connected(uri: str) -> Iterator[Connection]:
    """A connection to publish on, that no silent broker can hold up at either end.

    After an error it is thrown away: its broker may never answer a farewell. But if
    the broker has said that it takes no messages, the error waits for it to take some.
    """
    blockade = Blockade()
    connection = Connection(uri, heartbeat=0, transport_options=blockade.options)
    try:
        with eventlet.Timeout(_CONNECTING):
            connection.ensure_connection(max_retries=1, **RETRY)
        yield connection
        with eventlet.Timeout(_PARTING, False):  # noqa: FBT003
            connection.release()
    except FAILURES:
        blockade.outlast(connection)
        raise
    finally:
        _throw_away(connection)


def _throw_away(connection: Connection) -> None:
    established = connection._connection  # noqa: SLF001 (to ask for it is to connect)
    if established is not None and connection.transport.driver_type != "memory":
        with suppress(*CONNECTION_ERRORS):
            established.collect()


class Batch(Protocol):
    """Several messages on their way together."""

    def publish(
        self,
        body: str | bytes,
        exchange: str,
        routing_key: str,
        message_id: str,
        headers: Mapping[str, Any] | None = None,
    ) -> None:
        """Send one message; it counts as taken only after `settle`."""
        ...

    def settle(self, timeout: float = 10.0) -> None:
        """Return when the broker has taken every message; else raise `NotTaken`."""
        ...


def batch_on(connection: Connection) -> Batch:
    """The right kind of batch for this connection's transport."""
    if connection.transport.driver_type == "memory":
        return MemoryBatch(connection)
    return ConfirmedBatch(connection)


def _is_public(exchange: str) -> bool:
    return exchange.endswith(".public")


def _properties(exchange: str) -> dict[str, str]:
    """How outsiders, and our own services, are told what they are given."""
    kind = CLOUD_EVENT if _is_public(exchange) else _JSON
    return {"content_type": kind, "content_encoding": "utf-8"}


class MemoryBatch:
    """For the bus inside one process, which takes everything at once."""

    def __init__(self, connection: Connection) -> None:
        self._producer = connection.Producer()

    def publish(
        self,
        body: str | bytes,
        exchange: str,
        routing_key: str,
        message_id: str,
        headers: Mapping[str, Any] | None = None,
    ) -> None:
        """Put one message into the queues bound for it."""
        self._producer.publish(
            body,
            exchange=exchange,
            routing_key=routing_key,
            message_id=message_id,
            headers=headers,
            **_properties(exchange),
        )

    def settle(self, timeout: float = 10.0) -> None:
        """Nothing to wait for."""


class ConfirmedBatch:
    """Pipelined publisher confirms: send all, then wait for all.

    Messages are mandatory and persistent. After any failure the connection is
    in an unknown state: throw it away and publish the batch again on a new one.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._channel: Any = connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._confirmed)
        self._channel.events["basic_nack"].add(self._refused)
        self._channel.events["basic_return"].add(self._returned)
        self._sent = 0
        self._open: set[int] = set()
        self._refused_tags: list[int] = []
        self._unroutable: list[str] = []

    def publish(
        self,
        body: str | bytes,
        exchange: str,
        routing_key: str,
        message_id: str,
        headers: Mapping[str, Any] | None = None,
    ) -> None:
        """Send one message."""
        message = self._channel.prepare_message(
            body,
            properties={"delivery_mode": _PERSISTENT, "message_id": message_id},
            headers=dict(headers or {}),
            **_properties(exchange),
        )
        mandatory = not _is_public(exchange)  # nobody need read the public log
        self._channel.basic_publish(
            message, exchange=exchange, routing_key=routing_key, mandatory=mandatory
        )
        self._sent += 1
        self._open.add(self._sent)

    def settle(self, timeout: float = 10.0) -> None:
        """Wait for the broker's word on every message sent so far."""
        deadline = time.monotonic() + timeout
        while self._open:
            left = deadline - time.monotonic()
            try:
                self._connection.drain_events(timeout=max(left, 0.001))
            except TimeoutError:
                raise NotTaken(f"{len(self._open)} messages unconfirmed") from None
        if self._unroutable:
            raise Unroutable("; ".join(self._unroutable[:3]))
        if self._refused_tags:
            raise NotTaken(f"refused: {self._refused_tags[:3]}")

    def _confirmed(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 (amqp's)
        done = {t for t in self._open if t <= tag} if multiple else {tag}
        self._open -= done

    def _refused(self, tag: int, multiple: bool) -> None:  # noqa: FBT001 (amqp's)
        self._refused_tags.append(tag)
        self._confirmed(tag, multiple)

    def _returned(self, error: Exception, *_rest: object) -> None:
        self._unroutable.append(f"returned: {error}")
