"""A crowd that reads the same thing is one question; memory stays bounded."""

from __future__ import annotations

import eventlet
import pytest
from eventlet import GreenPool

from chassis.errors import ServiceUnavailable
from chassis.testing import FrozenClock
from contracts.registration.operations import ReadSession, ShowPrimary
from gateway.bounded import Memory, Shared
from gateway.pages.assets import asset
from tests.support.gateway import ScriptedServices, a_client, a_holder

ADDRESS = "/api/v1/primaries/tiny-2020"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


def test_a_public_read_is_tagged_and_need_not_be_sent_twice():
    services = ScriptedServices()
    client = a_client(services)
    first = client.get(ADDRESS)

    second = client.get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, max-age=1"
    assert (second.status_code, second.data) == (304, b"")
    assert len(services.questions(ShowPrimary)) == 1


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        (ADDRESS, "1"),
        (f"{ADDRESS}/turnout", "2"),
        (asset("app.css").url, "2"),
        ("/help", "2"),
        ("/help?lang=ru", None),  # sets a cookie
        ("/sign-in", None),
        (f"{ADDRESS}/me", None),
        (f"{ADDRESS}/nowhere", None),
    ],
)
def test_nginx_may_show_again_what_anybody_may_be_shown(path: str, seconds: str | None):
    services = ScriptedServices()
    services.answer(ReadSession, a_holder())
    headers = {"Authorization": "Bearer s"} if path.endswith("/me") else {}

    answer = a_client(services).get(path, headers=headers)

    assert answer.headers.get("X-Accel-Expires") == seconds


def test_another_answer_has_another_tag(clock):
    services = ScriptedServices()
    client = a_client(services, clock=clock)
    first = client.get(ADDRESS)
    services.answer(ShowPrimary, {"primary": "tiny-2020", "zone": "Asia/Oral"})
    clock.tick(seconds=2)

    second = client.get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]})

    assert (second.status_code, second.json["zone"]) == (200, "Asia/Oral")


def test_a_simulated_clock_that_jumps_makes_answers_stale(clock):
    services = ScriptedServices()
    client = a_client(services, clock=clock)
    client.get(ADDRESS)
    clock.tick(days=1)
    client.get(ADDRESS)

    assert len(services.questions(ShowPrimary)) == 2


def test_who_has_signed_in_may_insist_on_the_present_state():
    services = ScriptedServices()
    client = a_client(services)
    expires_at = "2030-01-01T00:00:00Z"
    services.answer(ReadSession, a_holder(expires_at=expires_at))
    client.get(ADDRESS)

    client.get(ADDRESS, headers={"Cache-Control": "no-cache"})
    asked_by_nobody = len(services.questions(ShowPrimary))
    signed_in = {"Cache-Control": "no-cache", "Authorization": "Bearer s"}
    client.get(ADDRESS, headers=signed_in)

    assert (asked_by_nobody, len(services.questions(ShowPrimary))) == (1, 2)


def test_a_crowd_asks_once():
    services = ScriptedServices()
    client = a_client(services)

    def slowly(_payload):
        eventlet.sleep(0.05)
        return {"primary": "tiny-2020"}

    services.answer(ShowPrimary, slowly)
    answers = list(GreenPool().imap(lambda _: client.get(ADDRESS).json, range(20)))

    assert answers == [{"primary": "tiny-2020"}] * 20
    assert len(services.questions(ShowPrimary)) == 1


def test_a_crowd_fails_together_and_the_next_one_asks_again(clock):
    shared: Shared[str] = Shared(clock, 10)

    def fail() -> str:
        eventlet.sleep(0.01)
        raise ServiceUnavailable(service="tally")

    pool = GreenPool()
    asking = [pool.spawn(_outcome, shared, fail) for _ in range(3)]

    assert {asked.wait() for asked in asking} == {"ServiceUnavailable"}
    assert shared.ask("key", lambda: "answer", 1.0) == "answer"


def test_the_least_used_is_forgotten_first(clock):
    memory: Memory[str] = Memory(clock, most=3)
    for key in "abc":
        memory.keep(key, key.upper(), 10.0)
    memory.find("a")
    memory.keep("d", "D", 10.0)

    assert [memory.find(key) for key in "abcd"] == ["A", None, "C", "D"]


def test_what_is_larger_than_the_memory_is_not_kept(clock):
    memory: Memory[str] = Memory(clock, most=3)
    memory.keep("a", "A", 10.0)
    memory.keep("b", "B", 10.0, size=4)

    assert (memory.find("a"), memory.find("b")) == ("A", None)


def test_time_passes_for_what_is_kept(clock):
    memory: Memory[str] = Memory(clock, most=3)
    memory.keep("a", "A", 0.01)
    eventlet.sleep(0.02)

    assert memory.find("a") is None


def _outcome(shared: Shared[str], question) -> str:
    try:
        return shared.ask("key", question, 1.0)
    except ServiceUnavailable as error:
        return type(error).__name__
