"""A request becomes a question to a service, its answer a response."""

from __future__ import annotations

import json

import pytest
from werkzeug.test import Client

from chassis.errors import NotSignedIn, ServiceUnavailable
from chassis.rpc import ServiceFailed
from chassis.testing import FrozenClock
from contracts.campaign.operations import ListCandidates, SuggestChange
from contracts.definition import UnknownContest
from contracts.registration import errors, operations
from contracts.voting.operations import (
    CastBallot,
    FindBallot,
    ReadTelephoneInbox,
    ShowConsistency,
    ShowInclusion,
    SignProtocol,
)
from tests.support.gateway import ScriptedServices, a_client

P = "/api/v1/primaries/tiny-2020"


@pytest.fixture
def services() -> ScriptedServices:
    return ScriptedServices()


@pytest.fixture
def client(services: ScriptedServices) -> Client:
    return a_client(services)


def test_path_query_and_body_are_one_question(services, client):
    services.answer(SuggestChange, {"suggestion": "s"})

    answer = client.post(
        f"{P}/programmes/KZ-AKM/suggestions",
        json={"section": "roads", "kind": "change", "text": "x", "language": "en"},
    )

    assert answer.status_code == 201
    assert services.questions(SuggestChange) == [
        {
            "primary": "tiny-2020",
            "territory": "KZ-AKM",
            "section": "roads",
            "kind": "change",
            "text": "x",
            "language": "en",
        }
    ]


def test_the_query_is_read_as_the_form_says(services, client):
    client.get(f"{P}/candidates?limit=7&woman=true&young=false&text=12")

    assert services.questions(ListCandidates) == [
        {
            "primary": "tiny-2020",
            "limit": 7,
            "woman": True,
            "young": False,
            "text": "12",
        }
    ]


def test_what_does_not_fit_is_left_for_the_service_to_refuse(services, client):
    client.get(f"{P}/candidates?limit=many&woman=perhaps")

    (question,) = services.questions(ListCandidates)
    assert (question["limit"], question["woman"]) == ("many", "perhaps")


def test_a_number_in_the_path_is_a_number(services, client):
    client.post(f"{P}/stations/s-1/protocols/2/signature", json={})

    (question,) = services.questions(SignProtocol)
    assert question["version"] == 2


def test_a_tracker_in_an_address_may_begin_with_a_slash(services, client):
    client.get(f"{P}/boards/KZ-1/ballots//a+b/c")

    (question,) = services.questions(FindBallot)
    assert question["tracker"] == "/a+b/c"


@pytest.mark.parametrize(
    ("address", "body"),
    [
        (f"{P}/nominations", {"primary": "another"}),
        (f"{P}/nominations?route=self", {"route": "ppo"}),
        (f"{P}/nominations?route=self&route=ppo", {}),
    ],
    ids=["path and body", "query and body", "twice in the query"],
)
def test_a_field_given_twice_is_refused(client, address, body):
    answer = client.post(address, json=body)

    assert (answer.status_code, answer.json["code"]) == (422, "name_twice")


@pytest.mark.parametrize("tracker", ["/" + "a" * 42, "a//" + "b" * 40, "+" * 43])
def test_a_tracker_is_looked_up_whatever_it_is_made_of(services, client, tracker):
    services.answer(FindBallot, {"tracker": tracker, "status": "unknown"})

    client.get(f"{P}/boards/KZ-1/ballots/{tracker.replace('+', '%2B')}")

    assert services.questions(FindBallot)[0]["tracker"] == tracker


@pytest.mark.parametrize("tracker", ["/" + "a" * 42, "a//" + "b" * 40, "+" * 43])
def test_a_proof_is_found_by_any_tracker_too(services, client, tracker):
    client.get(f"{P}/boards/KZ-1/ballots/{tracker.replace('+', '%2B')}/inclusion")

    assert services.questions(ShowInclusion)[0]["tracker"] == tracker
    assert not services.questions(FindBallot)


def test_a_name_that_python_keeps_for_itself_may_stand_in_a_query(services, client):
    client.get(f"{P}/boards/KZ-1/consistency?from=2&to=5")

    (question,) = services.questions(ShowConsistency)
    assert (question["from"], question["to"]) == (2, 5)


def test_a_ballot_is_stamped_with_its_arrival():
    services = ScriptedServices()
    clock = FrozenClock("2020-10-03T07:59:59.5+00:00")
    services.answer(CastBallot, {"tracker": "t"})

    a_client(services, clock=clock).post(f"{P}/ballots", json={"ballot": "b"})

    (question,) = services.questions(CastBallot)
    assert question["arrived_at"] == "2020-10-03T07:59:59.500000Z"


