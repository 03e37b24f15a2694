"""The public log as streams: one for each region, one for the whole country.

A stream keeps what it was given, so a reader may start at the first event, at an
offset or at a time, as often as it likes. Reading a stream is all or nothing: hence
one for each region, which its own user may read and no other region's.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import eventlet
import structlog
from kombu import Connection

from chassis.metrics import REGION_WITHOUT_STREAM
from chassis.publishing import Batch
from chassis.stream_queues import stream_key, stream_name, stream_of
from chassis.topology import PUBLIC_EXCHANGE

log = structlog.get_logger()

#: RabbitMQ's words for a queue that nobody has declared
_UNKNOWN = "no queue"
_OPENING = 15.0  # seconds for a broker to open its streams after a start
_OPENED = 0.1  # seconds between two looks whether it has
_LOOK_AGAIN = 30.0  # seconds between two looks for a stream that was to be given


class FirstOfRegion:
    """A batch that sees to a region's stream before an event of that region is sent.

    `see_to` is asked with the region, and answers for how many seconds that will do.
    """

    def __init__(self, batch: Batch, see_to: Callable[[str], float]) -> None:
        self._batch = batch
        self._see_to = see_to
        self._until: dict[str, float] = {}

    def publish(
        self,
        body: str | bytes,
        exchange: str,
        routing_key: str,
        message_id: str,
        headers: Mapping[str, Any] | None = None,
    ) -> None:
        """Send one message; it counts as taken only after `settle`."""
        if exchange == PUBLIC_EXCHANGE.name:
            self._prepare(region=routing_key.partition(".")[0])
        self._batch.publish(body, exchange, routing_key, message_id, headers)

    def settle(self, timeout: float = 10.0) -> None:
        """Return when the broker has taken every message; else raise `NotTaken`."""
        self._batch.settle(timeout)

    def _prepare(self, region: str) -> None:
        if time.monotonic() >= self._until.get(region, -math.inf):
            self._until[region] = time.monotonic() + self._see_to(region)


def with_streams(connection: Connection, batch: Batch) -> Batch:
    """The same batch, with streams for what it publishes where the bus has any.

    Only for a broker that was not given its streams beforehand; the bus inside one
    process has none, since nobody outside could read it.
    """
    if connection.transport.driver_type == "memory":
        return batch

    def make(region: str) -> float:
        declare_stream(connection, region)
        return math.inf

    return FirstOfRegion(batch, make)


def with_given_streams(connection: Connection, batch: Batch, service: str) -> Batch:
    """The same batch, raising the alarm for a region that has no stream to be used.

    For a moment after its start a broker knows its streams and has not opened them:
    then it confirms what is published to them, and drops it. So a new connection waits
    until they are open. Where a region was given none, or it does not open, the event
    goes out all the same, for whoever else may hear it: the public log in the database
    keeps it, and the feed tells it.
    """
    if connection.transport.driver_type == "memory":
        return batch
    waited_for: set[str] = set()

    def look(region: str) -> float:
        patience = 0.0 if region in waited_for else _OPENING
        waited_for.add(region)
        missing = not _opens(connection, stream_name(region), patience)
        REGION_WITHOUT_STREAM.labels(service=service, region=region).set(missing)
        if missing:
            log.error("region_without_stream", region=region)
        return _LOOK_AGAIN

    return FirstOfRegion(batch, look)


def _opens(connection: Connection, queue: str, patience: float) -> bool:
    """Whether the broker has this queue, and has it open within some seconds."""
    until = time.monotonic() + patience
    while trouble := _trouble_with(connection, queue):
        if _UNKNOWN in trouble or time.monotonic() >= until:
            return False
        eventlet.sleep(_OPENED)
    return True


def _trouble_with(connection: Connection, queue: str) -> str:
    """Why a queue cannot be used; nothing if it can."""
    with connection.channel() as channel:
        try:
            channel.queue_declare(queue, passive=True)  # takes no right
        except connection.channel_errors as error:
            return str(error)
        return ""


def declare_stream(connection: Connection, region: str) -> None:
    """Make a region's stream and let the public log flow into it."""
    channel = connection.default_channel
    PUBLIC_EXCHANGE(channel).declare()
    stream = stream_of(region)(channel)
    stream.queue_declare()
    stream.bind_to(PUBLIC_EXCHANGE, routing_key=stream_key(region))
