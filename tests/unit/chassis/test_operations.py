"""An operation answers with what was asked, or with a typed error, never a text."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.errors import (
    Conflict,
    InvalidPayload,
    ServiceFailed,
    ServiceUnavailable,
    SimultaneousChange,
)
from chassis.operations import Operation, serves
from chassis.service import every
from tests.integration.chassis.toy import AlreadySaid, WordRequest

SECRET = "Key (iin)=(850312401235) already exists."


class Echo(Operation):
    service = "speaker"
    Request = WordRequest
    Response = WordRequest


SERVICE: Any = SimpleNamespace(
    name="speaker", identity=SimpleNamespace(read=lambda _token: None)
)


def ask(method: Callable[..., Any], payload: object = None, **more: Any) -> Any:
    payload = {"word": "hello"} if payload is None else payload
    return serves(Echo)(method)(SERVICE, payload, **more)


def echo(_self: object, _principal: object, *, word: str) -> dict[str, str]:
    return {"word": word}


def raising(error: BaseException) -> Callable[..., Any]:
    def method(_self: object, _principal: object, *, word: str) -> None:
        raise error

    return method


def lost_connection() -> DBAPIError:
    return DBAPIError("SELECT", {}, Exception(SECRET), connection_invalidated=True)


def too_large_for_an_index() -> OperationalError:
    cause = Exception(SECRET)
    cause.pgcode = "54000"  # pyright: ignore[reportAttributeAccessIssue] (the driver's)
    return OperationalError("INSERT", {}, cause)


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (AlreadySaid(word="hello"), Conflict),
        (IntegrityError("INSERT", {}, Exception(SECRET)), SimultaneousChange),
        (DataError("INSERT", {}, Exception(SECRET)), InvalidPayload),
        (OverflowError(SECRET), InvalidPayload),
        (OperationalError("SELECT", {}, Exception(SECRET)), ServiceUnavailable),
        (lost_connection(), ServiceUnavailable),
        (too_large_for_an_index(), InvalidPayload),
        (PoolTimeout(SECRET), ServiceUnavailable),  # no free connection in the pool
        (eventlet.Timeout(), ServiceUnavailable),
        (ValueError(SECRET), ServiceFailed),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_every_failure_has_an_answer_without_its_text(
    error: BaseException, answer: type[Exception], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(answer) as raised:
        ask(raising(error))

    assert "850312401235" not in str(raised.value)
    assert "850312401235" not in "".join(capsys.readouterr())


def test_a_bug_is_named_by_its_type_and_place_in_the_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(ServiceFailed, match=r"^KeyError$"):
        ask(raising(KeyError(SECRET)))

    assert "KeyError at test_operations.py" in capsys.readouterr().out


def test_who_loses_a_race_answers_by_what_the_other_did() -> None:
    tries: list[str] = []

    def say(_self: object, _principal: object, *, word: str) -> Any:
        tries.append(word)
        if len(tries) == 1:  # the same was said elsewhere since we looked
            raise IntegrityError("INSERT", {}, Exception(SECRET))
        raise AlreadySaid(word=word)

    with pytest.raises(AlreadySaid):
        ask(say)

    assert tries == ["hello"] * 2


def test_a_call_whose_caller_has_gone_is_not_begun() -> None:
    begun: list[str] = []

    with pytest.raises(ServiceUnavailable):
        ask(lambda *_a, **_k: begun.append("work"), until=time.time() - 1)

    assert begun == []


def test_a_callers_clock_may_be_a_little_slow() -> None:
    assert ask(echo, until=time.time() + 20) == {"word": "hello"}


@pytest.mark.parametrize("word", ["nul \x00", "half \ud800"])
def test_a_text_that_no_database_takes_is_refused_by_name(word: str) -> None:
    with pytest.raises(InvalidPayload) as refusal:
        ask(echo, {"word": word})

    problems = refusal.value.params["problems"]
    assert isinstance(problems, list)
    assert [problem["pointer"] for problem in problems] == ["/word"]


@pytest.mark.parametrize("payload", [None, [], "hello", 7, {"word": ["\x00"]}])
def test_whatever_is_no_form_is_refused(payload: object) -> None:
    with pytest.raises(InvalidPayload):
        serves(Echo)(echo)(SERVICE, payload)


@pytest.mark.parametrize("error", [ValueError(SECRET), eventlet.Timeout()], ids=str)
def test_a_job_that_fails_is_logged_and_has_its_next_turn(
    error: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    class Jobs:
        db = None

        @every(1)
        def work(self) -> None:
            raise error

    Jobs().work()

    line = capsys.readouterr().out
    assert "job_failed" in line
    assert "850312401235" not in line
