"""The watch: one look, twice a second, finds what a service has to do by itself.

Its jobs and its relays do not look each on their own: the watch asks the questions of
all of them in one reading transaction and calls those that have something to do. It
asks the database, so it also finds what another replica, or one that has died, has
left; whatever is called looks again itself, and bears to be called for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, runtime_checkable

import eventlet
import structlog
from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session

from chassis.bus import FAILURES
from chassis.db import Database
from chassis.telemetry import place_of

log = structlog.get_logger()

PAUSE = 0.5  # seconds between two looks

Call = Callable[[], None]


@runtime_checkable
class Ward(Protocol):
    """An extension of a container that the watch looks after."""

    def due(self, session: Session) -> Iterable[Call]:
        """Whom to call because there is something to do."""
        ...

    def wake(self) -> None:
        """Look whether there is something to do."""
        ...


class Watch(DependencyProvider):
    """Looks after the wards of its container until the workers have ended."""

    def start(self) -> None:
        """Begin; the first look is a pause away."""
        db: Database = self.container.service_cls.database_of(self.container)
        self._thread = self.container.spawn_managed_thread(lambda: self._run(db))

    def stop(self) -> None:
        """Look no more."""
        self._thread.kill()

    def get_dependency(self, worker_ctx: object) -> Watch:
        """Workers see the watch itself."""
        return self

    def _run(self, db: Database) -> None:
        while True:
            eventlet.sleep(PAUSE)
            try:
                calls = list(self._look(db))
            except FAILURES as error:
                log.warning("look_failed", error=place_of(error))
            else:
                for call in calls:
                    call()

    def _look(self, db: Database) -> Iterator[Call]:
        with db.reading() as session:
            for ward in self._wards():
                yield from _due(ward, session)

    def _wards(self) -> list[Ward]:
        extensions: Iterable[Any] = self.container.extensions
        return [each for each in extensions if isinstance(each, Ward)]


def _due(ward: Ward, session: Session) -> Iterable[Call]:
    """A question that fails is no answer: the ward looks by itself and says why."""
    try:
        return list(ward.due(session))
    except FAILURES:
        session.rollback()  # the others are asked all the same
        return [ward.wake]
