"""The broker dies and comes back: services survive it and lose nothing."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from typing import Any

import eventlet
import pytest
from kombu import Queue

from chassis.bus import FAILURES
from chassis.errors import ServiceUnavailable
from chassis.publishing import NotTaken, batch_on, connected
from chassis.rpc import RpcClient
from chassis.stream_queues import stream_name
from chassis.streams import with_given_streams
from chassis.testing import eventually, running
from chassis.topology import PUBLIC_EXCHANGE
from tests.faults.world import Broker, World, words
from tests.integration.chassis import toy

pytestmark = pytest.mark.integration


@pytest.fixture
def bus(broker: Broker) -> str:
    return broker.node.uri


def answers(client: RpcClient) -> bool:
    try:
        client.call(toy.ListWords, {}, timeout=1)
    except ServiceUnavailable:
        return False
    return True


def test_a_broker_that_dies_under_a_call_fails_the_call_and_nothing_else(
    broker: Broker, world: World
):
    said = words("word", 500)
    services = [world.start("listener"), world.start("speaker")]
    with running(environment=world.environment) as client:
        world.say(said[:250])
        call = eventlet.spawn(
            client.call, toy.SayAnything, {"word": "hesitation"}, timeout=3
        )
        eventlet.sleep(0.5)

        broker.kill()

        world.say(said[250:])
        with pytest.raises(ServiceUnavailable):
            call.wait()
        began = time.monotonic()
        with pytest.raises(ServiceUnavailable):
            client.call(toy.ListWords, {}, timeout=30)
        assert time.monotonic() - began < 10  # no need to wait for the deadline

        broker.start()
        assert eventually(lambda: answers(client))

    eventually(lambda: len(world.heard()) >= len(said))
    assert [word for word in world.heard() if word != "hesitation"] == said
    assert all(service.is_alive() for service in services)


def test_services_wait_for_a_broker_that_is_not_there_yet(broker: Broker, world: World):
    said = words("word", 50)
    world.say(said)
    broker.kill()
    services = [world.launch("listener"), world.launch("speaker")]
    eventlet.sleep(3)
    assert all(service.is_alive() for service in services)

    broker.start()

    world.await_words(said)


def test_a_frozen_broker_gets_no_farewell_after_an_error(broker: Broker):
    with ExitStack() as frost, suppress(LookupError), connected(broker.node.uri):
        frost.enter_context(broker.frozen())
        raise LookupError  # it would never answer that we close the connection


def test_services_stop_soon_though_the_broker_is_away(broker: Broker, world: World):
    services = [world.start("listener"), world.start("speaker")]
    broker.kill()
    eventlet.sleep(1)

    for service in services:
        service.stop()

    gone = [lambda each=each: not each.is_alive() for each in services]
    try:
        for each in gone:
            eventually(each, seconds=15)
    finally:
        broker.start()


def test_who_publishes_waits_with_a_broker_that_has_no_memory(broker: Broker):
    def publish() -> None:
        with connected(broker.node.uri) as connection:
            batch = batch_on(connection)
            batch.publish("{}", PUBLIC_EXCHANGE.name, "nobody.hears.it", "1")
            batch.settle(timeout=1)

    with broker.out_of_memory():
        publishing = eventlet.spawn(publish)
        eventlet.sleep(3)
        assert not publishing.dead  # it would only come again, and again
    with pytest.raises(NotTaken):
        publishing.wait()
    publish()


def test_what_a_broker_takes_just_after_its_start_is_in_the_stream(broker: Broker):
    broker.kill()
    broker.start()

    told: list[str] = []
    for number in range(10_000):
        if is_taken(broker.node.uri, f"event {number}"):
            told.append(f"event {number}")
        if len(told) == 30:
            break
        eventlet.sleep(0.02)

    assert len(told) == 30
    eventually(lambda: set(told) <= set(held(broker.node.uri)), seconds=10)


def is_taken(bus: str, event: str) -> bool:
    """Whether the broker has confirmed an event of the region, as a relay asks it."""
    try:
        with connected(bus) as connection:
            batch = with_given_streams(connection, batch_on(connection), "speaker")
            key = f"{toy.REGION}.{toy.REGION}.hello"
            batch.publish(event, PUBLIC_EXCHANGE.name, key, event)
            batch.settle()
    except FAILURES:
        return False
    return True


def held(bus: str) -> list[str]:
    """What the region's stream has kept."""
    found: list[str] = []

    def take(message: Any) -> None:
        found.append(message.body)
        message.ack()

    first = {"x-stream-offset": "first"}
    stream = Queue(stream_name(toy.REGION), no_declare=True, consumer_arguments=first)
    with connected(bus) as connection:
        reader = connection.Consumer(
            stream, on_message=take, auto_declare=False, prefetch_count=500
        )
        with reader, suppress(TimeoutError):
            while True:
                connection.drain_events(timeout=1)
    return found
