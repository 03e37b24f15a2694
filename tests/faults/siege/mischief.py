"""What comes over the bus and should not: poison, copies, a calendar of yesterday."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from random import Random
from typing import Any

from kombu import Connection, Exchange, Queue

from chassis.bus import CONNECTION_ERRORS
from chassis.events import Envelope, Event
from chassis.ids import new_id
from chassis.publishing import NotTaken, batch_on
from chassis.topology import exchange_of, parked_queue
from contracts.registration.events import CalendarChanged
from contracts.voting.events import BallotAccepted
from tests.faults.siege.servers import Result, until_it_works
from tools.environment import SERVICES

_TAP = "siege.tap"
_ROUNDS = 3  # how often copies are sent again
_MOST = 60  # copies in one round


@dataclass(kw_only=True)
class Mischief:
    """Somebody with the operator's rights who sends what nobody should."""

    bus: str
    chance: Random
    #: by consumer, the ids of the events that it cannot handle
    poison: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    copies: int = 0

    def tap(self) -> None:
        """Begin to keep a copy of whatever the services tell each other."""
        with self._connection() as connection:
            tap = Queue(_TAP, durable=True, max_length=5000)
            tap(connection.default_channel).queue_declare()
            for service in SERVICES:
                source = Exchange(exchange_of(service).name, "topic", no_declare=True)
                tap(connection.default_channel).bind_to(source, routing_key="#")

    def send_poison(self) -> int:
        """Plant an event that is in order and cannot be handled; returns how many."""
        event, data = self.chance.choice([_calendar_of_nowhere(), _ballot_of_nowhere()])
        envelope = _envelope(event, data)
        for consumer in event.consumers:
            self.poison[consumer].add(envelope.id)
        _in_the_end(lambda: self._publish(event, envelope))
        return len(event.consumers)

    def send_copies(self) -> int:
        """Deliver again what was delivered before; returns how many messages."""
        kept = _in_the_end(self._read_tap)
        chosen = self.chance.sample(kept, min(_MOST, len(kept)))
        for _ in range(_ROUNDS):
            _in_the_end(lambda: self._send_again(chosen))
        self.copies += _ROUNDS * len(chosen)
        return _ROUNDS * len(chosen)

    def send_old_calendar(self, primary: str, country: str, calendar: Any) -> None:
        """A calendar that is no longer true arrives, as if it were news."""
        data = {"primary": primary, "region": country, "territory": country}
        data |= {"calendar": calendar, "version": calendar["version"], "reason": "Late"}
        envelope = _envelope(CalendarChanged, CalendarChanged.form(data))
        _in_the_end(lambda: self._publish(CalendarChanged, envelope))

    def parked(self) -> dict[str, list[str]]:
        """The ids of what each service has parked; it stays there."""
        with self._connection() as connection:
            return {name: _ids_parked(connection, name) for name in SERVICES}

    def _read_tap(self) -> list[Any]:
        with self._connection() as connection, closing(_tapped(connection)) as seen:
            return list(islice(seen, 5 * _MOST))

    def _publish(self, event: type[Event], envelope: Envelope) -> None:
        exchange = exchange_of(event.service).name
        key = event.routing_key(event.shard_of(envelope.data))
        with self._connection() as connection:
            batch = batch_on(connection)
            batch.publish(envelope.to_json(), exchange, key, envelope.id)
            batch.settle()

    def _send_again(self, messages: list[Any]) -> None:
        with self._connection() as connection:
            batch = batch_on(connection)
            for message in messages:
                info = message.delivery_info
                batch.publish(
                    message.body,
                    info["exchange"],
                    info["routing_key"],
                    message.properties["message_id"],
                )
            batch.settle()

    def _connection(self) -> Connection:
        return Connection(self.bus, connect_timeout=5)


def _in_the_end(work: Callable[[], Result]) -> Result:
    """The broker may still be recovering from what was done to it before."""
    return until_it_works(work, NotTaken, *CONNECTION_ERRORS)


def _tapped(connection: Connection) -> Iterator[Any]:
    queue = Queue(_TAP, durable=True, max_length=5000)(connection.default_channel)
    while message := queue.get(no_ack=True):
        yield message


def _ids_parked(connection: Connection, consumer: str) -> list[str]:
    """Read without acknowledging: closing the channel puts all back."""
    ids: list[str] = []
    with connection.channel() as channel:
        queue = parked_queue(consumer)(channel)
        while message := queue.get(no_ack=False):
            ids.append(json.loads(message.body)["id"])
    return ids


def _envelope(event: type[Event], data: dict[str, Any]) -> Envelope:
    return Envelope(
        id=str(new_id()),
        type=event.type,
        time=datetime(2022, 3, 11, tzinfo=UTC),
        data=data,
    )


def _calendar_of_nowhere() -> tuple[type[Event], dict[str, Any]]:
    place = {"primary": "nowhere", "region": "XX", "territory": "XX"}
    calendar: dict[str, Any] = {"version": 2, "phases": {}, "instants": {}}
    return CalendarChanged, place | {
        "calendar": calendar,
        "version": 2,
        "reason": "Nobody knows this primary.",
    }


def _ballot_of_nowhere() -> tuple[type[Event], dict[str, Any]]:
    """No database has room for the name of this board."""
    board = "nowhere-" * 20
    return BallotAccepted, {
        "primary": "nowhere",
        "region": "XX",
        "territory": "XX",
        "district": "XX",
        "board": board,
        "record": {"height": 1, "type": "Ballot", "hash": "0", "event": "", "data": []},
    }
