"""One at a time, however many replicas run: a lock that the database keeps."""

from __future__ import annotations

import secrets
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import eventlet
import sqlalchemy as sa

from chassis.db import Database

#: Above the key of a lock, in PostgreSQL's 64 bits: the sign of who waits for it.
_SIGN = 2**32
_WAITED_FOR = sa.text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND classid = 1 AND objid = CAST(CAST(:key AS bigint) AS oid) AND database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database()))"
)

# All of these are seconds.
_SHORTEST = 0.75  # between two tries, at least and at most:
_LONGEST = 1.75  # uneven, so that none come together
_PATIENCE = 10.0  # of who waits for a turn
#: Who gives a lock up for another leaves it alone for so long: each has tried by then.
STAND_BACK = _LONGEST + 0.75


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
    """Wait for the lock of this name; None if it takes too long.

    It is tried again and again rather than waited for inside PostgreSQL: there a
    wait keeps a snapshot, which holds up vacuum, and ends with an error in the log.
    """
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
    if _try(connection, key):
        return True
    connection.scalar(sa.select(sa.func.pg_advisory_lock_shared(_SIGN + key)))
    mine = _try_until(time.monotonic() + _PATIENCE, connection, key)
    connection.scalar(sa.select(sa.func.pg_advisory_unlock_shared(_SIGN + key)))
    return mine


def _try_until(deadline: float, connection: sa.Connection, key: int) -> bool:
    while time.monotonic() < deadline:
        eventlet.sleep(
            _SHORTEST + (_LONGEST - _SHORTEST) * secrets.randbelow(100) / 100
        )
        if _try(connection, key):
            return True
    return False
