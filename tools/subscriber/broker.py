"""Reading the public log at RabbitMQ: a region's stream, or a live queue of its own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from ssl import SSLCertVerificationError
from typing import Any

from amqp.exceptions import AccessRefused, AMQPError, NotAllowed, PreconditionFailed
from kombu import Connection, Queue
from kombu.exceptions import OperationalError

from chassis.stream_queues import stream_key, stream_name
from chassis.topology import PUBLIC_EXCHANGE
from tools.subscriber.received import (
    Batch,
    Received,
    SourceLost,
    SourceRefused,
    Unreadable,
)

#: where in a stream to begin: "first", "last", an offset, or a time
Start = str | int | datetime

FIRST = "first"
LAST = "last"  # with the last few events together
_PAUSE = 0.5  # seconds of quiet after which there is an empty batch
_QUIET = 4  # such pauses after which there is nothing more to come
_MORE = 0.02  # seconds to wait for more of a batch that has begun
_MOST = 500  # events in a batch
_HEARTBEAT = 10  # seconds; a broker silent for twice as long is lost
_OFFSET = "x-stream-offset"
_REFUSALS = (AccessRefused, NotAllowed, PreconditionFailed)
#: said of a stream that is only being made, or while its node is away
_NO_REPLICA = "does not have a replica"


#: a message, and the name of the queue that gave it
_Delivery = tuple[str, Any]


class _Reader:
    """Reads queues of some kind over one connection, batch by batch."""

    def __init__(self, uri: str) -> None:
        self._uri = uri

    @abstractmethod
    def _queues(self, connection: Connection, marks: Mapping[str, str]) -> list[Queue]:
        """The queues to consume, each with the arguments to consume it with."""

    @abstractmethod
    def _marks(self, deliveries: Sequence[_Delivery]) -> Mapping[str, str]:
        """Where to go on after these messages."""

    def _forgotten(self, deliveries: Sequence[_Delivery]) -> frozenset[str]:
        """What does not have any more what should have come before these messages."""
        return frozenset()

    def batches(self, marks: Mapping[str, str]) -> Generator[Batch, None, None]:
        """Batch after batch; the broker keeps what was not settled."""
        arrived: list[_Delivery] = []
        with _telling(), _connection(self._uri) as connection:
            for queue in self._queues(connection, marks):
                _consume(connection, queue, arrived)
            pauses = 0
            while True:
                _drain(connection, arrived)
                deliveries, arrived[:] = arrived[:], []
                pauses = 0 if deliveries else pauses + 1
                yield self._batch(deliveries, is_last=pauses >= _QUIET)

    def _batch(self, deliveries: Sequence[_Delivery], *, is_last: bool) -> Batch:
        events = list(_readable(deliveries))
        return Batch(
            events=events,
            marks=self._marks(deliveries),
            forgotten=self._forgotten(deliveries),
            unreadable=len(deliveries) - len(events),
            is_last=is_last,
            settle=lambda: _settle(deliveries),
        )


class StreamSource(_Reader):
    """The streams of some regions, each from its own mark or start on.

    To go on it asks once more for the last event that it had. A stream that cannot
    give even that is another than the one we knew (its disk was lost, say): the broker
    would keep silent until it is as long as the old one, so it is read from its start.
    Neither this one nor a stream that begins behind our place has all that it had.
    """

    def __init__(self, uri: str, regions: Iterable[str], start: Start = FIRST) -> None:
        super().__init__(uri)
        self._streams = [stream_name(region) for region in regions]
        self._start = start
        #: streams to be read anew, and how long they were
        self._anew: dict[str, int] = {}
        #: the offset that each stream has to begin with if it has forgotten nothing
        self._expected: dict[str, int] = {}
        self.is_complete = start == FIRST

    def batches(self, marks: Mapping[str, str]) -> Generator[Batch, None, None]:
        """Batch after batch; the broker keeps what was not settled."""
        silent = marks.keys() & set(self._streams) - self._anew.keys()
        for batch in super().batches(marks):
            silent -= batch.marks.keys()
            if batch.is_last and silent:
                self._anew |= {name: int(marks[name]) for name in silent}
                names = ", ".join(sorted(silent))
                raise SourceLost(f"Shorter than it was, to be read anew: {names}.")
            yield self._judged(batch)

    def _judged(self, batch: Batch) -> Batch:
        """The batch; at the end a stream read anew has shown whether it is another."""
        for name in self._anew.keys() & batch.marks.keys():
            if int(batch.marks[name]) >= self._anew[name]:
                del self._anew[name]  # its broker was only slow
        if not batch.is_last:
            return batch
        others, self._anew = frozenset(self._anew), {}
        return replace(batch, forgotten=batch.forgotten | others)

    def _queues(self, connection: Connection, marks: Mapping[str, str]) -> list[Queue]:
        return [self._queue(name, marks) for name in self._streams]

    def _queue(self, name: str, marks: Mapping[str, str]) -> Queue:
        known = name in marks and name not in self._anew
        start = int(marks[name]) - 1 if known else self._begin(name)
        if known or start == FIRST:
            self._expected[name] = int(marks[name]) - 1 if known else 0
        return Queue(name, no_declare=True, consumer_arguments={_OFFSET: start})

    def _begin(self, name: str) -> Start:
        return FIRST if name in self._anew else self._start

    def _forgotten(self, deliveries: Sequence[_Delivery]) -> frozenset[str]:
        begun = {name: m.headers[_OFFSET] for name, m in reversed(deliveries)}
        return frozenset(
            name
            for name in begun.keys() & self._expected.keys()
            if begun[name] > self._expected.pop(name)
        )

    def _marks(self, deliveries: Sequence[_Delivery]) -> Mapping[str, str]:
        """The offset after the last message of each stream."""
        return {name: str(each.headers[_OFFSET] + 1) for name, each in deliveries}


class QueueSource(_Reader):
    """A live queue: what happens from now on, kept while its reader is away."""

    is_complete = False

    def __init__(self, uri: str, region: str, name: str) -> None:
        super().__init__(uri)
        self._region = region
        self._name = f"region.{region}.{name}"

    def _queues(self, connection: Connection, marks: Mapping[str, str]) -> list[Queue]:
        queue = Queue(self._name, durable=True)(connection.default_channel)
        queue.queue_declare()
        queue.bind_to(PUBLIC_EXCHANGE, routing_key=stream_key(self._region))
        return [Queue(self._name, no_declare=True)]

    def _marks(self, deliveries: Sequence[_Delivery]) -> Mapping[str, str]:
        """The broker itself remembers what was settled."""
        return {}


def _consume(connection: Connection, queue: Queue, arrived: list[_Delivery]) -> None:
    """Let what a queue gives pile up in `arrived`, tagged with the queue's name."""

    def note(message: Any) -> None:
        arrived.append((queue.name, message))

    connection.Consumer(
        queue, on_message=note, auto_declare=False, prefetch_count=_MOST
    ).consume()


