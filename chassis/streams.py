"""The public log as streams: one for each region, one for the whole country.

A stream keeps what it was given, so a reader may start at the first event, at an
offset or at a time, as often as it likes. Reading a stream is all or nothing: hence
one for each region, which its own user may read and no other region's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kombu import Connection, Queue

from chassis.publishing import Batch
from chassis.topology import PUBLIC_EXCHANGE

_MIB = 2**20
#: What a stream keeps at most. The broker forgets whole segments, oldest first.
LONGEST_AGE = "1Y"
MOST_BYTES = 1024 * _MIB
_SEGMENT = 16 * _MIB


def stream_name(region: str) -> str:
    """The name of a region's stream; the country is a region of its own here."""
    return f"region.{region}.log"


def stream_key(region: str) -> str:
    """What a region's stream is bound by."""
    return f"{region}.#"


def stream_of(region: str) -> Queue:
    """The stream with all that was ever said in public about a region."""
    arguments = {
        "x-queue-type": "stream",
        "x-max-age": LONGEST_AGE,
        "x-max-length-bytes": MOST_BYTES,
        "x-stream-max-segment-size-bytes": _SEGMENT,
    }
    return Queue(stream_name(region), durable=True, queue_arguments=arguments)


class StreamsFirst:
    """A batch that makes a region's stream before the region's first event is sent.

    Only for a broker that was not given its streams beforehand; the bus inside one
    process has none, since nobody outside could read it.
    """

    def __init__(self, connection: Connection, batch: Batch) -> None:
        self._connection = connection
        self._batch = batch
        self._made: set[str] = set()

    def publish(
        self,
        body: str | bytes,
        exchange: str,
        routing_key: str,
        message_id: str,
        headers: Mapping[str, Any] | None = None,
    ) -> None:
        """Send one message; it counts as taken only after `settle`."""
        region = routing_key.partition(".")[0]
        if exchange == PUBLIC_EXCHANGE.name and region not in self._made:
            declare_stream(self._connection, region)
            self._made.add(region)
        self._batch.publish(body, exchange, routing_key, message_id, headers)

    def settle(self, timeout: float = 10.0) -> None:
        """Return when the broker has taken every message; else raise `NotTaken`."""
        self._batch.settle(timeout)


def with_streams(connection: Connection, batch: Batch) -> Batch:
    """The same batch, with streams for what it publishes where the bus has any."""
    if connection.transport.driver_type == "memory":
        return batch
    return StreamsFirst(connection, batch)


def declare_stream(connection: Connection, region: str) -> None:
    """Make a region's stream and let the public log flow into it."""
    channel = connection.default_channel
    PUBLIC_EXCHANGE(channel).declare()
    stream = stream_of(region)(channel)
    stream.queue_declare()
    stream.bind_to(PUBLIC_EXCHANGE, routing_key=stream_key(region))
