"""What the fault tests kill and look at: processes, a broker, two databases."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from kombu import Connection

from chassis import outbox
from chassis.clock import SystemClock
from chassis.db import Database
from chassis.testing import eventually
from chassis.topology import event_queue, parked_queue
from tests.integration.chassis import toy
from tools.private_servers.programs import Program, accepts_connections, running
from tools.private_servers.rabbitmq import Node, evaluate, keep_queues, speaks_amqp

ROOT = Path(__file__).parents[2]


class Nursery:
    """Gives birth to services quickly; see `process.py`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.process"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def start(self, **birth: object) -> int:
        """Start a service; gives its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(birth)}\n".encode())
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End every service that it started."""
        self._process.communicate()


@dataclass(frozen=True)
class Service:
    """One process, which may die at any moment."""

    pid: int
    ready: Path

    def is_alive(self) -> bool:
        return Path(f"/proc/{self.pid}").exists()

    def await_ready(self) -> None:
        assert eventually(lambda: self.ready.exists() or not self.is_alive())
        assert self.is_alive()

    def stop(self) -> None:
        """As its supervisor does."""
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would."""
        if self.is_alive():
            os.kill(self.pid, signal.SIGKILL)
        eventually(lambda: not self.is_alive())


@dataclass
class World:
    """A speaker and a listener, what they say and what they hear."""

    environment: dict[str, str]
    directory: Path
    nursery: Nursery
    said: Database
    heard_by: Database
    services: list[Service] = field(default_factory=list)

    @property
    def bus(self) -> str:
        return self.environment["PRIMARIES_AMQP_URI"]

    @property
    def log(self) -> Path:
        return self.directory / "services.log"

    def launch(self, name: str) -> Service:
        """Start a service that need not reach the broker just now."""
        ready = self.directory / f"ready-{len(self.services)}"
        pid = self.nursery.start(
            name=name, settings=self.environment, log=str(self.log), ready=str(ready)
        )
        self.services.append(Service(pid, ready))
        return self.services[-1]

    def start(self, name: str) -> Service:
        """Start a service; it is ready when it has reached the broker."""
        service = self.launch(name)
        service.await_ready()
        return service

    def stop(self) -> None:
        """Kill what still runs, and give the connections back."""
        for service in self.services:
            service.kill()
        print(self.log.read_text())  # noqa: T201 (shown when the test fails)
        self.said.close()
        self.heard_by.close()

    def say(self, words: Iterable[str]) -> None:
        """Say words as the service itself would, a transaction each."""
        for word in words:
            with self.said.transaction() as session:
                toy.say(session, SystemClock(), word)

    def heard(self) -> list[str]:
        """What was heard, in the order in which it was."""
        query = sa.select(toy.heard_words.c.word).order_by(toy.heard_words.c.position)
        with self.heard_by.reading() as session:
            return list(session.scalars(query))

    def unpublished(self) -> int:
        with self.said.reading() as session:
            return outbox.waiting(session)

    def await_words(self, words: list[str], *, seconds: float = 60) -> None:
        """Each word was heard once, in order."""
        eventually(lambda: len(self.heard()) >= len(words), seconds=seconds)
        assert self.heard() == words

    def parked(self) -> int:
        """How many events were put aside."""
        with Connection(self.bus) as connection:
            queue = parked_queue("listener")(connection.default_channel)
            return queue.queue_declare(passive=True).message_count

    def queued(self) -> int:
        """How many events lie at the broker, delivered to nobody."""
        with Connection(self.bus) as connection:
            queue = event_queue("listener", "events")(connection.default_channel)
            return queue.queue_declare(passive=True).message_count

    def relays(self) -> int:
        """How many sessions hold the lock of one of the speaker's shards."""
        held = sa.text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND mode = 'ExclusiveLock' AND database = (SELECT oid FROM pg_database"
            " WHERE datname = current_database())"
        )
        with self.said.reading() as session:
            return session.scalar(held) or 0


class Broker:
    """A RabbitMQ node that can be killed and started again on the same files."""

    def __init__(self, node: Node, stack: ExitStack) -> None:
        self.node = node
        self._stack = stack

    def kill(self) -> None:
        """SIGKILL to the whole Erlang machine; the queues it has are on its disk."""
        keep_queues(self.node)
        self.send(signal.SIGKILL)
        eventually(lambda: not accepts_connections(self._port))

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections meanwhile, and says nothing."""
        self.send(signal.SIGSTOP)
        try:
            yield
        finally:
            self.send(signal.SIGCONT)

    @contextmanager
    def out_of_memory(self) -> Iterator[None]:
        """It takes connections meanwhile, and no messages."""
        eventually(lambda: speaks_amqp(self._port))
        limit = evaluate(self.node, "vm_memory_monitor:get_vm_memory_high_watermark().")
        self._limit_memory("0.00001")
        try:
            yield
        finally:
            self._limit_memory(limit)

    def connections(self) -> int:
        """How many it has, those included whose clients have left unnoticed."""
        return int(evaluate(self.node, "length(rabbit_networking:connections())."))

    def _limit_memory(self, limit: str) -> None:
        call = f"vm_memory_monitor:set_vm_memory_high_watermark({limit})"
        evaluate(self.node, f"{call}, timer:sleep(200).")

    def send(self, number: signal.Signals) -> None:
        """Send a signal: SIGSTOP freezes it, SIGCONT lets it go on."""
        environment = self.node.environment
        name = environment["RABBITMQ_NODENAME"]
        pid_file = Path(environment["RABBITMQ_MNESIA_BASE"], f"{name}.pid")
        os.kill(int(pid_file.read_text()), number)

    def start(self) -> None:
        """Start it on what it had on disk; returns at once."""
        program = Program(
            command=[str(self.node.programs / "rabbitmq-server")],
            log=Path(self.node.environment["HOME"], "restart.log"),
            environment=self.node.environment,
        )
        self._stack.enter_context(running(program, lambda: True))

    @property
    def _port(self) -> int:
        return urlsplit(self.node.uri).port or 0


def take_away(database: Database, administrator: sa.Engine, *, allow: bool) -> None:
    """Refuse (or allow again) connections to a database, and end those it has."""
    name = database.engine.url.database
    with administrator.connect() as connection:
        connection.execute(
            sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {str(allow).lower()}')
        )
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = :name"
            ),
            {"name": name},
        )


def words(prefix: str, count: int) -> list[str]:
    return [f"{prefix} {number:04}" for number in range(count)]
