"""A session is exchanged for a signed principal, and remembered for a moment."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from chassis.testing import FrozenClock
from contracts.registration import errors
from contracts.registration.operations import (
    EndSession,
    ListNominations,
    ReadSession,
    ShowMe,
    SignIn,
    SubmitNomination,
)
from gateway.sessions import COOKIE, CSRF_HEADER, csrf_token
from tests.support.gateway import ScriptedServices, a_client, a_holder

P = "/api/v1/primaries/tiny-2020"
BEARER = {"Authorization": "Bearer the-session"}


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock("2020-09-01T10:00:00+00:00")


@pytest.fixture
def services() -> ScriptedServices:
    services = ScriptedServices()
    services.answer(ReadSession, a_holder(expires_at="2020-09-01T10:00:20Z"))
    return services


@pytest.fixture
def client(services: ScriptedServices, clock: FrozenClock) -> Client:
    client = a_client(services, clock=clock)
    client.get(f"{P}/me", headers=BEARER)
    return client


def tokens(services: ScriptedServices, name: str) -> list[str | None]:
    return [token for asked, _, token in services.asked if asked == name]


def test_the_service_gets_the_principal_and_never_the_session(services, client):
    assert tokens(services, ShowMe.name) == ["signed"]
    assert services.questions(ReadSession) == [{"session": "the-session"}]
    assert services.questions(ShowMe) == [{"primary": "tiny-2020"}]


def test_an_exchange_is_remembered(services, client):
    client.get(f"{P}/me", headers=BEARER)

    assert len(services.questions(ReadSession)) == 1


def test_a_principal_is_not_used_after_its_end(services, client, clock):
    clock.tick(seconds=20)
    client.get(f"{P}/me", headers=BEARER)

    assert len(services.questions(ReadSession)) == 2


def test_signing_out_forgets_the_session_at_once(services, client):
    client.delete(f"{P}/session", headers=BEARER)
    services.answer(ReadSession, errors.SessionEnded())

    answer = client.get(f"{P}/me", headers=BEARER)

    assert services.questions(EndSession) == [{"primary": "tiny-2020"}]
    assert (answer.status_code, answer.json["code"]) == (401, "session_ended")


def test_who_has_not_signed_in_is_nobody(services):
    a_client(services).get(f"{P}/nominations")

    assert tokens(services, ListNominations.name) == [None]
    assert services.questions(ReadSession) == []


def test_one_session_is_not_taken_for_another(services, client):
    client.get(f"{P}/me", headers={"Authorization": "Bearer another"})

    sessions = [question["session"] for question in services.questions(ReadSession)]
    assert sessions == ["the-session", "another"]


def test_a_cookie_reads(services):
    client = a_client(services)
    client.set_cookie(COOKIE, "the-session", secure=True)

    client.get(f"{P}/me", base_url="https://localhost")

    assert tokens(services, ShowMe.name) == ["signed"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://localhost"},
        {CSRF_HEADER: csrf_token("the-session")},
        {"Origin": "https://evil.example", CSRF_HEADER: csrf_token("the-session")},
        {"Origin": "https://localhost", CSRF_HEADER: csrf_token("other")},
        {"Origin": "https://localhost", CSRF_HEADER: "é"},
    ],
    ids=["nothing", "no token", "no origin", "another origin", "wrong", "no ASCII"],
)
def test_a_cookie_changes_nothing_without_proof_of_its_page(services, headers):
    answer = _nominate(services, headers)

    assert (answer.status_code, answer.json["code"]) == (403, "origin_refused")
    assert services.asked == []


def test_a_page_of_ours_may_change_things(services):
    proof = {"Origin": "https://localhost", CSRF_HEADER: csrf_token("the-session")}

    assert _nominate(services, proof).status_code == 201
    assert tokens(services, SubmitNomination.name) == ["signed"]


def test_only_a_page_of_ours_gets_a_cookie_when_it_signs_in(services):
    services.answer(SignIn, {"session": "fresh", "roles": []})
    client = a_client(services)
    body = {"iin": "1", "code": "2"}
    own = {"Origin": "https://localhost"}

    outside = client.post(f"{P}/sessions", json=body)
    inside = client.post(
        f"{P}/sessions", json=body, headers=own, base_url="https://localhost"
    )

    assert "Set-Cookie" not in outside.headers
    cookie = inside.headers["Set-Cookie"]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Strict"))
    assert inside.headers[CSRF_HEADER] == csrf_token("fresh")


def _nominate(services: ScriptedServices, headers: dict[str, str]):
    client = a_client(services)
    client.set_cookie(COOKIE, "the-session", secure=True)
    return client.post(
        f"{P}/nominations", json={}, headers=headers, base_url="https://localhost"
    )
