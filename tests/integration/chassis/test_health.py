"""What a process says of itself, on a port of its own."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import eventlet
import httpx
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from kombu import Connection

from chassis.clock import SystemClock
from chassis.config import Settings
from chassis.db import Database
from chassis.health import Health, HealthServer
from chassis.publishing import batch_on
from chassis.runner import Runner
from chassis.testing import an_envelope, eventually, running, test_environment
from chassis.topology import declare_consumer
from tests.integration.chassis import toy
from tools.healthcheck import healthcheck
from tools.private_servers.programs import free_address

PLACE = {"primary": "p", "region": "R", "territory": "T"}


@pytest.fixture
def address() -> str:
    return free_address()


@pytest.fixture
def embedded(tmp_path: Path, address: str) -> dict[str, str]:
    environment = test_environment(tmp_path, PRIMARIES_HEALTH_ADDRESS=address)
    return environment | databases(lambda name: f"sqlite:///{tmp_path}/{name}.db")


@pytest.fixture
def deployed(
    embedded: dict[str, str], rabbitmq_vhost: str, fresh_database: Callable[[str], str]
) -> dict[str, str]:
    """The toys on real servers."""
    bus = {"PRIMARIES_AMQP_URI": rabbitmq_vhost}
    return embedded | bus | databases(fresh_database)


def databases(new_url: Callable[[str], str]) -> dict[str, str]:
    urls = {}
    for name, tables in (("speaker", toy.SAID), ("listener", toy.HEARD)):
        urls[f"PRIMARIES_{name.upper()}_DATABASE_URL"] = url = new_url(name)
        engine = sa.create_engine(url)
        tables.create_all(engine)
        engine.dispose()
    return urls


@contextmanager
def toys(environment: dict[str, str]) -> Iterator[None]:
    with running(toy.SpeakerService, toy.ListenerService, environment=environment):
        yield


def ask(address: str, path: str = "/readyz") -> httpx.Response:
    return httpx.get(f"http://{address}{path}", timeout=10)


def check_of(address: str, service: str, check: str) -> dict[str, Any]:
    return ask(address).json()["services"][service][check]


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(healthcheck, arguments)


def test_one_address_tells_of_all_services_of_a_process(
    embedded: dict[str, str], address: str
):
    with toys(embedded):
        alive, ready, metrics = (
            ask(address, path) for path in ("/healthz", "/readyz", "/metrics")
        )
        told = asked("--address", address)

    assert (alive.status_code, ready.status_code) == (200, 200)
    assert set(ready.json()["services"]) == {"speaker", "listener", "test_caller"}
    assert set(ready.json()["services"]["listener"]) == {
        "broker", "calls", "events", "parked", "database", "outbox",
    }  # fmt: skip
    assert 'primaries_ready{service="listener"} 1.0' in metrics.text
    assert (told.exit_code, told.output) == (0, "ready\n")


def test_nothing_else_is_told_there(embedded: dict[str, str], address: str):
    with toys(embedded):
        assert ask(address, "/api/v1/primaries").status_code == 404


def test_nobody_listens_where_no_address_is_set(embedded: dict[str, str], address: str):
    with toys(embedded | {"PRIMARIES_HEALTH_ADDRESS": ""}):
        told = asked("--address", address)

    assert told.exit_code == 1
    assert f"No answer from {address}" in told.output


def test_a_process_that_is_still_starting_lives_but_is_not_ready(
    embedded: dict[str, str], address: str
):
    settings = Settings("speaker", embedded)
    server = HealthServer(
        Health(Runner([(toy.SpeakerService, settings)])._containers), address
    )
    server.start()

    alive, ready = ask(address, "/healthz"), ask(address)
    told = asked("--address", address)
    server.stop()

    assert (alive.status_code, ready.status_code) == (200, 503)
    assert (ready.json()["ready"], ready.json()["state"]) == (False, "starting")
    assert ready.json()["services"]["speaker"]["broker"]["ok"]
    assert "starting" in told.output


@pytest.mark.integration
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"bus": "password"}, "refuses the user or the password"),
        ({"bus": "virtual host"}, "virtual host"),
        ({"database": "password"}, "password authentication failed"),
        ({"database": "tables"}, "primaries migrate"),
    ],
    ids=str,
)
def test_who_is_not_let_in_is_told_why(
    deployed: dict[str, str], address: str, wrong: dict[str, str], said: str
):
    mistaken = deployed | mistakes(deployed, wrong)
    runner = Runner([(toy.SpeakerService, Settings("speaker", mistaken))])
    eventlet.spawn(runner.start)

    eventually(lambda: said in asked("--address", address).output)
    lines = asked("--address", address).output
    runner.stop_soon()
    runner.stop()

    assert "wrong" not in lines


@pytest.mark.integration
def test_a_database_that_answers_but_has_no_room_left_is_told(
    deployed: dict[str, str], address: str
):
    no_room = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$"
    runner = Runner([(toy.SpeakerService, Settings("speaker", deployed))])
    assert runner.start()
    database = toy.SpeakerService.database_of(runner._containers[0])

    with pytest.raises(sa.exc.OperationalError), database.transaction() as session:
        session.execute(sa.text(no_room))
    full = check_of(address, "speaker", "database")
    with database.transaction() as session:
        toy.say(session, SystemClock(), "room")
    eventually(lambda: check_of(address, "speaker", "database")["ok"])
    runner.stop()

    assert not full["ok"]
    assert full["do"] == "Its disk is full."


def mistakes(right: dict[str, str], wrong: dict[str, str]) -> dict[str, str]:
    """The settings as somebody has mistyped them."""
    ((server, what),) = wrong.items()
    name = {"bus": "AMQP_URI", "database": "SPEAKER_DATABASE_URL"}[server]
    uri = right[f"PRIMARIES_{name}"]
    mistyped = {
        "password": re.sub(r":[^:@/]+@", ":wrong@", uri),
        "virtual host": f"{uri}-nowhere",
        "tables": f"{uri.rpartition('/')[0]}/postgres",
    }
    return {f"PRIMARIES_{name}": mistyped[what]}


@pytest.mark.integration
def test_under_real_servers_every_check_has_its_figures(
    deployed: dict[str, str], address: str
):
    with toys(deployed):
        assert eventually(lambda: ask(address).status_code == 200)
        figures = ask(address).json()["services"]["listener"]

    assert figures["broker"]["round_trip_seconds"] < 1
    assert figures["outbox"] == {
        "ok": True, "rows": 0, "oldest_seconds": 0.0, "limit": 30.0,
    }  # fmt: skip
    assert figures["calls"] == {"ok": True, "unread": []}
    assert figures["events"]["waiting"]["listener.events"] == 0
    assert figures["parked"]["messages"] == 0


@pytest.mark.integration
def test_many_who_ask_at_once_share_a_look(deployed: dict[str, str], address: str):
    with toys(deployed):
        pool = eventlet.GreenPool()
        answers = list(pool.imap(lambda _: ask(address).content, range(40)))

    assert len(answers) == 40
    assert len(set(answers)) <= 3  # a look is good for a second


NO_DELETING = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN RAISE EXCEPTION ''not now''; END';
CREATE TRIGGER refuse BEFORE DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse();
"""


