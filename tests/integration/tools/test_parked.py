"""An operator looks at what was parked, puts it back, or throws it away."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from kombu import Connection, Queue

from chassis.db import Database
from chassis.parking import Slip
from chassis.publishing import batch_on
from chassis.testing import an_envelope, eventually, running, test_environment
from chassis.topology import declare_consumer, event_queue, parked_exchange
from contracts.registration.events import CandidacyRegistered
from contracts.services import load_events
from tests.deploy.broker import Broker, import_into
from tests.integration.chassis import toy
from tests.support.samples import a_sample
from tools.cli import main
from tools.deployment.definitions import (
    CALLS_BETWEEN_SERVICES,
    OPERATOR,
    Platform,
)
from tools.parked_queue import HomeUnknown, parked_in, put_back
from tools.private_servers.rabbitmq import Node

pytestmark = pytest.mark.integration

NOON = datetime(2020, 8, 17, 12, tzinfo=UTC)
QUEUE = "campaign.events"


@pytest.fixture(scope="module")
def broker(rabbitmq_node: Node, tmp_path_factory: pytest.TempPathFactory) -> Broker:
    load_events()
    platform = Platform(calls=CALLS_BETWEEN_SERVICES, vhost="parking")
    return import_into(rabbitmq_node, platform, tmp_path_factory.mktemp("broker"))


@pytest.fixture
def operator(broker: Broker) -> str:
    """Where the operator's user meets a broker with empty queues."""
    uri = broker.uri_of(OPERATOR)
    with Connection(uri) as connection:
        for queue in ("campaign.parked", QUEUE):
            connection.default_channel.queue_purge(queue)
    return uri


