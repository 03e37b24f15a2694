"""What every service can be asked: its public log and its backlog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from kombu import Connection

from chassis.auth import Role
from chassis.clock import SystemClock
from chassis.memory_bus import forget
from chassis.rpc import RpcClient
from chassis.shared_operations import CountBacklog, ListPublicEvents, asked_of
from chassis.testing import (
    a_principal,
    a_token,
    eventually,
    running,
    test_environment,
)
from chassis.topology import declare_consumer, messages_waiting
from tests.integration.chassis import toy

MEMBER = a_token(a_principal(Role.MEMBER), SystemClock())
LOG = asked_of(ListPublicEvents, "speaker")
BACKLOG = asked_of(CountBacklog, "speaker")
NOTHING_LEFT = {"unpublished": 0, "unread": 0, "jobs": 0}


@pytest.fixture
def speaker(tmp_path: Path) -> Iterator[RpcClient]:
    url = f"sqlite:///{tmp_path}/speaker.db"
    engine = sa.create_engine(url)
    toy.SAID.create_all(engine)
    engine.dispose()
    environment = test_environment(tmp_path, PRIMARIES_SPEAKER_DATABASE_URL=url)
    with running(toy.SpeakerService, environment=environment) as client:
        yield client


def test_the_public_log_shows_the_public_part_of_what_was_said(speaker: RpcClient):
    for word in ("first", "second"):
        speaker.call(toy.SayWord, {"word": word}, MEMBER)

    eventually(lambda: len(speaker.call(LOG, {})["items"]) == 2)
    (second,) = speaker.call(LOG, {"after": 1})["items"]

    assert (second["position"], second["data"]["word"]) == (2, "second")
    assert "whisper" not in second["data"]


def test_an_idle_service_has_no_backlog(speaker: RpcClient):
    speaker.call(toy.SayWord, {"word": "hello"}, MEMBER)

    eventually(lambda: speaker.call(BACKLOG, {}) == NOTHING_LEFT)


@pytest.mark.parametrize(
    "bus", ["memory", pytest.param("rabbitmq", marks=pytest.mark.integration)]
)
def test_a_queue_that_nobody_has_made_holds_nothing(
    bus: str, request: pytest.FixtureRequest
) -> None:
    forget()
    is_memory = bus == "memory"
    uri = "memory://" if is_memory else request.getfixturevalue("rabbitmq_vhost")
    with Connection(uri) as connection:
        assert messages_waiting(connection, "listener") == 0

        declare_consumer(connection, "listener")
        producer = connection.Producer()
        for word in "abc":
            producer.publish(word, "listener.events", retry=False)

        eventually(lambda: messages_waiting(connection, "listener") == 3)
    forget()
