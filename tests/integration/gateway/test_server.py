"""The gateway's own server: alone on its address, patient within limits, drained."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import eventlet
import httpx
import pytest
import sqlalchemy as sa

from chassis.config import Settings
from chassis.db import new_metadata
from chassis.operations import serves
from chassis.runner import Runner
from chassis.service import Service
from chassis.tables import add_bus_tables
from chassis.testing import test_environment
from contracts.registration.operations import ListPrimaries
from gateway.pages.assets import asset
from gateway.service import AddressTaken, GatewayService
from tools.private_servers.programs import free_address

ICON = asset("icon.svg").url
_TABLES = new_metadata()
add_bus_tables(_TABLES)


class SlowRegistration(Service):
    """Answers one question, and takes its time."""

    name = "registration"

    @serves(ListPrimaries)
    def list_primaries(self, _principal):
        """No primaries, after half a second."""
        eventlet.sleep(0.5)
        return {"items": []}


def an_environment(folder: Path) -> dict[str, str]:
    engine = sa.create_engine(f"sqlite:///{folder}/registration.db")
    _TABLES.create_all(engine)
    engine.dispose()
    return test_environment(
        folder,
        PRIMARIES_HTTP_ADDRESS=free_address(),
        PRIMARIES_HTTP_PATIENCE="0.4",
    )


@contextmanager
def a_gateway(environment: dict[str, str]) -> Iterator[Runner]:
    services = (SlowRegistration, GatewayService)
    runner = Runner([(s, Settings(s.name, environment)) for s in services])
    assert runner.start()
    try:
        yield runner
    finally:
        runner.stop()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a gateway that all tests here may use, but not stop."""
    environment = an_environment(tmp_path_factory.mktemp("gateway"))
    with a_gateway(environment):
        yield environment


@pytest.fixture
def address(environment: dict[str, str]) -> str:
    return environment["PRIMARIES_HTTP_ADDRESS"]


def test_stopping_answers_what_is_under_way_and_drops_what_is_idle(tmp_path: Path):
    environment = an_environment(tmp_path)
    url = f"http://{environment['PRIMARIES_HTTP_ADDRESS']}"
    with a_gateway(environment) as runner, httpx.Client() as idle:
        idle.get(f"{url}{ICON}")
        asking = eventlet.spawn(httpx.get, f"{url}/api/v1/primaries")
        eventlet.sleep(0.2)
        started = time.monotonic()
        runner.stop()
        took = time.monotonic() - started

    answer = asking.wait()
    assert (answer.status_code, answer.json()) == (200, {"items": []})
    assert took < 5
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/status")


def test_a_second_gateway_is_told_that_the_address_is_taken(environment):
    second = Runner([(GatewayService, Settings("gateway", environment))])

    with pytest.raises(AddressTaken):
        second.start()


@pytest.mark.parametrize(
    "said",
    [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET"],
    ids=["nothing", "half a request", "half a line"],
)
def test_who_says_nothing_more_is_hung_up_on(address, said):
    with _connect(address) as connection:
        connection.sendall(said)

        assert connection.recv(1000) == b""


def test_a_body_that_never_comes_is_not_waited_for(address):
    with _connect(address) as connection:
        head = b"POST /api/v1/primaries HTTP/1.1\r\nHost: x\r\n"
        connection.sendall(head + b"Content-Type: application/json\r\n")
        connection.sendall(b'Content-Length: 9\r\n\r\n{"a"')

        assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (b"Content-Length: 1000000000", b"413"),
        (b"Transfer-Encoding: chunked", b"411"),
    ],
)
def test_a_body_that_cannot_be_taken_ends_the_connection(address, header, status):
    with _connect(address) as connection:
        head = b"POST /api/v1/primaries HTTP/1.1\r\nHost: x\r\n"
        connection.sendall(head + header + b"\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))

    assert answer.split(b" ", 2)[1] == status


@pytest.mark.parametrize(
    "noise",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\r\n\r\n", b"GET / HTTP/9\r\n"],
    ids=["TLS", "empty lines", "another protocol"],
)
def test_noise_harms_nobody(address, noise):
    with _connect(address) as connection:
        connection.sendall(noise)

    assert httpx.get(f"http://{address}{ICON}").status_code == 200


def test_a_connection_serves_one_request_after_the_other(address):
    with _connect(address) as connection:
        for _ in range(3):
            connection.sendall(f"GET {ICON} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert b"</svg>" in connection.recv(10_000)


def test_a_service_that_is_not_there_is_an_answer_too(address):
    answer = httpx.get(f"http://{address}/status", timeout=20)

    assert answer.text.count("does not answer") == 3


def _connect(address: str) -> socket.socket:
    host, port = address.split(":")
    return socket.create_connection((host, int(port)), timeout=5)
