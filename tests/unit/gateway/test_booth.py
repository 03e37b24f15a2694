"""The documents of the booth: what they may load, when they open, what they say."""

from __future__ import annotations

import json
import re

import pytest
from werkzeug.test import Client

from chassis.testing import FrozenClock
from contracts.registration.operations import (
    OpenVotingToken,
    ReadDefinition,
    ReadSession,
    ShowCalendar,
    SignIn,
)
from contracts.voting.operations import FindTracker
from gateway.sessions import COOKIE, CSRF_HEADER, csrf_token
from tests.support.gateway import ScriptedServices, a_client
from tests.support.samples import a_sample

P = "/tiny-2020"
API = "/api/v1/primaries/tiny-2020"
OPENS, CLOSES = "2020-10-01T04:00:00+00:00", "2020-10-03T08:00:00+00:00"
DURING = "2020-10-02T10:00:00+00:00"
TRACKER = "TGOwMdeA1MOezKURELvFua9p3Agsy1HMZ3V6UO34q2M"
ORIGIN = "https://localhost"
MEMBER = {
    "token": "signed",
    "expires_at": "2020-10-02T10:05:00Z",
    "primary": "tiny-2020",
    "roles": [{"role": "member", "scope": ""}],
    "ends_at": "2020-10-02T18:00:00Z",
}


@pytest.fixture
def services() -> ScriptedServices:
    services = ScriptedServices()
    calendar = a_sample(ShowCalendar.Response)
    phase = {"opens_at": OPENS, "closes_at": CLOSES}
    names = ("nomination", "programmes", "debates", "voting")
    calendar["phases"] = dict.fromkeys(names, phase)
    calendar["instants"] = {"publication": "2020-10-05T06:00:00+00:00"}
    calendar["changes"] = []
    services.answer(ShowCalendar, calendar)
    identity = {"scheme": "kz-iin"}
    services.answer(ReadDefinition, {"document": {"identity": identity}})
    return services


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(DURING)


@pytest.fixture
def client(services: ScriptedServices, clock: FrozenClock) -> Client:
    return a_client(services, clock=clock)


def facts_in(text: str) -> dict:
    block = re.search(r'id="booth-facts">(.*?)</script>', text, re.DOTALL)
    assert block
    return json.loads(block[1])


@pytest.mark.parametrize("page", ["vote", "check"])
def test_a_document_of_the_booth_may_load_nothing_but_its_own(client, page):
    answer = client.get(f"{P}/{page}")
    policy = answer.headers["Content-Security-Policy"].split("; ")

    assert answer.status_code == 200
    assert policy[0] == "default-src 'none'"
    assert "trusted-types booth" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert not any("unsafe" in rule or "http" in rule for rule in policy)


def test_other_pages_keep_their_policy(client):
    policy = client.get(f"{P}/territories").headers["Content-Security-Policy"]

    assert "trusted-types" not in policy


def test_the_booth_is_kept_by_no_cache(client):
    assert client.get(f"{P}/vote").headers["Cache-Control"] == "no-store"


def test_the_booth_runs_only_the_scripts_that_were_built(client):
    text = client.get(f"{P}/vote").text
    scripts = re.findall(r"<script(.*?)>", text)
    kinds = [script for script in scripts if "application/json" not in script]

    assert len(kinds) == 1
    assert "integrity=" in kinds[0]
    assert "style=" not in text


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2020-09-30T10:00:00+00:00", "Voting has not begun"),
        (CLOSES, "Voting has ended"),
    ],
)
def test_a_booth_that_is_not_open_says_when(client, clock, now, words):
    clock.set(now)
    text = client.get(f"{P}/vote").text

    assert words in text
    assert "2020, 12:00" in text or "October 2020" in text
    assert '<script type="module"' not in text


def test_an_extension_is_told_with_its_reason(services, client):
    calendar = services.call(ShowCalendar, {})
    change = a_sample(ShowCalendar.Response)["changes"][0] | {
        "phase": "voting",
        "answer": "accepted",
        "closes_at": CLOSES,
        "reason": "Overloaded in the first hours",
    }
    services.answer(ShowCalendar, calendar | {"changes": [change]})

    assert "Reason: Overloaded in the first hours" in client.get(f"{P}/vote").text


def test_whoever_has_a_session_gets_what_opens_a_voting_token(services, client):
    services.answer(ReadSession, MEMBER)
    client.set_cookie(COOKIE, "the-session", secure=True)
    asked = {"base_url": ORIGIN}
    csrf = facts_in(client.get(f"{P}/vote", **asked).text)["csrf"]

    strange = client.post(f"{API}/voting-tokens", json={}, **asked)
    own = client.post(
        f"{API}/voting-tokens",
        json={},
        headers={"Origin": ORIGIN, CSRF_HEADER: csrf},
        **asked,
    )

    assert strange.json["code"] == "origin_refused"
    assert own.status_code == 201
    assert len(services.questions(OpenVotingToken)) == 1
    assert "Set-Cookie" not in own.headers


def test_who_is_not_signed_in_gets_nothing_of_the_kind(client):
    assert facts_in(client.get(f"{P}/vote").text)["csrf"] == ""


def test_signing_in_asks_nothing_of_a_session_that_was_here_before(services, client):
    services.answer(SignIn, {"session": "fresh", "roles": []})
    client.set_cookie(COOKIE, "ended-long-ago", secure=True)

    answer = client.post(
        f"{API}/sessions",
        json={"iin": "1", "code": "2"},
        headers={"Origin": ORIGIN},
        base_url=ORIGIN,
    )

    assert answer.status_code == 201
    assert services.questions(ReadSession) == []
    assert answer.headers[CSRF_HEADER] == csrf_token("fresh")


def test_signing_out_takes_the_cookie_away(services, client):
    services.answer(ReadSession, MEMBER)
    client.set_cookie(COOKIE, "the-session", secure=True)
    headers = {"Origin": ORIGIN, CSRF_HEADER: csrf_token("the-session")}

    answer = client.delete(f"{API}/session", headers=headers, base_url=ORIGIN)

    assert "Max-Age=0" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("status", ["recorded", "replaced", "spoiled", "unknown"])
def test_whoever_has_no_script_is_told_by_the_server(services, client, status):
    found = a_sample(FindTracker.Response, status=status)
    services.answer(FindTracker, found)
    text = client.get(f"{P}/check", query_string={"tracker": TRACKER}).text

    shown = text.split("<template", maxsplit=1)[0]
    assert f'data-status="{status}"' in shown
    assert services.questions(FindTracker)[0]["tracker"] == TRACKER


def test_a_tracker_may_be_typed_in_groups_and_must_be_one(services, client):
    grouped = " ".join(TRACKER[at : at + 4] for at in range(0, 43, 4))
    client.get(f"{P}/check", query_string={"tracker": grouped})
    short = client.get(f"{P}/check", query_string={"tracker": "TGOw"}).text

    assert services.questions(FindTracker)[0]["tracker"] == TRACKER
    assert 'data-status="unreadable"' in short.split("<template", maxsplit=1)[0]
