"""A batch is taken when the broker has said so of every message in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from kombu import Connection, Exchange, Queue

from chassis.publishing import NotTaken, batch_on

pytestmark = pytest.mark.integration

LETTERS = Exchange("letters", type="topic", durable=True)


@pytest.fixture(scope="module")
def connection(rabbitmq_module_vhost: str) -> Iterator[Any]:
    with Connection(rabbitmq_module_vhost) as connected:
        LETTERS(connected.default_channel).declare()
        yield connected


def mailbox(connection: Any, name: str, **arguments: object) -> Any:
    queue = Queue(name, LETTERS, routing_key=name, queue_arguments=arguments or None)
    bound = queue(connection.default_channel)
    bound.declare()
    return bound


def test_a_taken_batch_arrives_in_order_with_its_ids(connection: Any) -> None:
    box = mailbox(connection, "ordered")
    batch = batch_on(connection)

    for number in range(1000):
        batch.publish(f"{number}", "letters", "ordered", f"id-{number}")
    batch.settle()

    arrived = [box.get(no_ack=True) for _ in range(1000)]
    assert [m.properties["message_id"] for m in arrived] == [
        f"id-{number}" for number in range(1000)
    ]


def test_a_message_that_no_queue_wants_fails_its_batch(connection: Any) -> None:
    mailbox(connection, "wanted")
    batch = batch_on(connection)

    batch.publish("a", "letters", "wanted", "1")
    batch.publish("b", "letters", "unwanted", "2")

    with pytest.raises(NotTaken, match="returned"):
        batch.settle()


def test_a_message_that_the_queue_refuses_fails_its_batch(connection: Any) -> None:
    mailbox(connection, "full", **{"x-max-length": 1, "x-overflow": "reject-publish"})
    batch = batch_on(connection)

    for number in range(3):
        batch.publish(f"{number}", "letters", "full", f"{number}")

    with pytest.raises(NotTaken, match="refused"):
        batch.settle()


def test_a_broker_that_stays_silent_fails_the_batch_at_its_deadline(
    connection: Any,
) -> None:
    mailbox(connection, "slow")
    batch: Any = batch_on(connection)
    batch.publish("a", "letters", "slow", "1")
    batch._open.add(99)  # a message whose confirm never comes

    with pytest.raises(NotTaken, match="unconfirmed"):
        batch.settle(timeout=0.3)


def test_the_public_log_needs_no_reader(connection: Any) -> None:
    Exchange("letters.public", type="topic")(connection.default_channel).declare()
    batch = batch_on(connection)

    batch.publish("a", "letters.public", "nobody", "1")

    batch.settle()


def test_bytes_that_are_no_text_pass_as_they_are(connection: Any) -> None:
    box = mailbox(connection, "raw")
    batch = batch_on(connection)

    batch.publish(b"\xff\xfe", "letters", "raw", "1")
    batch.settle()

    assert box.get(no_ack=True, accept=None).body == b"\xff\xfe"
