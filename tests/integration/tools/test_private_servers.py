"""The private servers are real, apart from others, and gone when their block ends."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from amqp.exceptions import AccessRefused
from kombu import Connection
from sqlalchemy import create_engine, text

from tools.private_servers import (
    ServerUnavailable,
    create_database,
    create_vhost,
    private_postgresql,
)
from tools.private_servers.programs import Program, free_ports, running
from tools.private_servers.rabbitmq import Node

pytestmark = pytest.mark.integration


def is_listening(url: str) -> bool:
    address = urlsplit(url)
    with socket.socket() as attempt:
        return attempt.connect_ex((address.hostname, address.port)) == 0


def test_a_message_published_to_the_node_comes_back(rabbitmq_vhost: str):
    with Connection(rabbitmq_vhost) as connection:
        queue = connection.SimpleQueue("letters")
        queue.put({"word": "қазан"})

        assert queue.get(timeout=5).payload == {"word": "қазан"}

        queue.close()


def test_a_virtual_host_does_not_see_the_queues_of_another(
    rabbitmq_uri: str, rabbitmq_vhost: str
):
    with Connection(rabbitmq_uri) as shared, Connection(rabbitmq_vhost) as own:
        shared.default_channel.queue_declare("letters", auto_delete=True)

        with pytest.raises(own.channel_errors, match="NOT_FOUND"):
            own.default_channel.queue_declare("letters", passive=True)


def test_a_virtual_host_that_the_node_does_not_make_is_reported(rabbitmq_node: Node):
    with pytest.raises(ServerUnavailable, match='"odd"'):
        create_vhost(rabbitmq_node, '"odd"')


def test_the_node_refuses_those_without_its_password(rabbitmq_uri: str):
    address = urlsplit(rabbitmq_uri)
    stranger = Connection(f"amqp://guest:guest@127.0.0.1:{address.port}//")

    with pytest.raises(AccessRefused):
        stranger.connect()


def test_databases_of_the_cluster_are_apart(fresh_database: Callable[[str], str]):
    first, second = (
        create_engine(fresh_database("a")),
        create_engine(fresh_database("a")),
    )
    with first.begin() as connection:
        connection.execute(text("CREATE TABLE letters (word text)"))

    with second.connect() as connection:
        found = connection.scalar(text("SELECT to_regclass('letters')"))

    first.dispose()
    second.dispose()
    assert found is None


def test_a_cluster_is_gone_after_its_block():
    with (
        tempfile.TemporaryDirectory() as directory,
        private_postgresql(Path(directory)) as url,
    ):
        inside = is_listening(url)

    assert inside
    assert not is_listening(url)


def test_the_cluster_refuses_those_without_its_password(postgresql_url: str):
    address = urlsplit(postgresql_url)

    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(
            host="127.0.0.1", port=address.port, user="postgres", password="guess"
        )


def test_a_database_name_is_quoted(postgresql_url: str):
    url = create_database(postgresql_url, 'odd "name"; --')

    engine = create_engine(url)
    with engine.connect() as connection:
        name = connection.scalar(text("SELECT current_database()"))
    engine.dispose()

    assert name == 'odd "name"; --'


def test_a_program_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path):
    program = Program(
        command=[sys.executable, "-c", "raise SystemExit('no room')"],
        log=tmp_path / "log",
    )

    with (
        pytest.raises(ServerUnavailable, match="no room"),
        running(program, lambda: False),
    ):
        pass


def test_a_server_dies_with_a_process_that_is_killed(tmp_path: Path):
    (port,) = free_ports(1)
    owner = f"""
import os, sys
from pathlib import Path
from tools.private_servers.programs import *
serve = [sys.executable, "-m", "http.server", "{port}", "--bind", LOOPBACK]
program = Program(command=serve, log=Path({str(tmp_path / "log")!r}))
with running(program, lambda: accepts_connections({port})):
    os.kill(os.getpid(), 9)
"""
    killed = subprocess.run([sys.executable, "-c", owner], check=False)

    assert killed.returncode == -9
    assert _closes(port)


def _closes(port: int) -> bool:
    for _ in range(300):
        if not is_listening(f"http://127.0.0.1:{port}"):
            return True
        subprocess.run(["sleep", "0.1"], check=True)
    return False
