"""The public log of the four services is one log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from eventlet.event import Event as Signal
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import ServiceUnavailable
from chassis.shared_operations import ListPublicEvents, asked_of
from chassis.testing import FrozenClock
from contracts.services import SERVICES
from gateway.feed import Feed
from tests.support.gateway import ScriptedServices, a_client

FEED = "/api/v1/events"


def a_log(services: ScriptedServices, minutes: dict[str, list[int]]) -> None:
    """Let each service have said something at these minutes of one day."""
    for service in SERVICES:
        items = [
            an_item(service, position, minute)
            for position, minute in enumerate(minutes.get(service, []), start=1)
        ]
        services.answer(asked_of(ListPublicEvents, service), _page_of(items))


def an_item(service: str, position: int, minute: int) -> dict[str, Any]:
    at = datetime(2020, 9, 1, tzinfo=UTC) + timedelta(minutes=minute)
    return {
        "position": position,
        "id": f"{service}-{position}",
        "type": f"{service}.word_spoken.v1",
        "time": at.isoformat(),
        "region": "KZ-AKM",
        "territory": "KZ-AKM",
        "sequence": position,
        "data": {"primary": "tiny-2020", "territory": "KZ-AKM"},
    }


def _page_of(items: list[dict[str, Any]]):
    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        rest = [item for item in items if item["position"] > asked["after"]]
        return {"items": rest[: asked["limit"]]}

    return answer


@pytest.mark.parametrize("path", [FEED, f"{FEED}/stream", "/api/v1/asyncapi.json"])
def test_the_page_of_any_site_may_read_the_log(path: str):
    services = ScriptedServices()
    a_log(services, {"voting": [2]})

    answer = a_client(services).get(path, buffered=False)

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    answer.close()


def test_events_of_all_services_come_in_the_order_of_time():
    services = ScriptedServices()
    a_log(services, {"registration": [1, 4], "voting": [2], "tally": [3]})

    answer = a_client(services).get(FEED)

    ids = [event["id"] for event in answer.json["items"]]
    assert ids == ["registration-1", "voting-1", "tally-1", "registration-2"]


def test_an_event_has_the_form_of_a_cloud_event():
    services = ScriptedServices()
    a_log(services, {"voting": [5]})

    (event,) = a_client(services).get(FEED).json["items"]

    assert event == {
        "specversion": "1.0",
        "id": "voting-1",
        "source": "/primaries/voting",
        "type": "voting.word_spoken.v1",
        "time": "2020-09-01T00:05:00Z",
        "datacontenttype": "application/json",
        "primary": "tiny-2020",
        "subject": "KZ-AKM",
        "sequence": 1,
        "data": {"primary": "tiny-2020", "territory": "KZ-AKM"},
    }


minutes = st.lists(st.integers(0, 50), max_size=12)


@settings(max_examples=50, deadline=None)
@given(
    log=st.fixed_dictionaries(dict.fromkeys(SERVICES, minutes)),
    limit=st.integers(1, 7),
)
def test_page_by_page_everything_comes_exactly_once_and_in_each_ones_order(log, limit):
    services = ScriptedServices()
    a_log(services, log)
    feed = Feed(services.call, FrozenClock())

    seen: list[str] = []
    after = ""
    while items := (page := _page(feed, after, limit))["items"]:
        seen += [event["id"] for event in items]
        after = page["next"]

    for service in SERVICES:
        own = [one for one in seen if one.startswith(service)]
        assert own == [f"{service}-{n}" for n in range(1, len(log[service]) + 1)]


def test_an_empty_page_keeps_the_place():
    services = ScriptedServices()
    a_log(services, {"campaign": [1]})
    client = a_client(services)
    after = client.get(FEED).json["next"]

    answer = client.get(f"{FEED}?after={after}")

    assert answer.json == {"items": [], "next": after}


@pytest.mark.parametrize("cursor", ["1", "1.2.3", "1.2.3.x", "-1.0.0.0", "٣.0.0.0"])
def test_a_cursor_that_is_not_ours_is_refused(cursor):
    answer = a_client(ScriptedServices()).get(FEED, query_string={"after": cursor})

    assert (answer.status_code, answer.json["code"]) == (422, "cursor_refused")


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "colour=red"])
def test_a_wrong_question_to_the_feed_is_refused_field_by_field(query):
    answer = a_client(ScriptedServices()).get(f"{FEED}?{query}")

    assert (answer.status_code, answer.json["code"]) == (422, "invalid_payload")
    assert answer.json["errors"][0]["pointer"] == f"/{query.split('=')[0]}"


def test_a_reader_asks_for_one_place_and_one_primary():
    services = ScriptedServices()
    a_log(services, {})

    a_client(services).get(f"{FEED}?place=KZ-AKM&primary=tiny-2020&limit=5")

    asked = services.questions(ListPublicEvents)
    assert len(asked) == 4
    assert {(a["place"], a["primary"], a["limit"]) for a in asked} == {
        ("KZ-AKM", "tiny-2020", 5)
    }


def test_a_log_with_a_part_missing_is_no_log():
    services = ScriptedServices()
    a_log(services, {})
    services.answer(
        asked_of(ListPublicEvents, "tally"), ServiceUnavailable(service="tally")
    )

    assert a_client(services).get(FEED).status_code == 503


def test_the_stream_resumes_and_ends_with_the_server():
    services = ScriptedServices()
    a_log(services, {"voting": [1, 2, 3]})
    stopping = Signal()
    client = a_client(services, stopping=stopping)

    answer = client.get(
        f"{FEED}/stream", headers={"Last-Event-ID": "0.0.1.0"}, buffered=False
    )
    parts = iter(answer.response)
    first = [next(parts).decode() for _ in range(3)]
    stopping.send()
    rest = b"".join(parts).decode()

    assert answer.content_type == "text/event-stream"
    assert first[0] == "retry: 3000\n\n"
    assert [part.split("\n")[0] for part in first[1:]] == [
        "id: 0.0.2.0",
        "id: 0.0.3.0",
    ]
    assert rest.endswith(": the server stops\n\n")


def test_the_stream_outlives_a_service_that_is_away():
    services = ScriptedServices()
    a_log(services, {"voting": [1]})
    stopping = Signal()
    answer = a_client(services, stopping=stopping).get(f"{FEED}/stream", buffered=False)
    parts = iter(answer.response)
    next(parts)
    assert next(parts).startswith(b"id: 0.0.1.0")

    voting = asked_of(ListPublicEvents, "voting")
    services.answer(voting, ServiceUnavailable(service="voting"))
    stopping.send()

    assert b"".join(parts).endswith(b": the server stops\n\n")


def _page(feed: Feed, after: str, limit: int) -> dict[str, Any]:
    return feed.page(after=after, limit=limit, place=None, primary=None)
