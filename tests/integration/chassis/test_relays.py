"""Several relays work side by side, each on its shards, and keep their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
import sqlalchemy as sa
from kombu import Connection, Queue

from chassis import outbox
from chassis.db import Database
from chassis.events import Envelope
from chassis.locks import exclusive, turn
from chassis.metrics import REGISTRY
from chassis.relay import EVERY_SHARD, oldest
from chassis.relays import OutboxRelay
from chassis.stream_queues import stream_name
from chassis.streams import declare_stream
from chassis.testing import FrozenClock, eventually
from chassis.topology import declare_producer, event_queue, groups_of
from tests.integration.chassis import toy

pytestmark = pytest.mark.integration

TERRITORIES = [f"KZ-{n}" for n in range(12)]


@pytest.fixture
def db(fresh_database: Callable[[str], str]) -> Iterator[Database]:
    database = Database(fresh_database("speaker"))
    toy.SAID.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def replica(db: Database) -> Iterator[Database]:
    database = Database(db.engine.url.render_as_string(hide_password=False))
    yield database
    database.close()


def relays_of(replica: Database, bus: str, topology: str = "own") -> Any:
    """What relays for the speaker in one of its processes."""
    relays: Any = OutboxRelay()
    relays.container = SimpleNamespace(
        service_name="speaker",
        config={"AMQP_URI": bus, "TOPOLOGY": topology},
        service_cls=SimpleNamespace(database_of=lambda _container: replica),
        spawn_managed_thread=lambda run, identifier: eventlet.spawn(run),
    )
    relays.setup()
    return relays


def say_and_whisper(db: Database, numbers: range) -> None:
    for number in numbers:
        with db.transaction() as session:
            toy.say(session, FrozenClock(), f"{number:03}")
            for territory in TERRITORIES:
                toy.whisper(session, FrozenClock(), f"{number:03}", territory)


def arrived(bus: str) -> dict[str, list[Envelope]]:
    """What waits in each of the listener's queues, in order."""
    return {group: read_all(bus, group) for group in groups_of("listener")}


def read_all(bus: str, group: str) -> list[Envelope]:
    read: list[Envelope] = []
    with Connection(bus) as connection:
        queue = event_queue("listener", group)(connection.default_channel)
        waiting = queue.queue_declare(passive=True).message_count
        with connection.Consumer(
            queue,
            on_message=lambda message: read.append(Envelope.from_json(message.body)),
        ):
            while len(read) < waiting:
                connection.drain_events(timeout=5)
    return read


def nothing_waits(db: Database) -> bool:
    with db.reading() as session:
        return outbox.waiting(session) == 0


def words_of(events: list[Envelope], territory: str) -> list[str]:
    return [e.data["word"] for e in events if e.data["territory"] == territory]


def public_numbers(db: Database) -> list[int]:
    with db.reading() as session:
        return [e.sequence for e in outbox.public_events(session, after=0, limit=100)]


def test_a_relay_without_the_lock_waits_quietly(
    db: Database, replica: Database
) -> None:
    tries: list[str] = []
    errors: list[Any] = []
    sa.event.listen(
        replica.engine,
        "before_cursor_execute",
        lambda *facts: tries.append(facts[2]),
    )
    sa.event.listen(replica.engine, "handle_error", errors.append)
    sa.event.listen(replica.engine, "connect", be_impatient)
    relays = relays_of(replica, "memory://")

    with ExitStack() as locks:
        for shard in EVERY_SHARD:
            locks.enter_context(exclusive(db, f"relay speaker {shard}"))
        relays.start()
        for _ in range(5):
            relays.wake()  # its own transactions go on meanwhile
            eventlet.sleep(0.1)
        relays.stop()

    assert errors == []  # PostgreSQL would log each
    assert len([s for s in tries if "pg_try_advisory" in s]) == len(EVERY_SHARD)


def test_a_lock_is_seen_to_be_waited_for_and_passes_on(
    db: Database, replica: Database
) -> None:
    with exclusive(db, "relay") as hold:
        assert hold is not None
        assert not hold.is_waited_for()
        waiting = eventlet.spawn(take_a_turn, replica, "relay")
        eventually(hold.is_waited_for)

    assert waiting.wait()
    with exclusive(db, "relay") as hold:  # the other's sign is gone with its wait
        assert hold is not None
        assert not hold.is_waited_for()


