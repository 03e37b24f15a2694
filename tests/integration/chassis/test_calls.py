"""Calls whose answers do not come, come late or cannot be sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import eventlet
import pytest
from nameko.rpc import RpcConsumer

from chassis import bus
from chassis.errors import ServiceUnavailable
from chassis.operations import Operation
from chassis.rpc import RpcClient
from chassis.testing import running, test_environment


class AskNobody(Operation):
    """A question to a service that does not exist."""

    service = "nobody"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[RpcClient]:
    with running(environment=test_environment(tmp_path)) as made:
        yield made


def test_a_service_that_is_not_there_is_unavailable_at_the_deadline(
    client: RpcClient,
) -> None:
    began = time.monotonic()

    with pytest.raises(ServiceUnavailable):
        client.call(AskNobody, {}, timeout=0.2)

    assert time.monotonic() - began < 1
    assert client.replies._reply_events == {}


def test_the_deadline_of_a_caller_passes_through_a_call(client: RpcClient) -> None:
    with (
        pytest.raises(eventlet.Timeout, match=r"0\.1 seconds"),
        eventlet.Timeout(0.1),
    ):
        client.call(AskNobody, {}, timeout=5)

    assert client.replies._reply_events == {}


@pytest.fixture
def consumer() -> Any:
    """A service's reader of requests whose reply cannot be sent any more."""
    bus.prepare()
    acknowledged: list[object] = []
    return SimpleNamespace(
        container=SimpleNamespace(config={"AMQP_URI": "amqp://127.0.0.1:1//"}),
        queue_consumer=SimpleNamespace(ack_message=acknowledged.append),
        acknowledged=acknowledged,
    )


def test_a_request_whose_reply_is_lost_does_not_keep_its_place(consumer: Any) -> None:
    request = SimpleNamespace(
        properties={"content_type": "application/json", "reply_to": "somewhere"}
    )

    RpcConsumer.handle_result(consumer, request, {"word": "hello"}, None)

    assert consumer.acknowledged == [request]


def test_a_request_without_a_return_address_is_dropped(consumer: Any) -> None:
    RpcConsumer.handle_result(consumer, SimpleNamespace(properties={}), {}, None)

    assert len(consumer.acknowledged) == 1
