"""Staying signed in: pages know when a session ends, and ask for more."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from chassis.testing import FrozenClock
from contracts.registration.errors import SessionEnded
from contracts.registration.operations import KeepSession, ReadSession
from tests.support.gateway import Browser, ScriptedServices, a_holder

P = "/tiny-2020"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def services(clock: FrozenClock) -> ScriptedServices:
    services = ScriptedServices()
    ends_at = (clock.now() + timedelta(seconds=90)).isoformat()
    services.answer(ReadSession, a_holder(ends_at=ends_at))
    return services


@pytest.fixture
def member(services: ScriptedServices, clock: FrozenClock) -> Browser:
    return Browser(services, session="the-session", clock=clock)


def test_every_page_of_somebody_signed_in_knows_when_that_ends(member):
    page = member.get(f"{P}/").text

    assert re.search(r'role="status" data-ending="90"', page)
    assert f'action="{P}/stay"' in page


def test_the_pages_of_others_say_nothing_of_an_end(services):
    page = Browser(services).get(f"{P}/").text

    assert "data-ending" not in page
    assert "/stay" not in page


@pytest.mark.parametrize(
    ("address", "holder"),
    [(f"{P}/stay", a_holder()), ("/stay", a_holder("administrator", primary=""))],
)
def test_whoever_asks_stays_signed_in_for_longer(services, clock, address, holder):
    services.answer(ReadSession, holder)
    later = clock.now() + timedelta(hours=8)
    services.answer(KeepSession, {"ends_at": later.isoformat()})
    browser = Browser(services, session="the-session", clock=clock)
    browser.get(address)
    asked_before = len(services.questions(ReadSession))

    answer = browser.send("")

    assert answer.status_code == 200
    assert services.questions(KeepSession) == [{"session": "the-session"}]
    assert f'data-left="{8 * 3600}"' in answer.text
    browser.get(address)
    assert len(services.questions(ReadSession)) == asked_before + 1


def test_a_session_that_has_ended_is_not_kept(services, member):
    member.get(f"{P}/stay")
    services.answer(KeepSession, SessionEnded())

    answer = member.send("")

    assert answer.status_code == 401
    assert "data-left" not in answer.text
