"""A service takes on no more than it can do while somebody waits for it."""

from __future__ import annotations

from types import SimpleNamespace

import eventlet
import pytest
from eventlet.event import Event as Signal

from chassis.errors import DomainError, Overloaded, ServiceUnavailable
from chassis.operations import Operation, serves
from chassis.rpc import RpcClient
from chassis.testing import eventually, running
from tests.integration.chassis.toy import WordRequest

pytestmark = pytest.mark.integration


class Ponder(Operation):
    """Think about a word, as long as the test wants."""

    service = "thinker"
    Request = WordRequest
    Response = WordRequest


class Thinker:
    """Thinks about two words at once, and lets three more wait."""

    name = "thinker"
    identity = SimpleNamespace(read=lambda _token: None)
    begun: list[str]
    may_end: Signal

    @serves(Ponder)
    def ponder(self, _principal: object, *, word: str) -> dict[str, str]:
        """Begin, and wait."""
        self.begun.append(word)
        self.may_end.wait()
        return {"word": word}


@pytest.fixture
def environment(rabbitmq_vhost: str) -> dict[str, str]:
    Thinker.begun, Thinker.may_end = [], Signal()
    return {
        "PRIMARIES_AMQP_URI": rabbitmq_vhost,
        "PRIMARIES_MAX_WORKERS": "2",
        "PRIMARIES_MAX_WAITING": "3",
    }


def ask(client: RpcClient, word: str, timeout: float) -> str:
    try:
        return client.call(Ponder, {"word": word}, timeout=timeout)["word"]
    except DomainError as error:
        return error.code


def asking(
    client: RpcClient, count: int, timeout: float
) -> list[eventlet.greenthread.GreenThread]:
    words = (f"word {n}" for n in range(count))
    return [eventlet.spawn(ask, client, word, timeout) for word in words]


def test_what_finds_no_place_is_refused_at_once(environment: dict[str, str]) -> None:
    with running(Thinker, environment=environment) as client:
        answers: list[str] = []
        for asked in asking(client, 40, timeout=60):
            asked.link(lambda done: answers.append(done.wait()))

        eventually(lambda: len(answers) == 35, seconds=30)  # while the others wait
        assert set(answers) == {Overloaded.code}
        Thinker.may_end.send()
        eventually(lambda: len(answers) == 40, seconds=30)

    assert len(Thinker.begun) == 5


def test_a_request_that_outlived_its_caller_is_not_begun(
    environment: dict[str, str],
) -> None:
    with running(Thinker, environment=environment) as client:
        patient = asking(client, 2, timeout=60)
        eventually(lambda: len(Thinker.begun) == 2)
        hasty = asking(client, 3, timeout=1)
        assert {each.wait() for each in hasty} == {ServiceUnavailable.code}

        Thinker.may_end.send()

        assert len({each.wait() for each in patient}) == 2
        assert ask(client, "the last", timeout=30) == "the last"
    assert sorted(Thinker.begun) == ["the last", "word 0", "word 1"]