def test_nobody_says_themselves_when_their_ballot_arrived(services, client):
    answer = client.post(
        f"{P}/ballots", json={"ballot": "b", "arrived_at": "2020-10-03T07:00:00Z"}
    )

    assert (answer.status_code, answer.json["code"]) == (422, "field_not_yours")
    assert services.questions(CastBallot) == []


def test_an_error_of_a_service_is_a_problem(services, client):
    services.answer(operations.ShowMe, NotSignedIn(roles="member"))

    answer = client.get(f"{P}/me", headers={"X-Request-Id": "trace-0001"})

    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json == {
        "type": "/problems/not_signed_in",
        "title": "Not signed in",
        "status": 401,
        "detail": "Sign in first: this needs one of these roles: member.",
        "instance": f"{P}/me",
        "code": "not_signed_in",
        "trace_id": "trace-0001",
        "params": {"roles": "member"},
    }


@pytest.mark.parametrize(
    ("accepted", "language", "detail"),
    [
        ("kk-KZ, ru;q=0.8", "kk", "Бұл праймеризде kz-9 сайлауы жоқ."),
        ("ru, en;q=0.5", "ru", "В этих праймериз нет выборов kz-9."),
        ("de", "en", "This primary has no contest kz-9."),
    ],
)
def test_an_error_is_told_in_the_language_that_its_reader_prefers(
    services, client, accepted, language, detail
):
    services.answer(operations.ShowMe, UnknownContest(contest="kz-9"))

    answer = client.get(f"{P}/me", headers={"Accept-Language": accepted})

    assert answer.json["detail"] == detail
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_service_that_is_away_says_when_to_come_back(services, client):
    services.answer(operations.ShowMe, ServiceUnavailable(service="registration"))

    answer = client.get(f"{P}/me")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_bug_tells_nothing_but_a_trace_id(services, client):
    services.answer(operations.ShowMe, ServiceFailed("KeyError: secret"))

    answer = client.get(f"{P}/me")

    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    assert answer.json["trace_id"] == answer.headers["X-Request-Id"]


def test_a_harmful_request_id_is_replaced(client):
    answer = client.get("/api/v1/primaries", headers={"X-Request-Id": "a b<script>"})

    assert len(answer.headers["X-Request-Id"]) == 36


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/primaries//candidates", 404),
        ("DELETE", "/api/v1/primaries", 405),
        ("OPTIONS", f"{P}/candidates", 405),
    ],
)
def test_what_is_not_there_is_a_problem_too(client, method, address, status):
    answer = client.open(address, method=method)

    assert answer.status_code == answer.json["status"] == status
    assert answer.content_type == "application/problem+json"


def test_a_wrong_method_learns_the_right_ones(client):
    allowed = client.delete("/api/v1/primaries").headers["Allow"]

    assert set(allowed.split(", ")) == {"GET", "HEAD", "POST"}


def test_every_answer_carries_the_security_headers(client):
    for address in ("/api/v1/primaries", "/api/v1/nothing", "/", "/static/none.css"):
        headers = client.get(address).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_what_belongs_to_one_person_is_never_kept(client):
    assert client.get(f"{P}/me").headers["Cache-Control"] == "no-store"


def test_a_telephone_shows_the_messages_of_both_services_newest_first(services, client):
    services.answer(
        operations.ReadTelephoneInbox,
        {"items": [_message("code 1", "10:00"), _message("code 2", "10:02")]},
    )
    services.answer(ReadTelephoneInbox, {"items": [_message("cast", "10:01")]})

    answer = client.post(
        "/api/v1/demo/telephone-inbox",
        json={"primary": "tiny-2020", "telephone": "+77010000001"},
    )

    assert [m["text"] for m in answer.json["items"]] == ["code 2", "cast", "code 1"]


def test_the_backlog_is_the_sum_over_the_services(client):
    assert client.get("/api/v1/demo/backlog").json == {
        "unpublished": 12,
        "unread": 12,
        "jobs": 12,
    }


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "backlog"), ("POST", "telephone-inbox")]
)
def test_aids_of_the_demonstration_exist_in_no_other_place(services, method, path):
    client = a_client(services, is_demo=False)
    body = {"primary": "tiny-2020", "telephone": "+77010000001"}

    answer = client.open(
        f"/api/v1/demo/{path}", method=method, json=body if method == "POST" else None
    )

    assert (answer.status_code, answer.json["code"]) == (404, "no_such_resource")
    assert services.asked == []


def test_the_wrong_number_is_told_field_by_field(services, client):
    services.answer(operations.RequestSignInCode, errors.InvalidNumber(reason="x"))
    body = json.dumps({"iin": "1"})

    answer = client.post(
        f"{P}/sign-in-codes", data=body, content_type="application/json"
    )

    assert (answer.status_code, answer.json["code"]) == (422, "invalid_number")


def _message(text: str, at: str) -> dict[str, str]:
    return {"purpose": "x", "text": text, "queued_at": f"2020-09-01T{at}:00Z"}