def primaries(uri: str, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(
        main, ["parked", *arguments], env={"PRIMARIES_AMQP_URI": uri}, input=typed
    )


def park(uri: str, body: str, *, service: str = "campaign", queue: str = QUEUE) -> None:
    slip = Slip.of(queue, NOON, 7, KeyError("850312401235"))
    with Connection(uri) as connection:
        batch = batch_on(connection)
        place = parked_exchange(service).name
        batch.publish(body, place, "events", "an id", slip.as_headers())
        batch.settle()


def an_event(uri: str) -> str:
    """Park an event that campaign listens to; gives its id."""
    envelope = an_envelope(CandidacyRegistered, **a_sample(CandidacyRegistered))
    park(uri, envelope.to_json())
    return envelope.id


def bodies_in(uri: str, queue: str) -> list[str]:
    """What lies in a queue with a single active consumer, taken out."""
    found: list[str] = []
    with (
        Connection(uri) as connection,
        connection.Consumer(
            Queue(queue, no_declare=True),
            on_message=lambda m: found.append(m.body),
            no_ack=True,
        ),
        suppress(TimeoutError),
    ):
        while True:
            connection.drain_events(timeout=1)
    return found


def listed(uri: str) -> list[str]:
    lines = primaries(uri, "list", "--json", "--service", "campaign").stdout
    return [json.loads(line)["id"] for line in lines.splitlines()]


def test_the_list_says_what_is_parked_since_when_and_why(operator: str):
    event = an_event(operator)

    table = primaries(operator, "list").stdout
    again = primaries(operator, "list").stdout

    for word in (event, "campaign", "2020-08-17T12:00:00+00:00", "7", "KeyError"):
        assert word in table
    assert CandidacyRegistered.type in table
    assert again == table


def test_nothing_is_said_to_be_parked_where_nothing_is(operator: str):
    assert primaries(operator, "list").stdout == "Nothing is parked.\n"


def test_of_the_data_only_what_is_public_is_shown(operator: str):
    envelope = an_envelope(CandidacyRegistered, **a_sample(CandidacyRegistered))
    hidden = set(envelope.data) - set(CandidacyRegistered.public_part(envelope.data))
    park(operator, envelope.to_json())

    told = primaries(operator, "show", envelope.id)
    shown = json.loads(told.stdout)

    assert shown["data"] == CandidacyRegistered.public_part(envelope.data)
    assert shown["not_shown"] == sorted(hidden)
    assert "850312401235" not in told.stdout


def test_what_is_no_event_is_shown_by_its_size_alone(operator: str):
    park(operator, "IIN 850312401235")
    (name,) = listed(operator)

    shown = json.loads(primaries(operator, "show", name).stdout)

    assert (shown["bytes"], shown["data"], shown["type"]) == (16, {}, "")


def test_an_event_is_put_back_where_it_came_from(operator: str):
    wanted, other = an_event(operator), an_event(operator)

    told = primaries(operator, "replay", wanted)

    assert told.stdout == "Put back: 1\n"
    assert [json.loads(body)["id"] for body in bodies_in(operator, QUEUE)] == [wanted]
    assert listed(operator) == [other]


def test_all_are_put_back_in_their_order(operator: str):
    events = [an_event(operator) for _ in range(5)]

    told = primaries(operator, "replay", "--all", "--service", "campaign")

    assert told.stdout == "Put back: 5\n"
    assert [json.loads(body)["id"] for body in bodies_in(operator, QUEUE)] == events
    assert listed(operator) == []


@pytest.mark.parametrize("queue", ["tally.ballots", "campaign.parked", "campaign.gone"])
def test_what_cannot_go_home_stays_parked_with_all_others(operator: str, queue: str):
    event = an_event(operator)
    park(operator, "strange", queue=queue)

    told = primaries(operator, "replay", "--all", "--service", "campaign")

    assert told.exit_code == 1
    assert event in listed(operator)
    assert len(listed(operator)) == 2


def test_an_operator_who_dies_in_the_middle_loses_nothing(operator: str):
    event = an_event(operator)
    with Connection(operator) as connection:
        with pytest.raises(KeyboardInterrupt), parked_in(connection, "campaign", 10):
            raise KeyboardInterrupt
        with parked_in(connection, "campaign", 10) as found:
            send_home(connection, found[0].message.body)

    assert listed(operator) == [event]
    assert len(bodies_in(operator, QUEUE)) == 1  # the inbox makes it once


def send_home(connection: Connection, body: str) -> None:
    """Published and confirmed, not acknowledged."""
    batch = batch_on(connection)
    batch.publish(body, "", QUEUE, "")
    batch.settle()


def test_an_event_is_thrown_away_only_after_a_word_and_with_a_reason(operator: str):
    event, other = an_event(operator), an_event(operator)

    without = primaries(operator, "drop", event)
    hesitating = primaries(operator, "drop", event, "--reason", "a test", typed="n\n")
    kept = listed(operator)
    dropped = primaries(operator, "drop", event, "--reason", "a test", typed="y\n")

    assert (without.exit_code, hesitating.exit_code) == (2, 1)
    assert kept == [event, other]
    assert f"Dropped: {event}" in dropped.stdout
    assert listed(operator) == [other]


def test_what_is_not_there_is_named(operator: str):
    told = primaries(operator, "replay", "0193b0a1", "--service", "campaign")

    assert told.exit_code == 1
    assert "Not parked: 0193b0a1" in told.output


def test_a_broker_that_is_away_is_one_line():
    told = primaries("amqp://nobody@127.0.0.1:9//", "list")

    assert told.exit_code == 1
    assert "No answer from the broker" in told.output


def test_who_is_refused_by_the_broker_is_told_so(operator: str):
    stranger = re.sub(r":[^:@/]+@", ":hunter2@", operator)

    told = primaries(stranger, "list")

    assert told.exit_code == 1
    assert "refuses the user or the password" in told.output
    assert "hunter2" not in told.output


@pytest.mark.parametrize(
    "uri", ["nonsense", "http://127.0.0.1/", "amqp://127.0.0.1:port/", "memory://"]
)
def test_what_is_no_broker_is_refused(uri: str):
    assert primaries(uri, "list").exit_code == 2


def test_what_kills_its_readers_is_put_aside_by_the_broker(operator: str):
    event = an_envelope(CandidacyRegistered, **a_sample(CandidacyRegistered))
    with Connection(operator) as connection:
        send_home(connection, event.to_json())
    given_back = give_back_whatever_comes(operator)

    eventually(lambda: listed(operator) == [event.id])
    (line,) = primaries(operator, "list", "--json").stdout.splitlines()
    primaries(operator, "replay", event.id)

    assert given_back == 51
    assert json.loads(line)["error"] == "broker: delivery_limit"
    assert bodies_in(operator, QUEUE) == [event.to_json()]


def give_back_whatever_comes(uri: str) -> int:
    """As readers do that die before they acknowledge; how often something came."""
    came: list[str] = []

    def give_back(message: Any) -> None:
        came.append(message.body)
        message.requeue()

    queue = Queue(QUEUE, no_declare=True)
    with (
        Connection(uri) as connection,
        connection.Consumer(queue, on_message=give_back),
        suppress(TimeoutError),
    ):
        while True:
            connection.drain_events(timeout=2)
    return len(came)


def test_a_reason_has_words(operator: str):
    event = an_event(operator)

    told = primaries(operator, "drop", event, "--reason", "  ", "--yes")

    assert told.exit_code == 2
    assert listed(operator) == [event]


def test_a_message_that_does_not_say_where_it_came_from_is_left(operator: str):
    with Connection(operator) as connection:
        batch = batch_on(connection)
        batch.publish("lost", "", "campaign.parked", "")
        batch.settle()
        with (
            parked_in(connection, "campaign", 10) as found,
            pytest.raises(HomeUnknown),
        ):
            put_back(connection, found)


def test_a_replayed_event_has_its_effect_once_and_poison_is_parked_again(
    rabbitmq_vhost: str, fresh_database: Callable[[str], str], tmp_path: Path
):
    database = Database(fresh_database("listener"))
    toy.HEARD.create_all(database.engine)
    url = database.engine.url.render_as_string(hide_password=False)
    environment = test_environment(
        tmp_path,
        PRIMARIES_AMQP_URI=rabbitmq_vhost,
        PRIMARIES_LISTENER_DATABASE_URL=url,
    )
    place = {"primary": "p", "region": "R", "territory": "T", "whisper": "x"}
    good, poison = (
        an_envelope(toy.WordSpoken, **place, word=word) for word in ("good", "poison")
    )
    queue = event_queue("listener", "events").name
    with Connection(rabbitmq_vhost) as connection:
        declare_consumer(connection, "listener")
    for envelope in (good, good, poison):
        park(rabbitmq_vhost, envelope.to_json(), service="listener", queue=queue)

    with running(toy.ListenerService, environment=environment):
        with (
            Connection(rabbitmq_vhost) as connection,
            parked_in(connection, "listener", 10) as found,
        ):
            put_back(connection, found)
        parked = eventually(lambda: still_parked(rabbitmq_vhost))

    with database.reading() as session:
        heard = list(session.scalars(sa.select(toy.heard_words.c.word)))
    database.close()
    assert heard == ["good"]
    assert parked == [(poison.id, "ValueError")]


def still_parked(uri: str) -> list[tuple[str, str]]:
    with Connection(uri) as connection, parked_in(connection, "listener", 9) as found:
        return [(each.id, str(each.slip.error).split()[0]) for each in found]


def test_an_event_that_a_dying_reader_parked_twice_lies_there_once(operator: str):
    event = an_envelope(CandidacyRegistered, **a_sample(CandidacyRegistered))
    for _ in range(2):
        park(operator, event.to_json())
    another = an_event(operator)

    with Connection(operator) as connection:
        for _ in range(2):
            with parked_in(connection, "campaign", 10) as parked:
                assert [each.id for each in parked] == [event.id, another]
        left = Queue("campaign.parked")(connection.default_channel)
        # what was looked at comes back one by one
        eventually(lambda: left.queue_declare(passive=True).message_count == 2)
