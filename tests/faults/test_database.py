"""The database dies and comes back: it is waited for, and no event is to blame."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import eventlet
import httpx
import pytest
import sqlalchemy as sa

from chassis.testing import eventually
from tests.faults.conftest import MakeWorld
from tests.faults.world import World, take_away, words
from tools.private_servers import create_database
from tools.private_servers.postgresql import Cluster, private_cluster
from tools.private_servers.programs import free_address, running

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A database cluster of this module's own."""
    with (
        tempfile.TemporaryDirectory(prefix="primaries-faults-") as directory,
        private_cluster(Path(directory)) as cluster,
    ):
        yield cluster


@pytest.fixture
def cluster(server: Cluster) -> str:
    """Where it is, as its owner."""
    return server.url


@pytest.fixture
def administrator(cluster: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(
        cluster, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    yield engine
    engine.dispose()


@pytest.fixture
def world(
    cluster: str, administrator: sa.Engine, make_world: MakeWorld, rabbitmq_vhost: str
) -> Iterator[World]:
    def durable_database(name: str) -> str:
        url = create_database(cluster, f"{name}_{secrets.token_hex(4)}")
        database = sa.make_url(url).database
        with administrator.connect() as connection:
            # private clusters trade this for speed: a crash may undo a commit there
            connection.execute(
                sa.text(f'ALTER DATABASE "{database}" SET synchronous_commit = on')
            )
        return url

    with make_world(rabbitmq_vhost, durable_database) as made:
        yield made


def crash(administrator: sa.Engine) -> None:
    """Kill one session: the server drops all of them and recovers from its log."""
    with administrator.connect() as connection:
        pid = connection.scalar(
            sa.text(
                "SELECT pid FROM pg_stat_activity WHERE datname LIKE 'speaker%' LIMIT 1"
            )
        )
    os.kill(pid, signal.SIGKILL)
    eventlet.sleep(0.5)


def speak_through_crashes(world: World, said: list[str]) -> None:
    """Say each word until it is said: the caller's own connection breaks too."""
    for word in said:
        while True:
            try:
                world.say([word])
            except sa.exc.OperationalError:
                eventlet.sleep(0.05)
            else:
                break
        eventlet.sleep(0.004)


def test_events_survive_a_database_that_crashes_and_recovers(
    world: World, administrator: sa.Engine, chance: random.Random
):
    said = words("slow", 500)
    services = [world.start("listener"), world.start("speaker")]
    speaking = eventlet.spawn(speak_through_crashes, world, said)

    for _ in range(2):
        eventlet.sleep(chance.uniform(0.3, 1.0))
        crash(administrator)
    speaking.wait()

    world.await_words(said)
    assert world.parked() == 0
    assert all(service.is_alive() for service in services)


def test_no_event_is_parked_while_the_readers_database_is_away(
    world: World, administrator: sa.Engine
):
    said = words("word", 500)
    world.start("listener")
    world.start("speaker")
    take_away(world.heard_by, administrator, allow=False)
    world.say(said)

    eventlet.sleep(5)  # longer than poison is tried
    take_away(world.heard_by, administrator, allow=True)

    world.await_words(said)
    assert world.parked() == 0


@contextmanager
def restarted_as_a_standby(server: Cluster) -> Iterator[None]:
    """The server shows everything and writes nothing, until it is promoted."""
    process_file = server.data / "postmaster.pid"
    os.kill(int(process_file.read_text().split()[0]), signal.SIGINT)
    assert eventually(lambda: not process_file.exists())
    (server.data / "standby.signal").touch()
    shutil.chown(server.data / "standby.signal", server.data.owner())
    with running(server.server, server.answers):
        yield


def promote(administrator: sa.Engine) -> None:
    """Let a standby take over."""
    with administrator.connect() as connection:
        connection.execute(sa.text("SELECT pg_promote()"))


def test_no_event_is_parked_while_the_database_is_a_standby(
    world: World, server: Cluster, administrator: sa.Engine
):
    address = world.environment["PRIMARIES_HEALTH_ADDRESS"] = free_address()
    said = words("slow", 400)
    world.start("listener")
    del world.environment["PRIMARIES_HEALTH_ADDRESS"]
    world.start("speaker")
    world.say(said)

    with restarted_as_a_standby(server):
        eventlet.sleep(6)  # longer than poison is tried
        checks = httpx.get(f"http://{address}/readyz", timeout=10).json()["services"]
        promote(administrator)

        assert not checks["listener"]["database"]["ok"]
        world.await_words(said)
        assert world.parked() == 0
