"""A world to break: two databases, a broker, and a seed to break it by."""

from __future__ import annotations

import os
import random
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from chassis.db import Database
from chassis.publishing import connected
from chassis.streams import declare_stream
from chassis.testing import test_environment
from tests.faults.world import Broker, Nursery, World
from tests.integration.chassis import toy
from tools.private_servers import private_node

MakeWorld = Callable[[str, Callable[[str], str]], AbstractContextManager[World]]


@pytest.fixture
def chance() -> random.Random:
    """When to strike; `FAULTS_SEED` repeats a run (as far as machines allow)."""
    seed = int(os.environ.get("FAULTS_SEED") or secrets.randbits(32))
    print(f"FAULTS_SEED={seed}")  # noqa: T201 (shown when the test fails)
    return random.Random(seed)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where the services come from."""
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
def make_world(tmp_path: Path, nursery: Nursery) -> MakeWorld:
    """Make a world on a bus, with databases from whoever makes them."""

    @contextmanager
    def make(bus: str, new_database: Callable[[str], str]) -> Iterator[World]:
        said, heard = new_database("speaker"), new_database("listener")
        environment = test_environment(
            tmp_path,
            PRIMARIES_AMQP_URI=bus,
            PRIMARIES_SPEAKER_DATABASE_URL=said,
            PRIMARIES_LISTENER_DATABASE_URL=heard,
        )
        databases = Database(said), Database(heard)
        world = World(environment, tmp_path, nursery, *databases)
        toy.SAID.create_all(world.said.engine)
        toy.HEARD.create_all(world.heard_by.engine)
        try:
            yield world
        finally:
            world.stop()

    return make


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """A broker to be broken: nobody else's, and running again after each test."""
    with (
        tempfile.TemporaryDirectory(prefix="primaries-faults-") as directory,
        private_node(Path(directory)) as node,
        ExitStack() as stack,
    ):
        with connected(node.uri) as connection:
            declare_stream(connection, toy.REGION)
        time.sleep(1)  # killed at once, RabbitMQ 3.10 would never open it again
        yield Broker(node, stack)


@pytest.fixture
def bus(rabbitmq_vhost: str) -> str:
    """Where the world meets the broker; tests that break one say which."""
    return rabbitmq_vhost


@pytest.fixture
def world(
    make_world: MakeWorld, bus: str, fresh_database: Callable[[str], str]
) -> Iterator[World]:
    """A world on the run's own servers: kill its processes, not the servers."""
    with make_world(bus, fresh_database) as made:
        yield made
