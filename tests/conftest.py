"""Real servers, private to this run, each started by the first test to ask for it.

Nothing is faked here. A test that needs a broker or a database gets one of its own
inside a server that the run starts and stops; a machine's own servers are not touched.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tools.private_servers import (
    create_database,
    create_vhost,
    private_node,
    private_postgresql,
)
from tools.private_servers.rabbitmq import Node

# A shared machine is slow now and then: that fails no property.
settings.register_profile("suite", deadline=None, database=None, print_blob=True)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def servers_directory() -> Iterator[Path]:
    """Where the private servers keep their files until the run ends."""
    with tempfile.TemporaryDirectory(prefix="primaries-tests-") as directory:
        yield Path(directory)


@pytest.fixture(scope="session")
def rabbitmq_node(servers_directory: Path) -> Iterator[Node]:
    """The run's RabbitMQ node."""
    with private_node(servers_directory) as node:
        yield node


@pytest.fixture(scope="session")
def rabbitmq_uri(rabbitmq_node: Node) -> str:
    """The node's default virtual host, shared: use names that nobody else uses."""
    return rabbitmq_node.uri


@pytest.fixture
def rabbitmq_vhost(rabbitmq_node: Node) -> str:
    """An empty virtual host for one test."""
    return create_vhost(rabbitmq_node, secrets.token_hex(6))


@pytest.fixture(scope="module")
def rabbitmq_module_vhost(rabbitmq_node: Node) -> str:
    """An empty virtual host that the tests of one module share."""
    return create_vhost(rabbitmq_node, secrets.token_hex(6))


@pytest.fixture(scope="session")
def postgresql_url(servers_directory: Path) -> Iterator[str]:
    """The run's PostgreSQL cluster, as its owner."""
    with private_postgresql(servers_directory) as url:
        yield url


@pytest.fixture(scope="session")
def fresh_database(postgresql_url: str) -> Callable[[str], str]:
    """Make an empty database named after the word given; gives its URL."""

    def make(name: str) -> str:
        return create_database(postgresql_url, f"{name}_{secrets.token_hex(4)}")

    return make
