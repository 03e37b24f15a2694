"""A body is read strictly, or not at all."""

from __future__ import annotations

import io

import pytest
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Request

from contracts.registration.operations import DefinePrimary
from gateway.bodies import read_json
from gateway.errors import BodyIncomplete
from tests.support.gateway import ScriptedServices, a_client, an_application

JSON = "application/json"


@pytest.fixture
def services() -> ScriptedServices:
    return ScriptedServices()


@pytest.fixture
def client(services: ScriptedServices) -> Client:
    return a_client(services)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"[1]", 400, "malformed_json"),
        (b'"text"', 400, "malformed_json"),
        (b'{"a": NaN}', 400, "malformed_json"),
        (b'{"a": 1} {"b": 2}', 400, "malformed_json"),
        (b'{"a": "\xff"}', 400, "malformed_json"),
        (b'{"a": ' + b"9" * 5000 + b"}", 400, "malformed_json"),
        (b'{"a": ' + b"[" * 30_000 + b"]" * 30_000 + b"}", 400, "malformed_json"),
        (b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}", 422, "invalid_payload"),
        (b'{"document": {}, "document": {}}', 422, "name_twice"),
        (b'{"document": {"a": 1, "a": 2}}', 422, "name_twice"),
        (b'{"document": {"a": "\\u0000"}}', 422, "invalid_payload"),
        (b'{"document": {"\\ud800": 1}}', 422, "invalid_payload"),
    ],
    ids=[
        "cut off",
        "an array",
        "a text",
        "not a number",
        "two documents",
        "not UTF-8",
        "an endless number",
        "endlessly deep",
        "too deep",
        "a name twice",
        "a name twice inside",
        "a NUL",
        "half a surrogate",
    ],
)
def test_what_is_not_our_json_is_refused_and_goes_no_further(
    services, client, body, status, code
):
    answer = client.post("/api/v1/primaries", data=body, content_type=JSON)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert services.asked == []


def test_another_type_of_content_is_refused(client):
    answer = client.post("/api/v1/primaries", data={"document": "{}"})

    assert (answer.status_code, answer.json["code"]) == (415, "not_json")


def test_no_body_is_no_field(services, client):
    client.post("/api/v1/primaries")

    assert services.questions(DefinePrimary) == [{}]


def test_a_body_that_is_too_large_is_refused_unread():
    unread = io.BytesIO(b"x" * 100)
    builder = EnvironBuilder("/api/v1/primaries", method="POST", content_type=JSON)
    closed: list[bool] = []
    environ = builder.get_environ() | {
        "CONTENT_LENGTH": str(5 * 2**20),
        "wsgi.input": unread,
        "primaries.close": lambda: closed.append(True),
    }

    _, status, _ = run_wsgi_app(an_application(ScriptedServices()), environ)

    assert status.startswith("413 ")
    assert (closed, unread.tell()) == ([True], 0)


def test_a_body_of_unknown_length_is_refused(client):
    answer = client.post(
        "/api/v1/primaries", headers={"Transfer-Encoding": "chunked"}, data=b"{}"
    )

    assert (answer.status_code, answer.json["code"]) == (411, "length_missing")


def test_a_body_that_ends_early_is_incomplete():
    environ = EnvironBuilder("/", data=b"{}", content_type=JSON).get_environ()

    with pytest.raises(BodyIncomplete):
        read_json(Request(environ | {"CONTENT_LENGTH": "10"}), 100)


def test_pages_take_no_body(client):
    assert client.open("/", method="GET", data=b"x").status_code == 413