def be_impatient(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    connection.commit()


def take_a_turn(db: Database, name: str) -> bool:
    with turn(db, name) as hold:
        return hold is not None


def test_replicas_divide_the_shards_and_take_over_from_the_gone(
    db: Database, replica: Database, rabbitmq_vhost: str
) -> None:
    first, second = (relays_of(each, rabbitmq_vhost) for each in (db, replica))

    first.start()
    eventually(lambda: first.relayed() == [*EVERY_SHARD], seconds=60)
    second.start()

    eventually(lambda: len(first.relayed()) == len(second.relayed()) == 2, seconds=60)
    assert sorted(first.relayed() + second.relayed()) == [*EVERY_SHARD]
    second.stop()
    eventually(lambda: first.relayed() == [*EVERY_SHARD], seconds=60)
    first.stop()


def test_two_relays_keep_the_order_of_each_shard_and_leave_no_gap_in_the_log(
    db: Database, replica: Database, rabbitmq_vhost: str
) -> None:
    first, second = (relays_of(each, rabbitmq_vhost) for each in (db, replica))
    say_and_whisper(db, range(10))
    first.start()
    second.start()

    say_and_whisper(db, range(10, 40))

    eventually(lambda: nothing_waits(db), seconds=60)
    first.stop()
    second.stop()
    queues = arrived(rabbitmq_vhost)
    numbers = [f"{n:03}" for n in range(40)]
    assert [e.data["word"] for e in queues.pop("events")] == numbers
    assert all(queues.values())  # every shard has its share of the territories
    for territory in TERRITORIES:
        heard = [words_of(events, territory) for events in queues.values()]
        assert sorted(heard) == [[], [], [], numbers]
    assert public_numbers(db) == list(range(1, 41))


def test_a_relay_does_not_walk_past_what_waits_in_other_shards(db: Database):
    said = {"type": toy.WordWhispered.type, "occurred_at": FrozenClock().now()}
    crowd = [
        {**said, "id": str(number), "data": {}, "shard": min(number // 1000, 1)}
        for number in range(4000)
    ]
    with db.transaction() as session:
        session.execute(outbox.OUTBOX.insert(), crowd)
        session.execute(sa.text("ANALYZE outbox"))

        plan = explained(session.connection(), oldest([1]))

    assert "ix_outbox_shard_position" in plan
    assert "Filter" not in plan
    assert "Sort" not in plan


def explained(connection: sa.Connection, query: sa.Select[Any]) -> str:
    text = query.compile(connection, compile_kwargs={"literal_binds": True})
    return "\n".join(connection.scalars(sa.text(f"EXPLAIN {text}")))


def test_the_public_log_is_in_its_regions_stream_from_the_first_event_on(
    db: Database, rabbitmq_vhost: str
):
    with db.transaction() as session:
        toy.say(session, FrozenClock(), "hello")
    relays = relays_of(db, rabbitmq_vhost)
    relays.start()
    try:
        arrived = eventually(lambda: read(rabbitmq_vhost, "KZ-AKM"), seconds=60)
    finally:
        relays.stop()

    (message,) = arrived
    assert message.content_type == "application/cloudevents+json"
    assert Envelope.from_json(message.body).sequence == 1


def read(uri: str, region: str) -> list[Any]:
    """What a region's stream holds; nothing while it is only being made."""
    arrived: list[Any] = []
    stream = Queue(
        stream_name(region),
        no_declare=True,
        consumer_arguments={"x-stream-offset": "first"},
    )
    with Connection(uri) as connection:
        reader = connection.Consumer(
            stream, on_message=arrived.append, auto_declare=False, prefetch_count=9
        )
        refusals = (*connection.channel_errors, *connection.connection_errors)
        with suppress(*refusals):
            reader.consume()
            connection.drain_events(timeout=2)
    return arrived


def test_a_region_that_was_given_no_stream_is_an_alarm_and_holds_nothing_up(
    db: Database, rabbitmq_vhost: str
):
    with Connection(rabbitmq_vhost) as connection:
        declare_producer(connection, "speaker")
        say_and_relay(db, rabbitmq_vhost, "one")

        assert missing_streams() == 1
        declare_stream(connection, "KZ-AKM")
        say_and_relay(db, rabbitmq_vhost, "two")

        assert missing_streams() == 0
    assert public_numbers(db) == [1, 2]


def say_and_relay(db: Database, bus: str, word: str) -> None:
    with db.transaction() as session:
        toy.say(session, FrozenClock(), word)
    relays = relays_of(db, bus, topology="given")
    relays.start()
    eventually(lambda: nothing_waits(db), seconds=60)
    relays.stop()


def missing_streams() -> float | None:
    labels = {"service": "speaker", "region": "KZ-AKM"}
    return REGISTRY.get_sample_value("primaries_region_without_stream", labels)
