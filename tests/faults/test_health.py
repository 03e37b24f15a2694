"""A process says within seconds what is dead, and that it has come back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import eventlet
import httpx
import pytest
import sqlalchemy as sa

from chassis.testing import eventually
from tests.faults.world import Broker, World, take_away
from tools.private_servers.programs import free_address

pytestmark = pytest.mark.integration

SOON = 15.0  # seconds: the two that a server is given, the rest for a busy machine


@pytest.fixture
def bus(broker: Broker) -> str:
    return broker.node.uri


@pytest.fixture
def listener(world: World) -> Callable[[], dict[str, Any]]:
    """A listener that is ready; gives its checks, asked within a bounded time."""
    address = world.environment["PRIMARIES_HEALTH_ADDRESS"] = free_address()

    def checks() -> dict[str, Any]:
        with eventlet.Timeout(SOON):
            answer = httpx.get(f"http://{address}/readyz", timeout=SOON)
        told = answer.json()
        assert (answer.status_code == 200) == told["ready"]
        return told["services"]["listener"]

    world.start("listener")
    eventually(lambda: not failing(checks()))
    return checks


def failing(checks: dict[str, Any]) -> set[str]:
    return {name for name, check in checks.items() if not check["ok"]}


def test_a_broker_that_dies_is_told_and_its_return_too(
    broker: Broker, listener: Callable[[], dict[str, Any]]
):
    broker.kill()
    eventually(lambda: failing(listener()) == {"broker"}, seconds=SOON)
    advice = listener()["broker"]["do"]

    broker.start()
    eventually(lambda: not failing(listener()), seconds=60)

    assert "RabbitMQ" in advice


def test_a_broker_that_is_frozen_is_told_though_its_port_is_open(
    broker: Broker, listener: Callable[[], dict[str, Any]]
):
    broker.send(signal.SIGSTOP)
    try:
        eventually(lambda: failing(listener()) == {"broker"}, seconds=SOON)
        again = listener()  # also on a connection that it has to make anew
    finally:
        broker.send(signal.SIGCONT)
    eventually(lambda: not failing(listener()), seconds=60)

    assert failing(again) == {"broker"}


def test_a_broker_without_memory_is_told_and_gets_no_further_connections(
    broker: Broker, listener: Callable[[], dict[str, Any]]
):
    with broker.out_of_memory():
        eventually(lambda: failing(listener()) == {"broker"}, seconds=SOON)
        before = broker.connections()
        advice = set()
        for _ in range(3):
            eventlet.sleep(1.1)  # until it looks again
            advice.add(listener()["broker"]["do"])
        after = broker.connections()

    assert all("memory" in each for each in advice)
    assert after == before
    eventually(lambda: not failing(listener()), seconds=SOON)


def test_a_database_that_refuses_is_told_and_its_return_too(
    world: World, listener: Callable[[], dict[str, Any]], postgresql_url: str
):
    administrator = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")

    take_away(world.heard_by, administrator, allow=False)
    eventually(lambda: failing(listener()) == {"database"}, seconds=SOON)
    take_away(world.heard_by, administrator, allow=True)
    administrator.dispose()

    eventually(lambda: not failing(listener()))


def test_a_database_that_is_frozen_is_told(
    world: World, listener: Callable[[], dict[str, Any]]
):
    with frozen(world):
        eventually(lambda: failing(listener()) == {"database"}, seconds=SOON)
        again = listener()

    assert failing(again) == {"database"}
    eventually(lambda: not failing(listener()))


@contextmanager
def frozen(world: World) -> Iterator[None]:
    """The server that accepts connections, and those who serve the listener."""
    with world.heard_by.engine.connect() as connection:
        mine = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        serving = connection.scalars(
            sa.text("SELECT pid FROM pg_stat_activity WHERE datname=current_database()")
        ).all()
    server = int(Path(f"/proc/{mine}/stat").read_text().rpartition(")")[2].split()[1])
    processes = [server, *serving]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
