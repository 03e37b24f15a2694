"""One at a time, however many replicas run: a lock that the database keeps."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from chassis.db import Database


class Hold:
    """A lock that somebody holds, for as long as its database session lives."""

    def __init__(self, connection: sa.Connection | None = None) -> None:
        self._connection = connection

    def check(self) -> None:
        """Raise what the driver raises if the session, so the lock, is gone."""
        if self._connection is not None:
            self._connection.scalar(sa.select(1))


@contextmanager
def exclusive(db: Database, name: str) -> Iterator[Hold | None]:
    """Hold the database-wide lock of this name; None if somebody else has it.

    PostgreSQL gives the lock to somebody else when the connection behind it
    breaks: whoever holds it for long asks `check` now and then, and no effect may
    depend on the lock alone. SQLite has one process, which needs no lock.
    """
    if db.is_sqlite:
        yield Hold()
        return
    key = zlib.crc32(name.encode())
    with db.engine.connect() as pooled:
        connection = pooled.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
            yield None
            return
        try:
            yield Hold(connection)
            connection.scalar(sa.select(sa.func.pg_advisory_unlock(key)))
        except BaseException:
            connection.invalidate()  # whatever its state, its lock goes with it
            raise
