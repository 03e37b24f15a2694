"""A service's parked queue as an operator handles it: look, put back, throw away.

Looking takes messages without acknowledging them; whatever is not acknowledged when
the connection ends lies in the queue as before. Nothing is acknowledged before the
broker has confirmed the copy that goes back to the service.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kombu import Connection

from chassis.events import Envelope, Event
from chassis.parking import Slip, slip_in
from chassis.publishing import batch_on
from chassis.topology import parked_queue

_PLACE = ("primary", "region", "territory")


class HomeUnknown(Exception):
    """A parked message does not say which queue of the service it came from."""


@dataclass(frozen=True, kw_only=True)
class Parked:
    """One message that was put aside."""

    service: str
    message: Any
    slip: Slip
    #: None where the message is no event at all
    envelope: Envelope | None

    @property
    def id(self) -> str:
        """The event's id; of what is no event, the beginning of its digest."""
        if self.envelope:
            return self.envelope.id
        return hashlib.sha256(_bytes(self.message.body)).hexdigest()[:16]

    @property
    def type(self) -> str:
        """The event's type."""
        return self.envelope.type if self.envelope else ""

    @property
    def data(self) -> dict[str, Any]:
        """What it says; nothing where it is no event."""
        said = self.envelope.data if self.envelope else None
        return said if isinstance(said, dict) else {}

    @property
    def home(self) -> str:
        """The queue that it is put back into; raise `HomeUnknown`."""
        queue = self.slip.queue or ""
        own = queue.startswith(f"{self.service}.")
        if not own or queue == parked_queue(self.service).name:
            raise HomeUnknown(self.id)
        return queue

    def shown(self) -> dict[str, Any]:
        """What an operator may see: of the data, only what is public anyway."""
        event = Event.by_type.get(self.type)
        visible = event.public_part(self.data) if event else {}
        place = {name: self.data[name] for name in _PLACE if name in self.data}
        return {
            "service": self.service,
            "id": self.id,
            "type": self.type,
            "time": self.envelope.time.isoformat() if self.envelope else None,
            "parked_from": self.slip.queue,
            "parked_at": self.slip.at,
            "attempts": self.slip.attempts,
            "error": self.slip.error,
            "bytes": len(_bytes(self.message.body)),
            "data": place | visible,
            "not_shown": sorted(set(self.data) - set(place) - set(visible)),
        }


@contextmanager
def parked_in(
    connection: Connection, service: str, most: int
) -> Iterator[list[Parked]]:
    """The messages that a service has put aside, oldest first, at most so many.

    Until the block ends nobody else sees them; then they lie there again, except
    those that were acknowledged. A reader that died while it parked an event parked it
    again: of each event one copy is kept.
    """
    with connection.channel() as channel:
        queue = parked_queue(service)(channel)
        found: dict[str, Parked] = {}
        while len(found) < most and (message := queue.get()) is not None:
            parked = _read(service, message)
            if found.setdefault(parked.id, parked) is not parked:
                message.ack()
        try:
            yield list(found.values())
        finally:
            for each in found.values():
                if not each.message.acknowledged:
                    each.message.requeue()


def put_back(connection: Connection, parked: list[Parked]) -> None:
    """Send messages to where they came from; return when the broker has them.

    Whoever dies in between leaves them in both places: the inbox makes it once.
    """
    homes = [each.home for each in parked]  # all known before any is sent
    batch = batch_on(connection)
    for each, home in zip(parked, homes, strict=True):
        message_id = each.message.properties.get("message_id") or ""
        batch.publish(each.message.body, "", home, message_id)
    batch.settle()
    throw_away(parked)


def throw_away(parked: list[Parked]) -> None:
    """Let the broker forget messages."""
    for each in parked:
        each.message.ack()


def _read(service: str, message: Any) -> Parked:
    try:
        envelope = Envelope.from_json(message.body)
    except (ValueError, KeyError, TypeError):
        envelope = None
    slip = slip_in(message.headers or {})
    return Parked(service=service, message=message, slip=slip, envelope=envelope)


def _bytes(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body
