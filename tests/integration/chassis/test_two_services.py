"""Two services on either bus: calls, events, order, poison, errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from chassis.auth import Role
from chassis.clock import SystemClock
from chassis.db import Database
from chassis.errors import InvalidPayload, NotSignedIn, RoleMissing
from chassis.rpc import RpcClient, ServiceFailed
from chassis.testing import (
    a_principal,
    a_token,
    eventually,
    running,
    test_environment,
)
from tests.integration.chassis import toy

MEMBER = a_token(a_principal(Role.MEMBER), SystemClock())
SERVICES = (("speaker", toy.SAID), ("listener", toy.HEARD))
OBSERVER = a_token(a_principal(Role.OBSERVER), SystemClock())


def prepare(name: str, metadata: sa.MetaData, url: str) -> tuple[str, str]:
    engine = sa.create_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    return f"PRIMARIES_{name.upper()}_DATABASE_URL", url


@pytest.fixture
def embedded(tmp_path: Path) -> dict[str, str]:
    return test_environment(tmp_path) | dict(
        prepare(name, metadata, f"sqlite:///{tmp_path}/{name}.db")
        for name, metadata in SERVICES
    )


@pytest.fixture
def production(
    tmp_path: Path, rabbitmq_vhost: str, fresh_database: Callable[[str], str]
) -> dict[str, str]:
    bus = test_environment(tmp_path, PRIMARIES_AMQP_URI=rabbitmq_vhost)
    return bus | dict(
        prepare(name, metadata, fresh_database(name)) for name, metadata in SERVICES
    )


@pytest.fixture(
    params=["embedded", pytest.param("production", marks=pytest.mark.integration)]
)
def services(request: pytest.FixtureRequest) -> Iterator[RpcClient]:
    environment = request.getfixturevalue(request.param)
    with running(
        toy.SpeakerService, toy.ListenerService, environment=environment
    ) as client:
        yield client


def heard(client: RpcClient) -> list[str]:
    return client.call(toy.ListWords, {})["words"]


def test_what_one_service_says_the_other_hears_in_order(services: RpcClient) -> None:
    words = [f"word {n:03}" for n in range(150)]

    for word in words:
        services.call(toy.SayWord, {"word": word}, MEMBER)

    eventually(lambda: len(heard(services)) == len(words))
    assert heard(services) == words


def test_what_another_process_said_is_heard_though_nobody_woke_the_relay(
    embedded: dict[str, str],
) -> None:
    other = Database(embedded["PRIMARIES_SPEAKER_DATABASE_URL"])
    with running(
        toy.SpeakerService, toy.ListenerService, environment=embedded
    ) as client:
        with other.transaction() as session:
            toy.say(session, SystemClock(), "hello")

        eventually(lambda: heard(client) == ["hello"])
    other.close()


def test_an_error_arrives_as_the_class_that_was_raised(services: RpcClient) -> None:
    services.call(toy.SayWord, {"word": "once"}, MEMBER)

    with pytest.raises(toy.AlreadySaid) as refusal:
        services.call(toy.SayWord, {"word": "once"}, MEMBER)

    assert refusal.value.detail == "The word once has been said."


def test_a_bug_tells_its_caller_nothing_but_its_type(services: RpcClient) -> None:
    with pytest.raises(ServiceFailed) as failure:
        services.call(toy.SayAnything, {"word": "crash"})

    assert "secret" not in str(failure.value)


def test_a_form_that_does_not_fit_is_refused_field_by_field(
    services: RpcClient,
) -> None:
    with pytest.raises(InvalidPayload) as refusal:
        services.call(toy.SayWord, {"wrod": 1}, MEMBER)

    problems = refusal.value.params["problems"]
    assert isinstance(problems, list)
    assert {p["pointer"] for p in problems} == {"/word", "/wrod"}


def test_only_who_holds_the_role_may_ask(services: RpcClient) -> None:
    with pytest.raises(NotSignedIn):
        services.call(toy.SayWord, {"word": "hello"})
    with pytest.raises(RoleMissing):
        services.call(toy.SayWord, {"word": "hello"}, OBSERVER)

    assert heard(services) == []


def test_poison_is_put_aside_and_the_rest_goes_on(services: RpcClient) -> None:
    for word in ("before", "poison", "after"):
        services.call(toy.SayWord, {"word": word}, MEMBER)

    eventually(lambda: heard(services) == ["before", "after"])


def test_a_refusal_is_no_error_in_the_log(
    services: RpcClient, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NotSignedIn):
        services.call(toy.SayWord, {"word": "hello"})

    assert [line for line in caplog.records if line.levelname == "ERROR"] == []
