"""What every service inherits: its database, clock, identity, relay and log feed.

A service class names itself, its handlers, and has one method per operation:

    class CampaignService(Service):
        name = "campaign"
        handlers = handlers

        @serves(SuggestChange)
        def suggest_change(self, principal, **suggestion):
            with self.db.transaction() as session:
                return suggestions.suggest_change(session, self.clock, …)
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar, cast

import eventlet.tpool
from kombu import Connection
from nameko.extensions import DependencyProvider

from chassis import inbox, outbox, topology
from chassis.auth import Identity
from chassis.clock import Clock
from chassis.config import Settings
from chassis.db import Database
from chassis.jobs import every, when
from chassis.operations import serves
from chassis.relays import OutboxRelay
from chassis.shared_operations import CountBacklog, ListPublicEvents
from chassis.subscriptions import Subscriptions, subscriptions
from chassis.vault import Vault
from chassis.watch import Watch


class SettingsProvider(DependencyProvider):
    """The settings that the composition root gave the container."""

    def get_dependency(self, worker_ctx: object) -> Settings:
        """The service's settings."""
        return self.container.config["settings"]


class ClockProvider(DependencyProvider):
    """The clock of the process."""

    def get_dependency(self, worker_ctx: object) -> Clock:
        """The clock."""
        return self.container.config["settings"].clock


class IdentityProvider(DependencyProvider):
    """Reads who is asking."""

    def setup(self) -> None:
        """Called once: the key does not change while the process lives."""
        settings: Settings = self.container.config["settings"]
        self._identity = Identity(
            key=settings.principal_public_key, clock=settings.clock
        )

    def get_dependency(self, worker_ctx: object) -> Identity:
        """The reader of principals."""
        return self._identity


class DatabaseProvider(DependencyProvider):
    """The service's database."""

    def setup(self) -> None:
        """Called once, before anything of the container starts."""
        self.database = Database(self.container.config["settings"].database_url)

    def stop(self) -> None:
        """Called when the workers have ended."""
        self.database.close()

    def get_dependency(self, worker_ctx: object) -> Database:
        """The database."""
        return self.database


class BacklogProvider(DependencyProvider):
    """Counts the events that wait for this service, at the broker and in hand."""

    def get_dependency(self, worker_ctx: object) -> Callable[[], int]:
        """A function that counts."""
        return self._count

    def _count(self) -> int:
        service = self.container.service_name
        at_hand = sum(
            entrypoint.unfinished()
            for entrypoint in self.container.entrypoints
            if isinstance(entrypoint, Subscriptions)
        )
        with Connection(self.container.config["AMQP_URI"]) as connection:
            return at_hand + topology.messages_waiting(connection, service)


class AtStart(DependencyProvider):
    """Something slow, done once in a thread while the service begins to serve."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work

    def start(self) -> None:
        """Called once; should the work fail, the process ends."""
        self.container.spawn_managed_thread(self._run)

    def _run(self) -> None:
        eventlet.tpool.execute(self._work)


class Service:
    """The base of the four services."""

    name: ClassVar[str]
    #: the service's `handlers` module: what it does when others speak
    handlers: ClassVar[ModuleType | None] = None

    # nameko puts the things themselves in the providers' places
    db = cast("Database", DatabaseProvider())
    clock = cast("Clock", ClockProvider())
    settings = cast("Settings", SettingsProvider())
    identity = cast("Identity", IdentityProvider())
    relay = cast("OutboxRelay", OutboxRelay())
    watch = cast("Watch", Watch())
    count_unread: Any = BacklogProvider()

    @subscriptions
    def events(self) -> None:
        """Never called: it is where the subscriptions hang."""

    @serves(ListPublicEvents)
    def list_public_events(self, _principal: object, **part: Any) -> dict[str, Any]:
        """The service's part of the public log, for the gateway's feed."""
        with self.db.reading() as session:
            return {"items": outbox.public_events(session, **part)}

    @serves(CountBacklog)
    def count_backlog(self, _principal: object) -> dict[str, int]:
        """How much this service still has to do: all zero when it is idle."""
        with self.db.reading() as session:
            unpublished = outbox.waiting(session)
        return {
            "unpublished": unpublished,
            "unread": self.count_unread(),
            "jobs": self.jobs_waiting(),
        }

    @every(3600, alone=True)
    def purge_inbox(self) -> None:
        """Forget the receipts of events that cannot come again."""
        gone = inbox.PORTION
        while gone == inbox.PORTION:
            with self.db.transaction() as session:
                gone = inbox.purge(session, self.clock)

    @property
    def vault(self) -> Vault:
        """The keeper of the service's personal data."""
        return Vault(self.settings.vault_key)

    def jobs_waiting(self) -> int:
        """What the service's own jobs still have to do; services override it."""
        return 0

    @staticmethod
    def database_of(container: Any) -> Database:
        """The database of a container, for the chassis' own extensions."""
        return _provider(container, DatabaseProvider).database

    @staticmethod
    def clock_of(container: Any) -> Clock:
        """The clock of a container, for the chassis' own extensions."""
        return container.config["settings"].clock


def _provider(container: Any, kind: type[Any]) -> Any:
    return next(p for p in container.dependencies if isinstance(p, kind))


__all__ = ["AtStart", "Service", "Subscriptions", "every", "when"]
