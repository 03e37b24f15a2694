"""What the queues promise, whoever declares them."""

from __future__ import annotations

import pytest
from kombu import Queue

from chassis.topology import event_queues, parked_exchange, parked_queue
from contracts.services import SERVICES, load_events

load_events()
HEARD = [queue for service in SERVICES for queue in event_queues(service)]


@pytest.mark.parametrize("queue", HEARD, ids=lambda queue: queue.name)
def test_an_event_is_kept_read_in_order_and_never_dropped_on_its_way_aside(
    queue: Queue,
):
    promised = queue.queue_arguments

    assert queue.durable
    assert promised["x-queue-type"] == "quorum"
    assert promised["x-single-active-consumer"] is True
    assert promised["x-delivery-limit"] > 0
    # it stays in its queue until the parked queue has confirmed it; for that the broker
    # wants a queue that refuses what it has no room for
    assert promised["x-dead-letter-strategy"] == "at-least-once"
    assert promised["x-overflow"] == "reject-publish"
    consumer = queue.name.partition(".")[0]
    assert promised["x-dead-letter-exchange"] == parked_exchange(consumer).name


@pytest.mark.parametrize("service", SERVICES)
def test_what_was_put_aside_is_kept_as_well_as_what_was_not(service: str):
    queue = parked_queue(service)

    assert queue.durable
    assert queue.queue_arguments == {"x-queue-type": "quorum"}
    assert queue.exchange == parked_exchange(service)
