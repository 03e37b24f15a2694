"""Processes die at any moment: each event has its effect once, in order."""

from __future__ import annotations

import random
from collections.abc import Callable

import eventlet
import pytest
import sqlalchemy as sa
from kombu import Connection

from chassis.events import SHARDS, Envelope
from chassis.outbox import OUTBOX
from chassis.publishing import batch_on
from chassis.testing import eventually
from tests.faults.world import World, words

pytestmark = pytest.mark.integration


def speak(
    world: World, said: list[str], pause: float
) -> eventlet.greenthread.GreenThread:
    """Say words in the background, at a steady pace."""

    def go_on() -> None:
        for word in said:
            world.say([word])
            eventlet.sleep(pause)

    return eventlet.spawn(go_on)


def test_nothing_is_lost_repeated_or_overtaken_when_both_sides_are_killed(
    world: World, chance: random.Random
):
    said = words("slow", 600)
    alive = {name: world.start(name) for name in ("listener", "speaker")}
    speaking = speak(world, said, 0.008)

    for _ in range(5):
        eventlet.sleep(chance.uniform(0.2, 0.9))
        name = chance.choice(["listener", "speaker"])
        alive[name].kill()
        alive[name] = world.start(name)
    speaking.wait()

    world.await_words(said)
    assert world.parked() == 0
    assert eventually(lambda: world.unpublished() == 0)


def test_poison_is_parked_once_though_its_reader_dies_trying(
    world: World, chance: random.Random
):
    before, after = words("before", 100), words("after", 100)
    listener = world.start("listener")
    world.start("speaker")
    world.say([*before, "poison", *after])
    eventually(lambda: len(world.heard()) == len(before))
    eventlet.sleep(chance.uniform(0.1, 2.0))

    listener.kill()
    world.start("listener")

    world.await_words([*before, *after])
    assert world.parked() == 1


def test_an_event_that_arrives_three_times_is_heard_once(world: World):
    world.start("listener")
    world.say(words("word", 20))
    with world.said.reading() as session:
        rows = session.execute(sa.select(OUTBOX).order_by(OUTBOX.c.position)).all()
    with Connection(world.bus) as connection:
        batch = batch_on(connection)
        for row in (*rows, *rows):
            event = Envelope(
                id=row.id, type=row.type, time=row.occurred_at, data=row.data
            )
            batch.publish(event.to_json(), "primaries.speaker", row.type, row.id)
        batch.settle()

    world.start("speaker")

    world.await_words(words("word", 20))
    eventually(lambda: world.unpublished() == 0 and world.queued() == 0)
    assert world.heard() == words("word", 20)


def test_of_two_readers_one_reads_and_the_other_takes_over(
    world: World, chance: random.Random
):
    said = words("slow", 500)
    first, _second = world.start("listener"), world.start("listener")
    world.start("speaker")
    speaking = speak(world, said, 0.004)
    eventually(lambda: len(world.heard()) > chance.randrange(100, 300))

    first.kill()

    speaking.wait()
    world.await_words(said)


def test_of_two_processes_each_relays_a_part_and_takes_over_the_rest(
    world: World, chance: random.Random
):
    said = words("word", 600)
    world.start("listener")
    first, _second = world.start("speaker"), world.start("speaker")
    seen: set[int] = set()
    speaking = speak(world, said, 0.004)
    for _ in range(chance.randrange(10, 30)):
        seen.add(world.relays())
        eventlet.sleep(0.05)
    assert max(seen) == SHARDS  # never two for one shard

    first.kill()

    assert eventually(lambda: world.relays() == SHARDS)
    speaking.wait()
    world.await_words(said)


def test_a_relay_that_loses_its_lock_asks_for_it_again(
    world: World, fresh_database: Callable[[str], str]
):
    world.start("listener")
    speaker = world.start("speaker")
    assert eventually(lambda: world.relays() == SHARDS)
    take_lock_away = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database"
        " WHERE datname = current_database())"
    )

    with world.said.transaction() as session:
        session.execute(take_lock_away)

    assert eventually(lambda: world.relays() == SHARDS)
    world.say(words("word", 10))
    world.await_words(words("word", 10))
    assert speaker.is_alive()


def test_a_slow_reader_holds_up_nobody_else(world: World):
    said = words("slow", 500)
    world.say(said)
    world.start("listener")

    world.start("speaker")

    eventually(lambda: world.unpublished() == 0)
    assert len(world.heard()) < len(said)
    assert world.queued() > 0  # the rest waits at the broker, not in the reader
    world.await_words(said)
