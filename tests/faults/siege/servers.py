"""The broker and the database of the siege: killed, frozen and started again.

Start and break them from one thread: servers end with the thread that started them.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from tools.private_servers.postgresql import Cluster
from tools.private_servers.programs import Program, running
from tools.private_servers.rabbitmq import Node, speaks_amqp

Result = TypeVar("Result")

_PATIENCE = 60.0  # seconds for whatever must happen in the end


def await_that(condition: Callable[[], object], *, seconds: float = _PATIENCE) -> None:
    """Wait until something is so; AssertionError if it never is."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s"
        time.sleep(0.05)


def until_it_works(
    work: Callable[[], Result], *troubles: type[Exception], seconds: float = _PATIENCE
) -> Result:
    """Do something that an earlier fault may still be in the way of."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return work()
        except troubles:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


@dataclass(frozen=True)
class Server:
    """A server that is broken from outside."""

    name: str
    program: Program
    pid_file: Path
    answers: Callable[[], bool]
    stack: ExitStack

    @property
    def pid(self) -> int:
        """The process that everything else of the server hangs on."""
        return int(self.pid_file.read_text().split()[0])

    def kill(self) -> None:
        """As a power cut would."""
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        await_that(lambda: _has_left(pid))

    def start(self) -> None:
        """Start it on what it had on disk; returns when it answers."""
        self.stack.enter_context(running(self.program, self.answers))

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It stands still for the block, and everybody who waits for it too."""
        pid = self.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)


def broker_of(node: Node, stack: ExitStack) -> Server:
    """The RabbitMQ node as something to break."""
    name = node.environment["RABBITMQ_NODENAME"]
    program = Program(
        command=[str(node.programs / "rabbitmq-server")],
        log=Path(node.environment["HOME"], "restarts.log"),
        environment=node.environment,
    )
    pid_file = Path(node.environment["RABBITMQ_MNESIA_BASE"], f"{name}.pid")
    port = int(node.environment["RABBITMQ_NODE_PORT"])
    return Server("broker", program, pid_file, lambda: speaks_amqp(port), stack)


@dataclass(frozen=True)
class DatabaseServer(Server):
    """The PostgreSQL cluster as something to break."""

    url: str

    def sessions(self, database: str) -> list[int]:
        """The processes that serve a database's sessions."""
        found = f"SELECT pid FROM pg_stat_activity WHERE datname = '{database}'"
        return [pid for (pid,) in self.ask("postgres", found)]

    def end_sessions(self, database: str) -> int:
        """End them all, as an administrator does; returns how many."""
        ended = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{database}'"
        )
        return len(self.ask("postgres", ended))

    def ask(self, database: str, query: str) -> list[Any]:
        """The rows that a database's superuser sees."""
        url = sa.make_url(self.url).set(database=database)
        engine = sa.create_engine(url, poolclass=sa.NullPool)

        def read() -> list[Any]:
            with engine.connect() as connection:
                return list(connection.execute(sa.text(query)).all())

        return until_it_works(read, sa.exc.OperationalError)  # it may be recovering


def database_of(cluster: Cluster, stack: ExitStack) -> DatabaseServer:
    """The cluster as something to break."""
    return DatabaseServer(
        "database",
        cluster.server,
        cluster.data / "postmaster.pid",
        cluster.answers,
        stack,
        cluster.url,
    )


def _has_left(pid: int) -> bool:
    """Dead, and buried where it is our own child: a zombie's lock file looks alive."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return not Path(f"/proc/{pid}").exists()
