"""The gateway in front of the real services, embedded; the tiny primary is defined."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest

from chassis.clock import set_clock
from chassis.config import Settings
from chassis.migrations import upgrade
from chassis.rpc import RpcClient
from chassis.testing import eventually, running, test_environment
from contracts.services import SERVICES
from gateway.service import GatewayService
from tests.support.contracts import class_of
from tests.support.definitions import a_definition_document
from tools.private_servers.programs import free_address

NOW = "2020-08-20T06:00:00+00:00"
P = "/api/v1/primaries/tiny-2020"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("platform")
    set_clock(folder / "clock", datetime.fromisoformat(NOW))
    return test_environment(
        folder,
        PRIMARIES_CLOCK_FILE=str(folder / "clock"),
        PRIMARIES_HTTP_ADDRESS=free_address(),
    )


@pytest.fixture(scope="module")
def services(environment: dict[str, str]) -> Iterator[RpcClient]:
    """All services and the gateway."""
    for service in SERVICES:
        upgrade(service, Settings(service, environment).database_url)
    classes = [*map(class_of, SERVICES), GatewayService]
    with running(*classes, environment=environment) as client:
        yield client


@pytest.fixture(scope="module")
def client(services: RpcClient, environment: dict[str, str]) -> Iterator[httpx.Client]:
    """An administrator's client of a platform in which the tiny primary is defined."""
    url = f"http://{environment['PRIMARIES_HTTP_ADDRESS']}"
    with httpx.Client(base_url=url, timeout=30) as client:
        secret = {"secret": environment["PRIMARIES_BOOTSTRAP_SECRET"]}
        opened = client.post("/api/v1/sessions/administrator", json=secret)
        client.headers["Authorization"] = f"Bearer {opened.json()['session']}"
        define(client)
        yield client


def define(client: httpx.Client) -> None:
    document = {"document": a_definition_document()}
    assert client.post("/api/v1/primaries", json=document).status_code == 201
    for known in ("turnout", "debates", "count"):
        eventually(lambda known=known: client.get(f"{P}/{known}").status_code == 200)
