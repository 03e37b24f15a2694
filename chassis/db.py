"""A service's database: PostgreSQL in production, one SQLite file embedded.

SQLite has one writer at a time and its driver never yields to the event hub, so
writers queue at a green semaphore, one per file, and take the write lock at once
(`BEGIN IMMEDIATE`); a writer that waited inside SQLite would freeze the whole
process. PostgreSQL needs nothing of this: psycopg2 cooperates with the hub.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from eventlet import patcher
from eventlet.semaphore import Semaphore
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_REMEMBERED = 30.0  # seconds; longer than anybody leaves between two changes
_LIMITS = (
    "-c statement_timeout=15000 -c lock_timeout=10000 "
    "-c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
)
#: A server that cannot be written to (a standby, one that is being recovered, one that
#: somebody has locked) is as good as none: nobody gets a session there.
_WRITABLE = {"target_session_attrs": "read-write"}
#: A server that has silently gone is noticed within a minute: while a greenlet
#: waits for it, none of libpq's own time limits counts.
_LIVENESS = {
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}

#: the system's own `select`: a look that does not wait needs no hub
_select = patcher.original("select")

#: A growing number that both databases make by themselves.
Sequence = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class Instant(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database; naive ones are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: sa.Dialect
    ) -> datetime | None:
        """Store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: sa.Dialect
    ) -> datetime | None:
        """Give UTC back, also where the database forgot the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value


class ModelBase(DeclarativeBase):
    """The base of every service's `Model`: each service has tables of its own.

    A service writes `class Model(ModelBase): __abstract__ = True; metadata =
    new_metadata()`.
    """

    __abstract__ = True
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


def new_metadata() -> sa.MetaData:
    """Metadata whose constraints have predictable names, for the migrations."""
    return sa.MetaData(naming_convention=_NAMES)


_SQLITE_READER = {"read_only": True}
_SERVER_READER = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


# Codes by which PostgreSQL says what is wrong
#: query_canceled and lock_not_available
_TIMEOUTS = ("57014", "55P03")
#: the class of what exceeds a limit of its own, such as an index's: the driver takes
#: even these for operational errors
_TOO_LARGE = "54"
#: the classes of what a server lacks (a disk that is full) and of its own failures
_LACKS = ("53", "58")
#: read_only_sql_transaction: no transaction of ours that writes is read-only
_READ_ONLY = "25006"


def is_outage(error: BaseException) -> bool:
    """Did the database fail, rather than what was asked of it?

    A broken connection, a lock or statement that took too long, a deadlock, a
    pool without a free connection, a server that does not write just now: the same may
    work in a moment.
    """
    if isinstance(error, (OperationalError, InterfaceError, PoolTimeout)):
        return not is_too_large(error)
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or code_of(error) == _READ_ONLY


def is_timeout(error: BaseException) -> bool:
    """Did PostgreSQL end a statement because it, or a lock it needed, took too long?"""
    return code_of(error) in _TIMEOUTS


def is_too_large(error: BaseException) -> bool:
    """Did PostgreSQL refuse a value that no other moment will make it take?"""
    return (code_of(error) or "").startswith(_TOO_LARGE)


def _is_in_need(error: BaseException) -> bool:
    """Does the server lack what it needs to write, though it answers?"""
    code = code_of(error) or ""
    return code == _READ_ONLY or code.startswith(_LACKS)


def code_of(error: BaseException) -> str | None:
    """PostgreSQL's code of what went wrong, if it said one."""
    return getattr(getattr(error, "orig", None), "pgcode", None)


def said_at_the_door(error: BaseException) -> str:
    """Why the server let nobody in; empty where that is not what went wrong.

    There was no statement yet, so that nothing of anybody's data can be in it.
    """
    if not isinstance(error, DBAPIError) or error.statement is not None:
        return ""
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines and code_of(error) is None else ""


class Database:
    """Transactions on one service's database."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _sqlite_engine(url) if self.is_sqlite else _server_engine(url)
        self._reader = self.engine.execution_options(
            **(_SQLITE_READER if self.is_sqlite else _SERVER_READER)
        )
        self._turn = Semaphore(1) if self.is_sqlite else nullcontext()
        #: called with the session after its commit, e.g. to wake the outbox's relay
        self.after_commit: list[Callable[[Session], None]] = []
        self._need: tuple[BaseException, float] | None = None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of work: everything commits at the end, or nothing does.

        Never call another service, publish or sleep inside.
        """
        new_session = Session(self.engine, expire_on_commit=False)
        try:
            with self._turn, new_session as session, session.begin():
                yield session
        except DBAPIError as error:
            if _is_in_need(error):
                self._need = error, time.monotonic()
            raise
        self._need = None
        for call in self.after_commit:
            call(new_session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent look that changes nothing and waits for no writer."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    def need(self) -> BaseException | None:
        """Why the last change failed, if the server could not write it, just now.

        A server whose disk is full answers every question as if all were well.
        """
        if self._need is None or time.monotonic() > self._need[1] + _REMEMBERED:
            return None
        return self._need[0]

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def _server_engine(url: str) -> sa.Engine:
    engine = sa.create_engine(
        url,
        # nothing above the pool's size: each more would connect for one transaction
        pool_size=15,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,  # error messages go to logs; people's data must not
        connect_args={
            "options": _LIMITS,
            "connect_timeout": 5,
            **_WRITABLE,
            **_LIVENESS,
        },
    )
    ask = engine.dialect.do_ping

    def do_ping(dbapi_connection: Any) -> bool:
        return _is_silent(dbapi_connection.fileno()) or ask(dbapi_connection)

    engine.dialect.do_ping = do_ping
    return engine


def _is_silent(descriptor: int) -> bool:
    """Nothing has come from a server that was asked nothing: no farewell, no end.

    This costs no round trip, which for small transactions is a seventh of all work.
    """
    waiting = _select.poll()
    waiting.register(descriptor, _select.POLLIN)
    return not waiting.poll(0)


def _sqlite_engine(url: str) -> sa.Engine:
    engine = sa.create_engine(
        url, pool_size=5, max_overflow=20, pool_timeout=10, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's events begin, not the driver
        for pragma in (
            "busy_timeout=50",  # before the others: they may meet a lock themselves
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        read_only = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
