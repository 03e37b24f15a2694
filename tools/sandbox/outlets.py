"""Where a story is told: at a broker, over HTTP, or both."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import eventlet
from eventlet import wsgi
from kombu import Connection

from chassis.clock import SystemClock
from chassis.errors import ServiceUnavailable
from chassis.events import Envelope, Event
from chassis.operations import Operation
from chassis.publishing import batch_on, connected
from chassis.shared_operations import ListPublicEvents
from chassis.streams import with_streams
from chassis.topology import PUBLIC_EXCHANGE
from contracts.services import load_events
from gateway.app import Application
from tools.deployment.definitions import (
    OPERATOR,
    Platform,
    definitions_for,
    rights_by_user,
)
from tools.deployment.secrets_files import new_password
from tools.private_servers.rabbitmq import Node, import_definitions


class Outlet(Protocol):
    """Somebody to tell events to."""

    def tell(self, events: Sequence[Envelope]) -> None:
        """Tell these; return when they can be read."""
        ...


class BrokerOutlet:
    """Publishes at RabbitMQ, as the services' relays do."""

    def __init__(self, connection: Connection) -> None:
        connection.ensure_connection(max_retries=3)
        PUBLIC_EXCHANGE(connection.default_channel).declare()
        self._batch = with_streams(connection, batch_on(connection))

    def tell(self, events: Sequence[Envelope]) -> None:
        """Publish, and wait for the broker's word."""
        for event in events:
            key = Event.by_type[event.type].public_routing_key(event.data)
            self._batch.publish(event.to_json(), PUBLIC_EXCHANGE.name, key, event.id)
        self._batch.settle()


class FeedOutlet:
    """Stands behind the real gateway as the four services would: only their logs."""

    def __init__(self) -> None:
        self._logs: dict[str, list[dict[str, Any]]] = {}

    def tell(self, events: Sequence[Envelope]) -> None:
        """Put events into the log of the service that tells them."""
        for event in events:
            log = self._logs.setdefault(event.type.partition(".")[0], [])
            log.append(_row(event, position=len(log) + 1))

    def call(
        self,
        operation: type[Operation],
        payload: dict[str, Any],
        token: str | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """What a service answers; a sandbox knows nothing but the public log."""
        if operation.name != ListPublicEvents.name:
            raise ServiceUnavailable
        log = self._logs.get(operation.service, [])
        rest = (row for row in log[payload["after"] :] if _is_asked(row, payload))
        return {"items": list(islice(rest, payload["limit"]))}


def _row(event: Envelope, position: int) -> dict[str, Any]:
    return {
        "position": position,
        "id": event.id,
        "type": event.type,
        "time": event.time.isoformat(),
        "region": event.data["region"],
        "territory": event.data["territory"],
        "sequence": event.sequence,
        "data": event.data,
    }


def _is_asked(row: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    place, primary = asked.get("place"), asked.get("primary")
    here = place in {None, row["region"], row["territory"]}
    return here and primary in {None, row["data"]["primary"]}


@contextmanager
def serving(address: str) -> Iterator[FeedOutlet]:
    """The gateway at HOST:PORT, in front of the story alone."""
    outlet = FeedOutlet()
    host, _, port = address.rpartition(":")
    application = Application(outlet.call, SystemClock(), is_demo=True)
    listener = eventlet.listen((host, int(port)), reuse_port=False)
    server = eventlet.spawn(wsgi.server, listener, application, log_output=False)
    try:
        yield outlet
    finally:
        server.kill()
        listener.close()


@contextmanager
def publishing(uri: str) -> Iterator[BrokerOutlet]:
    """A broker to publish at; its user must be allowed to."""
    with connected(uri) as connection:
        yield BrokerOutlet(connection)


def give_users(
    node: Node, regions: tuple[str, ...], countries: tuple[str, ...], folder: Path
) -> dict[str, str]:
    """Let a private node have a deployment's users; gives the URI of each."""
    load_events()
    platform = Platform(services=(), calls={}, regions=regions, countries=countries)
    passwords = {user: new_password() for user in rights_by_user(platform)}
    path = folder / "definitions.json"
    path.write_text(json.dumps(definitions_for(platform, passwords)), encoding="utf-8")
    import_definitions(node, path)
    place = urlsplit(node.uri)
    return {
        user: f"amqp://{user}:{password}@{place.hostname}:{place.port}/{platform.vhost}"
        for user, password in passwords.items()
    }


def uri_of_teller(uris: Mapping[str, str]) -> str:
    """The user that may publish."""
    return uris[OPERATOR]
