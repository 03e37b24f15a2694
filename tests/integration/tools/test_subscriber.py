"""A subscriber at RabbitMQ hears its territory, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import eventlet
import pytest
from kombu import Connection

from chassis.topology import PUBLIC_EXCHANGE
from tools.subscriber import heard

pytestmark = pytest.mark.integration
KEYS = (
    "KZ-AKM.KZ-111000000.voting.turnout_updated.v1",
    "KZ-KUS.KZ-392400000.voting.turnout_updated.v1",
    "KZ-AKM.KZ-AKM.campaign.programme_published.v1",
    "KZ.KZ.registration.lot_drawn.v1",
)


@pytest.mark.parametrize(
    ("territory", "expected"),
    [("KZ-AKM", [0, 2]), ("KZ-111000000", [0]), ("KZ", [3])],
)
def test_a_territory_hears_its_own_events(
    rabbitmq_vhost: str, territory: str, expected: list[int]
):
    received: list[dict[str, Any]] = []

    def listen() -> None:
        for event in heard(rabbitmq_vhost, territory):
            received.append(event)  # noqa: PERF402 (it never ends by itself)

    listener = eventlet.spawn(listen)
    with Connection(rabbitmq_vhost) as connection, eventlet.Timeout(20):
        PUBLIC_EXCHANGE(connection.default_channel).declare()
        while len(received) < len(expected):
            publish_all(connection)
            eventlet.sleep(0.2)
    listener.kill()

    numbers = [event["number"] for event in received]
    assert sorted(set(numbers)) == expected


def publish_all(connection: Connection) -> None:
    for number, key in enumerate(KEYS):
        connection.Producer().publish(
            json.dumps({"number": number}),
            exchange=PUBLIC_EXCHANGE,
            routing_key=key,
            content_type="application/json",
            content_encoding="utf-8",
        )
