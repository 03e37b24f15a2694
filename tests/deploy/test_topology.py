"""The whole platform as it is deployed: processes, users and roles, behind nginx."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from kombu import Connection, Exchange, Queue

from chassis.testing import eventually
from tests.deploy.site import NGINX, Site, render, serving
from tests.deploy.topology import PRIMARY, Topology, bootstrap_secret_of, deployed
from tools.definitions import load_definition_file
from tools.deployment.env_files import BUS
from tools.environment import GATEWAY, SERVICES
from tools.private_servers.programs import free_address
from tools.private_servers.rabbitmq import Node

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(
        NGINX is None, reason="nginx is not installed (make setup-servers)"
    ),
]
DOCUMENT = load_definition_file(PRIMARY)
P = f"/api/v1/primaries/{DOCUMENT['primary']}"


@pytest.fixture(scope="module")
def topology(
    servers_directory: Path, rabbitmq_node: Node, postgresql_url: str
) -> Iterator[Topology]:
    settings = servers_directory / "deployment"
    with deployed(settings, rabbitmq_node, postgresql_url, free_address()) as made:
        yield made


@pytest.fixture(scope="module")
def site(
    topology: Topology, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    made = render(tmp_path_factory.mktemp("nginx"), topology.gateway)
    with serving(made):
        yield made


@pytest.fixture(scope="module")
def public(site: Site) -> Iterator[httpx.Client]:
    trusting = ssl.create_default_context(cafile=site.certificate)
    with httpx.Client(base_url=site.url, verify=trusting, timeout=20) as client:
        yield client


@pytest.fixture(scope="module")
def region(topology: Topology) -> Iterator[Queue]:
    """A queue of the country's own user, bound before anything happens."""
    uri = topology.settings_of("regions/IS")[BUS]
    with Connection(uri) as connection:
        queue = Queue("region.IS.desk", durable=True)(connection.default_channel)
        queue.queue_declare()
        log = Exchange("primaries.public", "topic", no_declare=True)
        queue.bind_to(log, routing_key="IS.#")
        yield queue


@pytest.fixture(scope="module")
def primary(public: httpx.Client, topology: Topology, region: Queue) -> dict[str, Any]:
    """A primary that an administrator has defined through the site."""
    opened = public.post(
        "/api/v1/sessions/administrator", json={"secret": bootstrap_secret_of(topology)}
    )
    assert opened.status_code == 201, opened.text
    defined = public.post(
        "/api/v1/primaries",
        json={"document": DOCUMENT},
        headers={"Authorization": f"Bearer {opened.json()['session']}"},
    )
    assert defined.status_code == 201, defined.text
    return defined.json()


@pytest.mark.parametrize("part", ["candidates", "boards", "count"])
def test_every_service_hears_of_a_primary(
    primary: dict[str, Any], public: httpx.Client, part: str
):
    eventually(lambda: public.get(f"{P}/{part}").status_code == 200)


def test_a_region_hears_what_concerns_it(primary: dict[str, Any], region: Queue):
    event = json.loads(eventually(lambda: region.get(no_ack=True)).body)

    assert event["type"] == "registration.primary_defined.v1"


def test_plain_http_leads_to_the_site(site: Site):
    answer = httpx.get(f"http://127.0.0.1:{site.http}/boards?x=1")

    assert answer.status_code == 308
    assert answer.headers["location"] == "https://127.0.0.1/boards?x=1"


def test_the_gateway_knows_a_request_by_the_id_that_nginx_logs(
    site: Site, public: httpx.Client
):
    known = public.get("/api/v1/primaries").headers["x-request-id"]

    def told() -> list[str]:
        return (site.folder / "nginx.log").read_text().splitlines()

    def logged() -> set[str]:
        return {json.loads(line)["request"] for line in told() if line[:1] == "{"}

    eventually(lambda: known in logged())  # nginx writes when it has answered
    assert "127.0.0.1" not in "".join(told())


def test_a_body_too_long_is_refused_in_the_words_of_the_interface(
    public: httpx.Client,
):
    answer = public.post(f"{P}/nominations", content=b"x" * (64 * 1024 + 1))

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "body_too_large"


def test_the_interface_comes_compressed_and_with_its_security_headers(
    public: httpx.Client,
):
    answer = public.get("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]


def test_events_arrive_as_they_happen(primary: dict[str, Any], public: httpx.Client):
    with public.stream("GET", "/api/v1/events/stream?place=IS") as stream:
        line = next(line for line in stream.iter_lines() if line.startswith("data:"))

    assert json.loads(line.removeprefix("data:"))["subject"] == "IS"


def test_a_crowd_behind_one_address_is_slowed_down_by_session_only(
    primary: dict[str, Any], public: httpx.Client
):
    def cast(session: str) -> int:
        bearer = {"Authorization": f"Bearer {session}"}
        return public.post(f"{P}/ballots", json={}, headers=bearer).status_code

    crowd = [cast(f"session-{number}") for number in range(30)]
    hasty = [cast("session-of-one") for _ in range(30)]

    assert 429 not in crowd
    assert 429 in hasty


@pytest.mark.parametrize("name", [*SERVICES, GATEWAY])
def test_a_process_that_works_says_so(topology: Topology, name: str):
    def told() -> str:
        asked = topology.run("healthcheck", settings=name)
        return asked.stdout or asked.stderr

    eventually(lambda: told() == "ready\n")


def test_who_may_not_look_after_parked_events_sees_how_many_there_are(
    topology: Topology,
):
    address = topology.health["tally"]
    checks = httpx.get(f"http://{address}/readyz").json()["services"]["tally"]

    assert checks["parked"] == {"ok": True, "messages": 0}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_the_public_learns_nothing_of_it(
    topology: Topology, public: httpx.Client, path: str
):
    assert public.get(path).status_code == 404
    assert httpx.get(f"http://{topology.gateway}{path}").status_code in (308, 404)


def test_what_is_down_is_told_and_comes_back(
    primary: dict[str, Any], topology: Topology, public: httpx.Client
):
    topology.stop("tally")
    unwell = topology.run("healthcheck", settings="tally")
    refused = public.get(f"{P}/lists")
    topology.start("tally")

    assert unwell.returncode == 1
    assert "No answer" in unwell.stderr
    assert refused.status_code == 503
    eventually(lambda: public.get(f"{P}/count").status_code == 200, seconds=60)


def test_without_a_gateway_the_site_says_when_to_try_again(
    topology: Topology, public: httpx.Client
):
    topology.stop(GATEWAY)
    answer = public.get("/api/v1/primaries")
    topology.start(GATEWAY)

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) in range(1, 5)
    assert answer.json()["code"] == "service_unavailable"


def test_nobody_was_refused_what_it_needs(primary: dict[str, Any], topology: Topology):
    logs = {path.stem: path.read_text() for path in topology.settings.glob("*.log")}

    assert len(logs) == 5
    for name, log in logs.items():
        for trouble in ("AccessRefused", "InsufficientPrivilege", "relay_interrupted"):
            assert trouble not in log, (name, log)


def test_the_users_are_those_of_the_deployment(topology: Topology):
    uri = urlsplit(topology.settings_of("voting")[BUS])

    assert (uri.username, uri.path) == ("voting", "/primaries")
