"""The gateway in front of the real services, embedded: what people and machines see."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance
from werkzeug.test import Client

from chassis.auth import Role
from chassis.clock import SharedClock
from chassis.config import Settings
from chassis.rpc import RpcClient
from chassis.testing import (
    a_principal,
    a_token,
    eventually,
)
from gateway.app import Application
from gateway.routes import ROUTES
from gateway.sessions import Call
from tests.support.definitions import a_definition_document

P = "/api/v1/primaries/tiny-2020"
PAGES = (
    "",
    "status",
    "help",
    "privacy",
    "accessibility",
    *(
        f"tiny-2020/{page}"
        for page in (
            "",
            "territories",
            "territories/KZ-AKM",
            "candidates",
            "programmes",
            "debates",
            "calendar",
            "stations",
            "data",
            "data/calendar.ics",
            "data/candidates.csv",
            "turnout",
            "results",
            "lists",
            "boards",
        )
    ),
)
KNOWN = {
    "primary": "tiny-2020",
    "territory": "KZ-AKM",
    "contest": "maslikhat-kz-akm",
    "lot": "ties",
}
#: streams have no end to wait for
ENDLESS = {"/events/stream", "/primaries/<primary>/turnout/stream"}


def test_a_definition_comes_back_as_it_was_given(client):
    assert client.get(f"{P}/definition").json() == {"document": a_definition_document()}


def test_who_has_not_signed_in_defines_nothing(client, environment):
    document = {"document": a_definition_document(primary="other-2020")}
    url = f"http://{environment['PRIMARIES_HTTP_ADDRESS']}/api/v1/primaries"

    anybody = httpx.post(url, json=document)
    forger = httpx.post(url, json=document, headers={"Authorization": "Bearer x"})

    codes = [anybody.json()["code"], forger.json()["code"]]
    assert codes == ["not_signed_in", "session_ended"]
    assert [p["primary"] for p in client.get("/api/v1/primaries").json()["items"]] == [
        "tiny-2020"
    ]


def test_a_broken_definition_is_refused_field_by_field(client):
    broken = a_definition_document(primary="other-2020", zone="Nowhere/Here")

    answer = client.post("/api/v1/primaries", json={"document": broken})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_definition")
    assert "/zone" in {problem["pointer"] for problem in answer.json()["errors"]}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_read_from_the_first_day_on(client, page):
    answer = client.get(f"/{page}")

    assert answer.status_code == 200
    assert "does not answer" not in answer.text


def test_the_public_log_begins_with_the_definition(client):
    def the_log() -> dict[str, Any]:
        return client.get("/api/v1/events?primary=tiny-2020").json()

    eventually(lambda: the_log()["items"])
    first = the_log()["items"][0]

    assert first["type"] == "registration.primary_defined.v1"
    assert "document" not in first["data"]
    following = client.get("/api/v1/events", params={"after": the_log()["next"]})
    assert following.json()["items"] == []


def test_the_stream_tells_what_the_log_tells(client):
    with client.stream("GET", "/api/v1/events/stream?limit=1") as answer:
        lines = answer.iter_lines()
        text = next(line for line in lines if line.startswith("data: "))

    assert "registration.primary_defined.v1" in text


def test_the_platform_comes_to_rest(client):
    idle = {"unpublished": 0, "unread": 0, "jobs": 0}

    eventually(lambda: client.get("/api/v1/demo/backlog").json() == idle)


def test_a_cursor_of_another_primary_reads_nothing_of_this_one(client):
    page = client.get("/api/v1/events?primary=other-2020").json()

    assert page["items"] == []


def as_somebody_with_every_role(call: Call, clock: SharedClock) -> Call:
    """The services, asked by one who may ask everything."""
    everybody = a_token(a_principal(*Role, primary="tiny-2020"), clock)

    def ask(operation, payload, token=None, timeout=None):
        return call(operation, payload, token or everybody, timeout)

    return ask


@pytest.fixture(scope="module")
def application(services: RpcClient, client, environment) -> Application:
    clock = Settings("gateway", environment).clock
    call = as_somebody_with_every_role(services.call, clock)
    return Application(call, clock, is_demo=True)


@pytest.fixture(scope="module")
def described(application: Application) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.path not in ENDLESS],
    ids=lambda route: f"{route.method} {route.path}",
)
def test_whatever_is_asked_the_answer_has_the_form_that_is_promised(
    application: Application, described: Any, route
):
    operation = described.find_operation_by_id(route.operation.name)

    @settings(
        max_examples=4,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        # most names that one can think of are names of nothing
        known = {name: KNOWN[name] for name in case.path_parameters if name in KNOWN}
        case.path_parameters.update(known)
        answer = case.call()
        case.validate_response(
            answer, checks=[not_a_server_error, response_schema_conformance]
        )
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == ["application/problem+json"]

    ask()
    assert Client(application).get("/status").text.count("does not answer") == 0
