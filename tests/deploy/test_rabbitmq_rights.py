"""Who may do what at the broker, asked of a broker that has our definitions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from amqp.exceptions import AccessRefused
from click.testing import CliRunner
from kombu import Connection, Exchange, Queue

from chassis.config import Settings
from chassis.ids import new_id
from chassis.publishing import batch_on
from chassis.runner import Runner
from chassis.testing import RpcClientProvider, eventually, test_environment
from contracts.services import load_events
from contracts.voting.operations import ReadRecords
from tests.deploy.broker import Broker, import_into, rabbitmqctl
from tests.integration.chassis import toy
from tests.support.public_log import an_event
from tools.deployment.definitions import (
    CALLS_BETWEEN_SERVICES,
    Platform,
)
from tools.environment import GATEWAY, SERVICES
from tools.private_servers.rabbitmq import Node
from tools.subscriber.command import subscribe

pytestmark = pytest.mark.integration

AKMOLA, ALMATY = "region.KZ-AKM", "region.KZ-ALA"
REPLY_ADDRESS = "0193b0a1-6a52-7cc0-8000-000000000000"
TURNOUT = "voting.turnout_updated.v1"
ACCEPTED = "voting.ballot_accepted.v1"


@pytest.fixture(scope="module")
def broker(rabbitmq_node: Node, tmp_path_factory: pytest.TempPathFactory) -> Broker:
    load_events()
    platform = Platform(
        calls=CALLS_BETWEEN_SERVICES,
        regions=("KZ", "KZ-AKM", "KZ-ALA"),
        countries=("KZ",),
        vhost="deployed",
    )
    return import_into(rabbitmq_node, platform, tmp_path_factory.mktemp("broker"))


@pytest.mark.parametrize("user", [*SERVICES, GATEWAY])
@pytest.mark.parametrize("change", ["declare", "delete"])
def test_nobody_makes_or_unmakes_an_exchange(broker: Broker, user: str, change: str):
    exchange = Exchange("nameko-rpc", "topic")
    with broker.as_user(user) as connection, pytest.raises(AccessRefused):
        getattr(exchange(connection.default_channel), change)()


@pytest.mark.parametrize(
    ("user", "queue"),
    [
        ("tally", "tally.ballots.0"),
        ("tally", "tally.parked"),
        ("voting", "tally.ballots.0"),
        ("voting", "rpc-tally"),
        (GATEWAY, "rpc-voting"),
    ],
)
def test_nobody_makes_or_unmakes_what_is_given(broker: Broker, user: str, queue: str):
    for change in ("queue_declare", "delete"):
        with broker.as_user(user) as connection, pytest.raises(AccessRefused):
            getattr(Queue(queue)(connection.default_channel), change)()


def test_a_listener_cannot_be_cut_off(broker: Broker):
    key = f"{ACCEPTED}.0"
    speaker = Exchange("primaries.voting")
    with broker.as_user("voting") as connection:
        queue = Queue("tally.ballots.0")(connection.default_channel)
        with pytest.raises(AccessRefused):
            queue.unbind_from(speaker, routing_key=key)

    broker.publish("voting", "primaries.voting", key)


def test_a_service_publishes_its_own_events(broker: Broker):
    broker.publish("voting", "primaries.voting", TURNOUT)
    broker.publish("voting", "primaries.public", f"KZ-AKM.KZ-111000000.{TURNOUT}")


@pytest.mark.parametrize(
    ("user", "exchange", "key"),
    [
        # another's events, under one's own name and under another's
        ("tally", "primaries.voting", ACCEPTED),
        ("registration", "primaries.voting", "registration.roll_frozen.v1"),
        # a shard that there is not
        ("voting", "primaries.voting", f"{ACCEPTED}.9"),
        # another's words in one's own exchange, or in the public log
        ("voting", "primaries.voting", "tally.ratings_published.v1"),
        ("voting", "primaries.public", "KZ.KZ.tally.ratings_published.v1"),
        # past the exchanges, straight into another's queue
        ("voting", "", "tally.ballots.0"),
        # what another parks
        ("voting", "primaries.tally.parked", "ballots"),
        # the gateway has nothing to tell
        (GATEWAY, "primaries.voting", ACCEPTED),
        (GATEWAY, "primaries.public", f"KZ.KZ.{TURNOUT}"),
        (GATEWAY, "", "tally.ballots.0"),
        # regions listen
        (AKMOLA, "primaries.public", f"KZ-AKM.KZ-AKM.{TURNOUT}"),
        (AKMOLA, "primaries.voting", ACCEPTED),
        (AKMOLA, "", "region.KZ-AKM.turnout"),
        (AKMOLA, "", "region.KZ-AKM.log"),
        (AKMOLA, "nameko-rpc", "registration.list_roll"),
    ],
)
def test_nobody_speaks_for_another(broker: Broker, user: str, exchange: str, key: str):
    with pytest.raises(AccessRefused):
        broker.publish(user, exchange, key)


@pytest.mark.parametrize(
    ("user", "key"),
    [
        ("voting", "registration.list_roll"),
        ("tally", "voting.read_records"),
        (GATEWAY, "voting.cast_ballot"),
        (GATEWAY, "registration.read_session"),
        ("registration", REPLY_ADDRESS),
        (GATEWAY, REPLY_ADDRESS),
    ],
)
def test_calls_go_where_the_contracts_say(broker: Broker, user: str, key: str):
    broker.publish(user, "nameko-rpc", key)


@pytest.mark.parametrize(
    ("user", "key"),
    [
        (GATEWAY, "registration.list_roll"),
        (GATEWAY, f"voting.{ReadRecords.name}"),
        (GATEWAY, f"{REPLY_ADDRESS}.read_records"),
        ("tally", "registration.list_roll"),
        ("campaign", "registration.list_roll"),
        ("campaign", "voting.cast_ballot"),
        ("voting", "registration.read_session"),
    ],
)
def test_only_voting_asks_for_the_roll(broker: Broker, user: str, key: str):
    with pytest.raises(AccessRefused):
        broker.publish(user, "nameko-rpc", key)


@pytest.mark.parametrize(
    ("user", "queue", "exchange", "key"),
    [
        # to take another's requests, one would bind a queue of one's own to them
        ("campaign", "rpc-campaign", "nameko-rpc", "registration.*"),
        ("campaign", "rpc-campaign", "nameko-rpc", "#"),
        (GATEWAY, f"rpc.reply-gateway-{REPLY_ADDRESS}", "nameko-rpc", "voting.*"),
        # or to hear what is none of one's business
        ("campaign", "campaign.events", "primaries.voting", ACCEPTED),
        ("campaign", "campaign.events", "primaries.registration", "#"),
        ("campaign", "campaign.more", "primaries.registration", "#"),
    ],
)
def test_nobody_listens_to_what_is_meant_for_another(
    broker: Broker, user: str, queue: str, exchange: str, key: str
):
    with pytest.raises(AccessRefused):
        broker.bind(user, queue, exchange, key)


@pytest.mark.parametrize(
    ("user", "queue"),
    [
        ("voting", "tally.ballots.0"),
        ("registration", "voting.events"),
        (GATEWAY, "tally.ballots.0"),
        (AKMOLA, "tally.ballots.0"),
        (AKMOLA, "region.KZ-ALA.log"),
        ("region.KZ", "region.KZ-AKM.log"),
        ("voting", "region.KZ-AKM.log"),
        ("tally", "tally.parked"),
    ],
)
def test_nobody_reads_the_queues_of_another(broker: Broker, user: str, queue: str):
    with pytest.raises(AccessRefused):
        broker.read(user, queue)


def test_an_operator_reads_what_was_parked(broker: Broker):
    broker.publish("tally", "primaries.tally.parked", "ballots")

    assert broker.read("operator", "tally.parked") is not None


def test_a_region_reads_its_own_part_of_the_public_log(broker: Broker):
    broker.bind(AKMOLA, "region.KZ-AKM.turnout", "primaries.public", "KZ-AKM.#")

    broker.publish("voting", "primaries.public", f"KZ-ALA.KZ-ALA.{TURNOUT}")
    broker.publish("voting", "primaries.public", f"KZ-AKM.KZ-111000000.{TURNOUT}")
    broker.publish("voting", "primaries.public", f"KZ.KZ.{TURNOUT}")

    assert broker.read(AKMOLA, "region.KZ-AKM.turnout") is not None
    assert broker.read(AKMOLA, "region.KZ-AKM.turnout") is None


@pytest.mark.parametrize(
    ("queue", "exchange", "key"),
    [
        ("region.KZ-AKM.a", "primaries.public", "KZ-ALA.#"),
        ("region.KZ-AKM.a", "primaries.public", "#"),
        ("region.KZ-AKM.a", "primaries.public", "*.KZ-191000000.#"),
        ("region.KZ-AKM.a", "primaries.public", "KZ-AKMOLA.#"),
        ("region.KZ-AKM.a", "primaries.public", "KZ.#"),
        ("region.KZ-AKM.a", "primaries.voting", "KZ-AKM.#"),
        ("region.KZ-ALA.a", "primaries.public", "KZ-AKM.#"),
        ("anything", "primaries.public", "KZ-AKM.#"),
    ],
)
def test_a_region_reads_nothing_else(
    broker: Broker, queue: str, exchange: str, key: str
):
    with pytest.raises(AccessRefused):
        broker.bind(AKMOLA, queue, exchange, key)


def test_a_region_reads_its_stream_and_the_countrys_from_the_first_event(
    broker: Broker,
):
    with Connection(broker.uri_of("voting")) as connection:
        batch = batch_on(connection)
        for place in ("KZ-AKM.KZ-111000000", "KZ-ALA.KZ-191000000", "KZ.KZ"):
            key = f"{place}.{TURNOUT}"
            event = json.dumps(an_event(900, territory=place.rpartition(".")[2]))
            batch.publish(event, "primaries.public", key, key)
        batch.settle()

    arguments = ["--amqp", broker.uri_of(AKMOLA), "--region", "KZ-AKM", "--region"]
    heard = CliRunner().invoke(subscribe, [*arguments, "KZ", "--until-idle"])

    territories = {json.loads(line)["subject"] for line in heard.stdout.splitlines()}
    assert territories == {"KZ-111000000", "KZ"}


def test_the_subscriber_says_that_it_was_refused(broker: Broker):
    arguments = ["--amqp", broker.uri_of(AKMOLA), "--region", "KZ-ALA"]

    refused = CliRunner().invoke(subscribe, arguments)

    assert refused.exit_code == 1
    assert "The broker refuses" in refused.stderr
    assert refused.stdout == ""


def test_a_region_listens_under_a_name_of_its_own(broker: Broker):
    arguments = ["--amqp", broker.uri_of(AKMOLA), "--region", "KZ-AKM"]

    heard = CliRunner().invoke(
        subscribe, [*arguments, "--queue", "desk", "--until-idle"]
    )

    assert heard.exit_code == 0


@pytest.mark.parametrize(
    "attempt",
    [
        lambda channel: channel.queue_delete("region.KZ-AKM.log"),
        lambda channel: channel.queue_bind(
            "region.KZ-AKM.log", "primaries.public", "KZ-AKM.#"
        ),
        lambda channel: channel.queue_unbind(
            "region.KZ-AKM.log", "primaries.public", "KZ-AKM.#"
        ),
        lambda channel: channel.exchange_delete("primaries.public"),
        # what expires in a queue of one's own would be published by the broker itself
        lambda channel: channel.queue_declare(
            "region.KZ-AKM.trap",
            arguments={"x-dead-letter-exchange": "primaries.public"},
        ),
        lambda channel: channel.queue_declare(
            "region.KZ-AKM.trap",
            arguments={
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": "region.KZ-AKM.log",
            },
        ),
    ],
    ids=["delete", "bind", "unbind", "exchange", "dead letters", "by default"],
)
def test_a_region_cannot_change_what_others_rely_on(
    broker: Broker, attempt: Callable[[Any], object]
):
    with broker.as_user(AKMOLA) as connection, pytest.raises(AccessRefused):
        attempt(connection.default_channel)


def test_a_stream_keeps_what_its_own_limits_say(broker: Broker):
    listed = rabbitmqctl(
        broker.node,
        *("list_queues", "--vhost", broker.platform.vhost, "--formatter", "json"),
        *("name", "policy", "arguments"),
    )
    stream = next(q for q in json.loads(listed) if q["name"] == "region.KZ-AKM.log")

    assert stream["policy"] == ""
    assert "1Y" in str(stream["arguments"])


def test_a_region_cannot_read_the_queue_of_another(broker: Broker):
    broker.bind(ALMATY, "region.KZ-ALA.all", "primaries.public", "KZ-ALA.#")

    with pytest.raises(AccessRefused):
        broker.read(AKMOLA, "region.KZ-ALA.all")


def test_a_refusal_is_seen_only_by_who_waits_for_confirms(broker: Broker):
    with Connection(broker.uri_of(AKMOLA)) as connection:
        producer = connection.Producer()
        producer.publish({}, exchange="primaries.public", routing_key="KZ-AKM.a.b")

    with pytest.raises(AccessRefused):
        broker.publish(AKMOLA, "primaries.public", "KZ-AKM.a.b")


def test_an_abandoned_queue_of_a_region_stays_short(broker: Broker):
    with broker.as_user(AKMOLA) as connection:
        for kind in ("classic", "quorum", "stream"):
            connection.default_channel.queue_declare(
                f"region.KZ-AKM.{kind}",
                durable=True,
                auto_delete=False,
                arguments={"x-queue-type": kind},
            )
    listed = rabbitmqctl(
        broker.node,
        *("list_queues", "--vhost", broker.platform.vhost, "--formatter", "json"),
        *("name", "policy"),
    )
    policies = {queue["name"]: queue["policy"] for queue in json.loads(listed)}

    assert policies["region.KZ-AKM.classic"] == "regional-queues"
    assert policies["region.KZ-AKM.quorum"] == "regional-queues"
    assert policies["region.KZ-AKM.stream"] == "regional-streams"
    assert policies["tally.ballots.0"] == ""  # what waits there is needed


def test_a_region_holds_no_more_connections_than_it_may(broker: Broker):
    limits = rabbitmqctl(broker.node, "list_user_limits", "--user", AKMOLA)

    assert json.loads(limits.splitlines()[-1])["max-connections"] == 20


@contextmanager
def toys_under_their_own_users(
    broker: Broker, environment: dict[str, str]
) -> Iterator[Callable[..., dict[str, Any]]]:
    class Caller:
        name = GATEWAY
        client = RpcClientProvider()

    def settings(name: str) -> Settings:
        own = {
            "PRIMARIES_AMQP_URI": broker.uri_of(name),
            "PRIMARIES_TOPOLOGY": "given",
        }
        return Settings(name, environment | own)

    services = (toy.SpeakerService, toy.ListenerService, Caller)
    runner = Runner([(each, settings(each.name)) for each in services])
    assert runner.start()
    try:
        yield next(iter(runner._containers[-1].dependencies)).client.call
    finally:
        runner.stop()


def test_services_work_under_users_that_may_do_nothing_more(
    rabbitmq_node: Node, fresh_database: Callable[[str], str], tmp_path: Path
):
    platform = Platform(services=("speaker", "listener"), calls={}, vhost="toys")
    broker = import_into(rabbitmq_node, platform, tmp_path)
    environment = test_environment(tmp_path)
    for name, tables in (("speaker", toy.SAID), ("listener", toy.HEARD)):
        url = fresh_database(name)
        environment[f"PRIMARIES_{name.upper()}_DATABASE_URL"] = url
        engine = sa.create_engine(url)
        tables.create_all(engine)
        engine.dispose()
    words = [f"word {new_id()}", "poison", "the end"]

    with toys_under_their_own_users(broker, environment) as call:
        for word in words:
            call(toy.SayAnything, {"word": word})
        eventually(lambda: "the end" in call(toy.ListWords, {})["words"], seconds=30)
        heard = call(toy.ListWords, {})["words"]

    assert heard == [words[0], "the end"]
    assert b"poison" in broker.read("operator", "listener.parked").encode()
