"""Events of the public log, as a regional system receives them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from kombu import Connection

from chassis.events import Envelope
from chassis.publishing import Batch, batch_on
from chassis.streams import with_streams
from chassis.topology import PUBLIC_EXCHANGE
from tools.subscriber.received import Received

_SINCE = datetime(2020, 10, 1, tzinfo=UTC)
TYPE = "voting.turnout_updated.v1"


def an_event(
    sequence: int = 1,
    *,
    territory: str = "KZ-111000000",
    region: str = "KZ-AKM",
    kind: str = TYPE,
    **more: Any,
) -> dict[str, Any]:
    """A public event's envelope."""
    place = {"primary": "tiny-2020", "region": region, "territory": territory}
    facts = {"district": territory, "eligible": 400, "online": sequence, "paper": 0}
    text = Envelope(
        id=f"{territory}-{kind}-{sequence}",
        type=kind,
        time=_SINCE + timedelta(minutes=sequence),
        data=place | facts,
        sequence=sequence,
    ).to_json()
    return json.loads(text) | more


def received(sequence: int = 1, **more: Any) -> Received:
    """The same, as a reader goes by it."""
    return Received.from_envelope(an_event(sequence, **more))


def publish(connection: Connection, *events: dict[str, Any]) -> None:
    """Publish as a relay does, each region's stream made before."""
    send(with_streams(connection, batch_on(connection)), *events)


def send(batch: Batch, *events: dict[str, Any]) -> None:
    """Publish, whether or not there is a stream."""
    for event in events:
        data = event["data"]
        key = f"{data['region']}.{data['territory']}.{event['type']}"
        batch.publish(json.dumps(event), PUBLIC_EXCHANGE.name, key, event["id"])
    batch.settle()
