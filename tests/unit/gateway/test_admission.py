"""Who is let in: a limit that finds itself, and those who vote first."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from werkzeug.test import Client

from contracts.registration.operations import ListPrimaries
from gateway.admission import CASTING, Admission
from gateway.errors import Overloaded
from gateway.pages.site import PAGES
from gateway.routes import ROUTES
from tests.support.gateway import ScriptedServices, an_application

BALLOTS = "/api/v1/primaries/p/ballots"
HOME = "/p/"


class Crowd:
    """Requests that take as long as a test says, at a clock that it moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.admission = Admission(lambda: self.now)

    def come(self, path: str, count: int, seconds: float) -> int:
        """So many at once; returns how many were let in."""
        admitted = 0
        with ExitStack() as places:
            for _ in range(count):
                try:
                    places.enter_context(self.admission.place_for(path))
                except Overloaded:
                    continue
                admitted += 1
            self.now += seconds
        return admitted


def test_a_limit_falls_while_requests_take_too_long():
    crowd = Crowd()

    admitted = [crowd.come(BALLOTS, 100, seconds=1.0) for _ in range(10)]

    assert admitted == sorted(admitted, reverse=True)
    assert admitted[0] >= 2 * admitted[-1] > 0


def test_a_limit_grows_again_when_they_do_not():
    crowd = Crowd()
    for _ in range(10):
        crowd.come(BALLOTS, 100, seconds=1.0)

    admitted = [crowd.come(BALLOTS, 100, seconds=0.26) for _ in range(30)]

    assert admitted[-1] == 100


@pytest.mark.parametrize(("others", "seconds"), [(20, 0.25), (1, 5.0)])
def test_when_the_crowd_has_gone_a_few_at_once_find_places(others: int, seconds: float):
    crowd = Crowd()
    for _ in range(20):
        crowd.come(HOME, 1000, seconds=1.0)

    for _ in range(others):
        assert crowd.come(HOME, 1, seconds=0.01) == 1
        crowd.now += seconds

    assert crowd.come(HOME, 30, seconds=0.01) == 30


def test_a_limit_settles_at_what_the_platform_does_in_time():
    """A hundred a second: 0.3 s are thirty requests."""
    crowd = Crowd()

    for _ in range(50):
        places = crowd.come(BALLOTS, 100, seconds=0.0)
        crowd.now += places / 100
        with ExitStack() as stack:  # they end only now
            for _ in range(places):
                stack.enter_context(crowd.admission.place_for(BALLOTS))
            crowd.now += places / 100

    assert crowd.come(BALLOTS, 100, seconds=0.0) in range(20, 40)


def test_who_reads_makes_room_for_who_votes():
    crowd = Crowd()
    for _ in range(10):
        crowd.come(BALLOTS, 100, seconds=1.0)

    assert 0 < crowd.come(HOME, 100, seconds=0.01) < 20


def test_a_crowd_of_readers_keeps_nobody_from_voting():
    crowd = Crowd()

    for _ in range(10):
        crowd.come(HOME, 1000, seconds=1.0)

    assert crowd.come(BALLOTS, 30, seconds=0.1) == 30


def test_when_nothing_ends_at_all_nobody_more_is_let_in():
    crowd = Crowd()
    with ExitStack() as stuck:
        for _ in range(20):
            stuck.enter_context(crowd.admission.place_for(BALLOTS))
        for _ in range(20):
            crowd.now += 0.3
            crowd.come(HOME, 1, seconds=0.0)

        assert crowd.come(BALLOTS, 1, seconds=0.0) == 0


def test_a_place_is_given_back_by_whatever_fails():
    crowd = Crowd()

    for _ in range(500):
        with pytest.raises(LookupError), crowd.admission.place_for(BALLOTS):
            raise LookupError


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/primaries/p/ballots",
        "/api/v1/primaries/p/confirmation-codes",
        "/api/v1/primaries/p/sign-in-codes",
        "/api/v1/primaries/p/sessions",
        "/api/v1/primaries/p/me/credential",
        "/p/sign-in",
        "/p/vote",
    ],
)
def test_what_casting_takes_is_known_by_its_address(path: str):
    assert CASTING.fullmatch(path)


def test_everything_else_only_reads():
    addresses = [*(f"/api/v1{r.path}" for r in ROUTES), *(p.address for p in PAGES)]
    casting = {each for each in addresses if CASTING.fullmatch(each)}

    assert {each.rsplit("/", 1)[-1] for each in casting} == {
        *("ballots", "spoiled-ballots", "confirmation-codes"),
        *("sign-in-codes", "sessions", "sign-in", "vote"),
        *("credential", "nominations", "supports"),
    }


class Refusing(Admission):
    """Lets nobody in."""

    def __init__(self) -> None:
        super().__init__(lambda: 0.0)
        for budget in (self._casting, self._reading):
            budget.limit = 0


@pytest.fixture
def services() -> ScriptedServices:
    return ScriptedServices()


@pytest.fixture
def client(services: ScriptedServices) -> Client:
    return Client(an_application(services, admission=Refusing()))


def test_who_is_turned_away_hears_when_to_come_again(services, client):
    answer = client.get("/api/v1/primaries", headers={"X-Request-Id": "a-known-id"})

    assert answer.status_code == 503
    assert answer.json["code"] == "overloaded"
    assert answer.json["trace_id"] == answer.headers["X-Request-Id"] == "a-known-id"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not services.questions(ListPrimaries)


def test_they_do_not_all_come_again_at_once(client):
    wished = {int(client.get(HOME).headers["Retry-After"]) for _ in range(100)}

    assert wished == {1, 2, 3, 4}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_page_says_it_in_the_reader_s_language(client, language: str):
    first = client.get(f"{HOME}?lang={language}&secret=1")
    again = client.get(HOME, headers={"Accept-Language": language})

    assert first.status_code == 503
    assert f'<html lang="{language}">' in first.text
    assert first.data == again.data
    assert "secret" not in first.text


def test_the_page_tries_again_by_itself_but_never_sends_a_form_again(client):
    looked = client.get(f"{HOME}?lang=en")
    sent = client.post(f"{HOME}?lang=en", data={"do": "sign-in"})

    assert 'data-retry="10"' in looked.text
    assert "within 10 seconds" in looked.text
    assert sent.status_code == 503
    assert "data-retry" not in sent.text
    assert "has not been taken" in sent.text
