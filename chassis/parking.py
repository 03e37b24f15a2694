"""Putting an event aside, with a slip that tells who looks at it later why.

The slip travels as headers of the message in the parked queue. Of an error only its
type and place are written: its message may quote what nobody should read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import eventlet
import structlog

from chassis.metrics import EVENTS_PARKED
from chassis.publishing import batch_on, connected
from chassis.telemetry import place_of
from chassis.topology import parked_exchange

log = structlog.get_logger()

_DEADLINE = 20.0  # seconds; the broker may be frozen

_QUEUE = "parked-from"
_AT = "parked-at"
_ATTEMPTS = "parked-attempts"
_ERROR = "parked-error"

#: of a message that cannot even be read as an event
NO_EVENT = "no event"


@dataclass(frozen=True, kw_only=True)
class Slip:
    """Where a parked message came from, since when it lies there, and why."""

    queue: str | None = None
    at: str | None = None
    attempts: int | None = None
    error: str | None = None

    @classmethod
    def of(
        cls, queue: str, at: datetime, attempts: int, error: BaseException | None
    ) -> Slip:
        """What a reader knows when it gives up."""
        why = place_of(error) if error else NO_EVENT
        when = at.isoformat(timespec="seconds")
        return cls(queue=queue, at=when, attempts=attempts, error=why)

    def as_headers(self) -> dict[str, Any]:
        """The headers to publish it with."""
        said = {
            _QUEUE: self.queue,
            _AT: self.at,
            _ATTEMPTS: self.attempts,
            _ERROR: self.error,
        }
        return {name: value for name, value in said.items() if value is not None}


def put_aside(
    uri: str, consumer: str, message: Any, routing_key: str, slip: Slip
) -> None:
    """Publish a copy to the consumer's parked queue; return when the broker has it."""
    message_id = message.properties.get("message_id") or ""
    place = parked_exchange(consumer).name
    with connected(uri) as connection, eventlet.Timeout(_DEADLINE):
        batch = batch_on(connection)
        batch.publish(message.body, place, routing_key, message_id, slip.as_headers())
        batch.settle()
    EVENTS_PARKED.labels(service=consumer).inc()
    log.error("event_parked", service=consumer, message=message_id)


def slip_in(headers: Mapping[str, Any]) -> Slip:
    """What a parked message's headers say: a reader's words, or the broker's own.

    The broker parks by itself what was delivered too often (`x-death`).
    """
    if _QUEUE in headers:
        return Slip(
            queue=headers[_QUEUE],
            at=headers.get(_AT),
            attempts=headers.get(_ATTEMPTS),
            error=headers.get(_ERROR),
        )
    deaths = headers.get("x-death") or []
    return _slip_of_death(deaths[0]) if deaths else Slip()


def _slip_of_death(death: Mapping[str, Any]) -> Slip:
    """The broker's times are in UTC and without a zone, to the second."""
    at = death.get("time")
    return Slip(
        queue=death.get("queue"),
        at=f"{at.isoformat()}+00:00" if isinstance(at, datetime) else None,
        error=f"broker: {death.get('reason')}",
    )