def _drain(connection: Connection, arrived: list[_Delivery]) -> None:
    """Wait for a message, then take along what comes right behind it."""
    connection.heartbeat_check()
    wait = _PAUSE
    with suppress(TimeoutError):
        while len(arrived) < _MOST:
            connection.drain_events(timeout=wait)
            wait = _MORE


def _readable(deliveries: Iterable[_Delivery]) -> Iterator[Received]:
    for _, message in deliveries:
        with suppress(Unreadable):
            yield Received.from_json(message.body)


def _settle(deliveries: Sequence[_Delivery]) -> None:
    if deliveries:
        _, last = deliveries[-1]
        last.channel.basic_ack(last.delivery_tag, multiple=True)


@contextmanager
def _connection(uri: str) -> Iterator[Connection]:
    """A connection that is thrown away at the end without waiting for the broker."""
    times = {"connect_timeout": 5, "heartbeat": _HEARTBEAT}
    # whose certificate names another host would be told the password otherwise
    tls = {"server_hostname": None} if uri.startswith("amqps:") else False
    connection = Connection(uri, ssl=tls, **times)
    try:
        connection.connect()
        yield connection
    finally:
        connection.collect()


@contextmanager
def _telling() -> Iterator[None]:
    """What goes wrong at the broker, as a reader needs to know it."""
    try:
        yield
    except (AMQPError, OperationalError, OSError) as error:
        raise trouble_of(error) from error


def trouble_of(error: Exception) -> SourceLost | SourceRefused:
    """What a broker's answer means: is there sense in asking again?"""
    if _NO_REPLICA in str(error):
        return SourceLost(f"The stream is not there yet: {error}")
    if isinstance(error, SSLCertVerificationError):
        return SourceRefused(f"The broker's certificate is not in order: {error}")
    if isinstance(error, _REFUSALS):
        return SourceRefused(f"The broker refuses: {error}")
    return SourceLost(f"The broker is lost: {error}")
