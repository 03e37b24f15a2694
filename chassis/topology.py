"""Exchanges and queues, derived from the contracts alone.

Every service owns a topic exchange for its events and, for each group of events
that it listens to, one quorum queue with a single active consumer: what is in
one queue is read in order, by one replica at a time. A group of sharded events has
as many queues as there are shards. What cannot be handled ends in the service's
parked queue, where an operator looks at it.

Where the topology is given, as in a deployment whose broker has imported it, the
services make nothing of it and need no right to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kombu import Connection, Exchange, Queue

from chassis.events import Event

PUBLIC_EXCHANGE = Exchange("primaries.public", type="topic", durable=True)

#: nameko's exchange for requests and their replies
CALLS = "nameko-rpc"

#: A crash counts as a delivery, so the broker's own limit is only a backstop:
#: the subscription parks poison long before, and never parks for a dead database.
_DELIVERY_LIMIT = 50


def is_given(config: Mapping[str, Any]) -> bool:
    """Has the broker imported exchanges, queues and bindings before we came?"""
    return config.get("TOPOLOGY") == "given"


def exchange_of(service: str) -> Exchange:
    """Where a service's events are published, routed by their type."""
    return Exchange(f"primaries.{service}", type="topic", durable=True)


def parked_exchange(consumer: str) -> Exchange:
    """Where a service's unhandled events are put aside."""
    return Exchange(f"primaries.{consumer}.parked", type="fanout", durable=True)


def parked_queue(consumer: str) -> Queue:
    """The events that a service could not handle."""
    return Queue(
        f"{consumer}.parked",
        parked_exchange(consumer),
        durable=True,
        queue_arguments={"x-queue-type": "quorum"},
    )


def event_queue(consumer: str, group: str) -> Queue:
    """The queue of one group of events that `consumer` listens to."""
    arguments: dict[str, Any] = {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-delivery-limit": _DELIVERY_LIMIT,
        "x-dead-letter-exchange": parked_exchange(consumer).name,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    return Queue(f"{consumer}.{group}", durable=True, queue_arguments=arguments)


def event_queues(consumer: str) -> list[Queue]:
    """Everything that a consumer reads its events from."""
    return [event_queue(consumer, group) for group in groups_of(consumer)]


def calls_queue(service: str) -> str:
    """The queue, named by nameko, in which a service is asked."""
    return f"rpc-{service}"


def events_heard(consumer: str) -> Iterator[type[Event]]:
    """The events that `consumer` listens to, by its contract."""
    return (e for e in Event.by_type.values() if consumer in e.consumers)


def groups_of(consumer: str) -> list[str]:
    """The groups of events, or their shards, that a consumer has a queue for."""
    return sorted({group for group, _, _ in bindings_of(consumer)})


def bindings_of(consumer: str) -> Iterator[tuple[str, str, str]]:
    """What comes to a consumer: the group, the service that speaks, the key."""
    for event in events_heard(consumer):
        for group, key in event.routes():
            yield group, event.service, key


def declare_consumer(connection: Connection, consumer: str) -> None:
    """Make a consumer's queues and their bindings, if they are not there."""
    channel = connection.default_channel
    parked_queue(consumer)(channel).declare()
    for queue in event_queues(consumer):
        queue(channel).declare()
    for group, service, key in bindings_of(consumer):
        exchange_of(service)(channel).declare()
        queue = event_queue(consumer, group)(channel)
        queue.bind_to(exchange_of(service), routing_key=key)


def declare_producer(connection: Connection, service: str) -> None:
    """Make everything that a service's events need to arrive somewhere."""
    channel = connection.default_channel
    PUBLIC_EXCHANGE(channel).declare()
    exchange_of(service)(channel).declare()
    heard_by = {
        consumer
        for event in Event.by_type.values()
        if event.service == service
        for consumer in event.consumers
    }
    for consumer in sorted(heard_by):
        declare_consumer(connection, consumer)


def messages_waiting(connection: Connection, consumer: str) -> int:
    """How many messages lie in a consumer's queues, not yet delivered."""
    return sum(_waiting_in(connection, each.name) for each in event_queues(consumer))


def _waiting_in(connection: Connection, queue: str) -> int:
    with connection.channel() as channel:
        try:
            return channel.queue_declare(queue, passive=True).message_count
        except connection.channel_errors:
            return 0  # nobody has made it yet
