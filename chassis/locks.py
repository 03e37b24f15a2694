"""One at a time, however many replicas run: a lock that the database keeps."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from chassis.db import Database, is_timeout

_WAITED_FOR = sa.text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND classid = 0 AND objid = CAST(CAST(:key AS bigint) AS oid) AND database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database()))"
)


class Hold:
    """A lock that somebody holds, for as long as its database session lives."""

    def __init__(self, connection: sa.Connection | None = None, key: int = 0) -> None:
        self._connection = connection
        self._key = key

    def check(self) -> None:
        """Raise what the driver raises if the session, so the lock, is gone."""
        if self._connection is not None:
            self._connection.scalar(sa.select(1))

    def is_waited_for(self) -> bool:
        """Does somebody wait for this lock (`turn`)?"""
        if self._connection is None:
            return False
        return bool(self._connection.scalar(_WAITED_FOR, {"key": self._key}))


@contextmanager
def exclusive(db: Database, name: str) -> Iterator[Hold | None]:
    """Hold the database-wide lock of this name; None if somebody else has it.

    PostgreSQL gives the lock to somebody else when the connection behind it
    breaks: whoever holds it for long asks `check` now and then, and no effect may
    depend on the lock alone. SQLite has one process, which needs no lock.
    """
    with _held(db, name, _try) as hold:
        yield hold


@contextmanager
def turn(db: Database, name: str) -> Iterator[Hold | None]:
    """Wait in line for the lock of this name; None if it takes too long."""
    with _held(db, name, _wait) as hold:
        yield hold


@contextmanager
def _held(
    db: Database, name: str, acquire: Callable[[sa.Connection, int], bool]
) -> Iterator[Hold | None]:
    if db.is_sqlite:
        yield Hold()
        return
    key = zlib.crc32(name.encode())
    with db.engine.connect() as pooled:
        connection = pooled.execution_options(isolation_level="AUTOCOMMIT")
        try:
            if acquire(connection, key):
                yield Hold(connection, key)
                connection.scalar(sa.select(sa.func.pg_advisory_unlock(key)))
            else:
                yield None
        except BaseException:
            connection.invalidate()  # whatever its state, its lock goes with it
            raise


def _try(connection: sa.Connection, key: int) -> bool:
    return bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))))


def _wait(connection: sa.Connection, key: int) -> bool:
    """The database's own time limit for locks ends the wait."""
    try:
        connection.execute(sa.select(sa.func.pg_advisory_lock(key)))
    except OperationalError as error:
        if is_timeout(error):
            return False
        raise
    return True