@pytest.mark.integration
def test_an_outbox_that_nobody_empties_is_told(deployed: dict[str, str], address: str):
    database = Database(deployed["PRIMARIES_SPEAKER_DATABASE_URL"])
    with database.transaction() as session:
        session.execute(sa.text(NO_DELETING))
        toy.say(session, SystemClock(), "word")

    with toys(deployed | {"PRIMARIES_READY_OUTBOX_SECONDS": "0.5"}):
        eventually(lambda: not check_of(address, "speaker", "outbox")["ok"])
        waits = check_of(address, "speaker", "outbox")
        with database.transaction() as session:
            session.execute(sa.text("DROP FUNCTION refuse CASCADE"))
        eventually(lambda: ask(address).status_code == 200)
    database.close()

    assert waits["rows"] == 1
    assert waits["oldest_seconds"] >= 0.5
    assert "relay_interrupted" in waits["do"]


@pytest.mark.integration
def test_events_that_nobody_handles_in_time_are_told(
    deployed: dict[str, str], address: str
):
    limits = {
        "PRIMARIES_READY_BACKLOG": "20",
        "PRIMARIES_READY_IN_HAND_SECONDS": "0.3",
    }
    with Connection(deployed["PRIMARIES_AMQP_URI"]) as connection:
        declare_consumer(connection, "listener")
        batch = batch_on(connection)
        for number in range(320):
            facts = PLACE | {"word": f"slow {number}", "whisper": "x"}
            spoken = an_envelope(toy.WordSpoken, **facts).to_json()
            batch.publish(spoken, "primaries.speaker", toy.WordSpoken.type, "")
        batch.settle()

    with toys(deployed | limits):
        told = asked("--address", address)
        behind = check_of(address, "listener", "events")
        eventually(lambda: ask(address).status_code == 200, seconds=90)

    assert behind["ok"] is False
    assert max(behind["waiting"].values()) > 20
    assert told.exit_code == 1
    assert "listener: events: " in told.output


@pytest.mark.integration
def test_an_event_that_has_waited_too_long_is_told_though_few_wait(
    deployed: dict[str, str], address: str
):
    yesterday = SystemClock().now() - timedelta(days=1)
    with Connection(deployed["PRIMARIES_AMQP_URI"]) as connection:
        declare_consumer(connection, "listener")
        batch = batch_on(connection)
        facts = PLACE | {"word": "poison", "whisper": "x"}
        spoken = replace(an_envelope(toy.WordSpoken, **facts), time=yesterday)
        body = spoken.to_json()
        batch.publish(body, "primaries.speaker", toy.WordSpoken.type, "")
        batch.settle()

    with toys(deployed):
        behind = eventually(lambda: failing_events(address))
        eventually(lambda: ask(address).status_code == 200)

    assert 86_400 <= behind["behind_seconds"] < 90_000
    assert behind["in_hand_seconds"] < behind["seconds_limit"]


def failing_events(address: str) -> dict[str, Any] | None:
    report = ask(address).json()
    check = report.get("services", {}).get("listener", {}).get("events", {"ok": True})
    return None if check["ok"] else check


def test_a_process_that_hangs_is_not_alive(tmp_path: Path, address: str):
    script = (
        "import eventlet; eventlet.monkey_patch()\n"
        "from chassis.health import Health, HealthServer\n"
        f"HealthServer(Health([]), {address!r}).start()\n"
        "eventlet.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", script])
    eventually(lambda: not asked("--alive", "--address", address).exit_code)

    process.send_signal(signal.SIGSTOP)
    with pytest.raises(httpx.TimeoutException):
        httpx.get(f"http://{address}/healthz", timeout=1)
    process.kill()
    process.wait()
