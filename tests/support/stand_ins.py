"""Services that stand in for others, with an outbox that a test fills.

A test writes by the running service's own database, for its commits wake the relay;
what is written over another connection lies there until the relay looks by itself.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar

import sqlalchemy as sa
from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.db import Database, new_metadata
from chassis.events import Event, on
from chassis.service import Service
from chassis.tables import add_bus_tables
from chassis.topology import events_heard

#: the events that came, each with its facts
Heard = list[tuple[type[Event], Any]]
_METADATA = new_metadata()
add_bus_tables(_METADATA)


def make_tables(url: str) -> str:
    """Give a stand-in its tables; the URL again."""
    engine = sa.create_engine(url)
    _METADATA.create_all(engine)
    engine.dispose()
    return url


class _InHand(DependencyProvider):
    """Keeps the database of a service within a test's reach while it runs."""

    databases: ClassVar[dict[str, Database]] = {}

    def start(self) -> None:
        """Called once."""
        service = self.container.service_cls
        self.databases[service.name] = service.database_of(self.container)


class StandIn(Service):
    """The base of those who stand in."""

    in_hand = _InHand()


def database_of(service: str) -> Database:
    """The database of the stand-in that runs just now."""
    return _InHand.databases[service]


def listening(service: str, heard: Heard) -> Any:
    """Handlers that remember every event meant for a service."""

    def remembering(event: type[Event]) -> Any:
        def remember(session: Session, clock: Clock, facts: Any) -> None:
            heard.append((event, facts))

        return on(event)(remember)

    handlers = {event.__name__: remembering(event) for event in events_heard(service)}
    return SimpleNamespace(**handlers)
