"""A reader of events puts aside what it cannot read, and leaves nothing half done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import eventlet
import pytest
import sqlalchemy as sa
from kombu import Connection

from chassis.db import Database
from chassis.metrics import REGISTRY
from chassis.parking import slip_in
from chassis.publishing import batch_on
from chassis.testing import an_envelope, eventually, running, test_environment
from chassis.topology import declare_consumer, event_queue, parked_queue
from tests.integration.chassis import toy
from tools.parked_queue import parked_in

pytestmark = pytest.mark.integration

PLACE = {"primary": "p", "region": "R", "territory": "T"}


@pytest.fixture
def listener(
    rabbitmq_vhost: str, fresh_database: Callable[[str], str]
) -> Iterator[Database]:
    database = Database(fresh_database("listener"))
    toy.HEARD.create_all(database.engine)
    with Connection(rabbitmq_vhost) as connection:
        declare_consumer(connection, "listener")
    yield database
    database.close()


@pytest.fixture
def environment(
    tmp_path: Path, rabbitmq_vhost: str, listener: Database
) -> dict[str, str]:
    url = listener.engine.url.render_as_string(hide_password=False)
    return test_environment(
        tmp_path,
        PRIMARIES_AMQP_URI=rabbitmq_vhost,
        PRIMARIES_LISTENER_DATABASE_URL=url,
    )


def send(bus: str, *bodies: str | bytes) -> None:
    with Connection(bus) as connection:
        batch = batch_on(connection)
        for body in bodies:
            batch.publish(body, "primaries.speaker", toy.WordSpoken.type, "an id")
        batch.settle()


def spoken(word: str) -> str:
    return an_envelope(toy.WordSpoken, **PLACE, word=word, whisper="x").to_json()


def heard(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(toy.heard_words.c.word)))


def waiting(bus: str) -> tuple[int, int]:
    """How many messages wait in the reader's queue, and how many are parked."""
    with Connection(bus) as connection:
        channel = connection.default_channel
        queues = event_queue("listener", "events"), parked_queue("listener")
        unread, parked = (
            queue(channel).queue_declare(passive=True).message_count for queue in queues
        )
    return unread, parked


def attempts_of_the_parked(bus: str) -> list[int | None]:
    with Connection(bus) as connection, parked_in(connection, "listener", 9) as parked:
        return [each.slip.attempts for each in parked]


def test_what_is_no_event_is_put_aside_at_once(
    listener: Database, environment: dict[str, str], rabbitmq_vhost: str
) -> None:
    junk = [b"\xff\xfe", "not JSON", "[]", '{"id": {}}', '{"id": {}, "type": 7}']
    with running(toy.ListenerService, environment=environment):
        send(rabbitmq_vhost, *junk, spoken("hello"))

        eventually(lambda: heard(listener) == ["hello"])
        assert eventually(lambda: waiting(rabbitmq_vhost) == (0, len(junk)))

    assert attempts_of_the_parked(rabbitmq_vhost) == [0] * len(junk)


def test_a_batch_in_hand_is_acknowledged_before_a_reader_stops(
    listener: Database, environment: dict[str, str], rabbitmq_vhost: str
) -> None:
    send(rabbitmq_vhost, *(spoken(f"slow {n}") for n in range(150)))
    with running(toy.ListenerService, environment=environment):
        eventlet.sleep(0.3)  # it is in the middle of the first batch

    unread, _parked = waiting(rabbitmq_vhost)
    assert unread + len(heard(listener)) == 150
    assert len(heard(listener)) > 0


def test_the_same_event_twice_in_a_batch_has_its_effect_once(
    listener: Database, environment: dict[str, str], rabbitmq_vhost: str
) -> None:
    once, last = spoken("once"), spoken("last")
    send(rabbitmq_vhost, once, once, last, once)

    with running(toy.ListenerService, environment=environment):
        eventually(lambda: waiting(rabbitmq_vhost) == (0, 0) and heard(listener))
        eventually(lambda: heard(listener) == ["once", "last"])


def test_what_is_put_aside_says_where_it_failed_and_not_over_what(
    listener: Database, environment: dict[str, str], rabbitmq_vhost: str
) -> None:
    failed = {"service": "listener", "type": toy.WordSpoken.type}
    before = counted("event_failures", **failed)
    with running(toy.ListenerService, environment=environment):
        send(rabbitmq_vhost, spoken("poison"))
        eventually(lambda: waiting(rabbitmq_vhost) == (0, 1))

    with Connection(rabbitmq_vhost) as connection:
        message = parked_queue("listener")(connection.default_channel).get()
    slip = slip_in(message.headers)
    assert slip.queue == "listener.events"
    assert slip.attempts == counted("event_failures", **failed) - before > 1
    assert re.fullmatch(r"ValueError at toy\.py:\d+", slip.error or "")
    assert datetime.fromisoformat(slip.at or "").tzinfo is not None


def test_what_happens_to_events_is_counted(
    listener: Database, environment: dict[str, str], rabbitmq_vhost: str
) -> None:
    handled = {"service": "listener", "type": toy.WordSpoken.type}
    before = counted("events_handled", **handled)
    again = counted("inbox_duplicates", service="listener")
    once = spoken("once")

    with running(toy.ListenerService, environment=environment):
        send(rabbitmq_vhost, once, once, spoken("twice"))
        eventually(lambda: heard(listener) == ["once", "twice"])

    assert counted("events_handled", **handled) == before + 2
    assert counted("inbox_duplicates", service="listener") == again + 1


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"primaries_{name}_total", labels) or 0.0


def test_an_event_whose_statement_always_takes_too_long_is_put_aside_in_the_end(
    listener: Database, environment: dict[str, str], rabbitmq_vhost: str
) -> None:
    send(rabbitmq_vhost, spoken("before"), spoken("stuck"), spoken("after"))

    with running(toy.ListenerService, environment=environment):
        eventually(lambda: heard(listener) == ["before", "after"], seconds=60)
        assert eventually(lambda: waiting(rabbitmq_vhost) == (0, 1))
