"""Processes that are started again whenever they end, as a supervisor does."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tools.private_servers.programs import dies_with_parent

_PAUSE = 0.3  # seconds until what has ended is started again
_STOP = 25.0


@dataclass(kw_only=True)
class Child:
    """One process of the platform, in whichever incarnation."""

    name: str
    service: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    #: where it tells whether it is ready; nowhere if it is none of the platform's
    health: str = ""
    #: how its incarnations ended: exit code, or the signal as a negative number
    endings: list[int] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin another incarnation."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*dies_with_parent(signal.SIGTERM), *self.command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def look(self) -> None:
        """Start it again if it has ended."""
        code = self._process.poll() if self._process else None
        if code is not None:
            self.endings.append(code)
            time.sleep(_PAUSE)
            self.start()

    def send(self, number: signal.Signals) -> None:
        """Send a signal to whatever runs now."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """This incarnation stands still for the block."""
        process = self._process
        assert process is not None
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it, kindly first."""
        process = self._process
        if process is None:
            return
        self.send(signal.SIGTERM)
        try:
            process.wait(_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Supervisor:
    """Keeps children running from a thread of its own."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self._resting = threading.Event()

    def add(self, child: Child) -> None:
        """Keep one more running."""
        child.start()
        self.children.append(child)

    def of(self, service: str) -> list[Child]:
        """All replicas of a service."""
        return [child for child in self.children if child.service == service]

    def endings(self) -> Counter[str]:
        """How often processes ended, by service and how."""
        return Counter(
            f"{child.service}: {_in_words(code)}"
            for child in self.children
            for code in child.endings
        )

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Start the children, and again whenever one ends; stop them afterwards."""
        thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        for child in self.children:
            child.start()
        thread.start()
        try:
            yield
        finally:
            self._resting.set()
            thread.join()
            self._stop_all()

    def _watch(self) -> None:
        while not self._resting.wait(0.1):
            for child in list(self.children):
                child.look()

    def _stop_all(self) -> None:
        with ThreadPoolExecutor(len(self.children)) as all_at_once:
            list(all_at_once.map(Child.stop, self.children))


def _in_words(code: int) -> str:
    if code < 0:
        return signal.Signals(-code).name
    return f"exit {code}"
