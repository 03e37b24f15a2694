"""A regional system: it reads its region's stream, and is killed again and again."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from amqp.exceptions import AccessRefused
from kombu import Connection

from chassis.publishing import batch_on
from chassis.topology import PUBLIC_EXCHANGE
from tests.deploy.topology import COMMAND
from tests.faults.siege.platform import Besieged
from tests.faults.siege.servers import await_that
from tests.faults.siege.supervisor import Child
from tests.support.sources import ROOT
from tools.deployment.env_files import BUS
from tools.environment import SERVICES

REGION, ANOTHER = "IS-1", "IS-4"
KILLS = 10
_SERVICE = "regional system"

#: the line of events that numbers run in: a territory, a service
Line = tuple[str, str]


@dataclass(kw_only=True)
class RegionalSystem:
    """`primaries subscribe` under its region's own user, with a state file."""

    platform: Besieged
    chance: Random
    killed: int = 0

    @property
    def state(self) -> Path:
        """What it remembers, whoever kills it."""
        return self.platform.folder / "region.db"

    def settle(self) -> None:
        """Let the supervisor run it from now on, like everything else."""
        child = Child(
            name=f"region-{REGION}",
            service=_SERVICE,
            command=self._command(REGION, "--state", str(self.state)),
            environment=self._environment(),
            log=self.platform.folder / f"region-{REGION}.log",
        )
        self.platform.supervisor.add(child)

    @contextmanager
    def under_fire(self, come_so_far: Callable[[float], bool]) -> Iterator[None]:
        """Kill it every now and then during the block, ten times in all."""
        thread = threading.Thread(
            target=self._kill_often, args=(come_so_far,), name="region", daemon=True
        )
        thread.start()
        yield
        thread.join()

    def differences(self) -> Iterator[str]:
        """What it holds and should not, or should and does not."""
        await_that(lambda: self._held() == self._told() or self._has_lost(), seconds=60)
        held, told = self._held(), self._told()
        for line in sorted(held.keys() | told.keys()):
            if held[line] != told[line]:
                yield (
                    f"region {REGION}, {line}: holds {len(held[line])} events in "
                    f"another order or number than the {len(told[line])} of the log"
                )
        if self._has_lost():
            yield f"region {REGION} has given up some events"
        if self.killed < KILLS:
            yield f"region {REGION} was killed {self.killed} times only"
        yield from self._trespasses()

    def count(self) -> int:
        """How many events it holds."""
        return sum(len(events) for events in self._held().values())

    def _kill_often(self, come_so_far: Callable[[float], bool]) -> None:
        (child,) = self.platform.supervisor.of(_SERVICE)
        for kill in range(KILLS):
            while not come_so_far(kill / (KILLS + 1)):
                time.sleep(0.1)
            time.sleep(self.chance.uniform(0.2, 1.5))
            _kill(child)
            self.killed += 1

    def _held(self) -> dict[Line, list[tuple[int, str]]]:
        """What it has applied, in the order in which it did."""
        query = "SELECT territory, service, sequence, id FROM events ORDER BY position"
        return _by_line(self._ask(query))

    def _has_lost(self) -> bool:
        return bool(self._ask("SELECT * FROM losses"))

    def _ask(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.state, timeout=30)) as state:
            return state.execute(query).fetchall()

    def _told(self) -> dict[Line, list[tuple[int, str]]]:
        """What the services have said in public about the region."""
        told: list[Any] = []
        for service in SERVICES:
            query = (
                f"SELECT territory, '{service}', sequence, id FROM public_log"
                f" WHERE region = '{REGION}' ORDER BY sequence"
            )
            told += self.platform.database.ask(service, query)
        return _by_line(told)

    # --- what it may not do ---------------------------------------------------------

    def _trespasses(self) -> Iterator[str]:
        """Its user reads no other region's stream and publishes nothing."""
        read = subprocess.run(
            self._command(ANOTHER, "--until-idle"),
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if read.returncode == 0 or "refuse" not in read.stderr or read.stdout:
            yield f"region {REGION} may read {ANOTHER}: {read.stderr}"
        try:
            self._publish()
        except AccessRefused:
            return
        yield f"region {REGION} may publish"

    def _publish(self) -> None:
        with Connection(self._uri, connect_timeout=5) as connection:
            batch = batch_on(connection)
            batch.publish("{}", PUBLIC_EXCHANGE.name, f"{REGION}.{REGION}.lie", "lie")
            batch.settle()

    def _command(self, region: str, *more: str) -> list[str]:
        where = ["--amqp", self._uri, "--region", region]
        return [*COMMAND, "subscribe", *where, *more]

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}

    @property
    def _uri(self) -> str:
        """Through the wire that is cut, like everybody's."""
        return self.platform.topology.settings_of(f"regions/{REGION}")[BUS]


def _kill(child: Child) -> None:
    """Until it is seen to end: just now nothing may run that a signal could meet."""
    before = len(child.endings)

    def has_ended() -> bool:
        child.send(signal.SIGKILL)
        return len(child.endings) > before

    await_that(has_ended)


def _by_line(rows: list[Any]) -> dict[Line, list[tuple[int, str]]]:
    lines: dict[Line, list[tuple[int, str]]] = defaultdict(list)
    for territory, service, sequence, event in rows:
        lines[territory, service].append((sequence, event))
    return lines
