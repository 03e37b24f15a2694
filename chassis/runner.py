"""Running containers: all start, all are watched, and they stop in order.

The gateway stops first and lets its requests finish while the services still
answer; then the services stop together. A container that dies ends the process
with exit code 1, for its supervisor to start again.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence

import eventlet
import structlog
from eventlet import hubs
from eventlet.event import Event as Signal
from nameko.containers import ServiceContainer

from chassis import bus
from chassis.config import Settings
from chassis.health import RUNNING, STOPPING, Health, HealthServer
from chassis.telemetry import place_of

log = structlog.get_logger()

_GRACE = 20  # seconds for everything to stop


class Runner:
    """The containers of one process."""

    def __init__(self, services: Sequence[tuple[type, Settings]]) -> None:
        bus.prepare()
        self._containers = [
            ServiceContainer(service, settings.for_nameko())
            for service, settings in services
        ]
        self._health = Health(self._containers)
        addresses = {settings.health_address for _, settings in services} - {""}
        self._answering = [HealthServer(self._health, each) for each in addresses]
        self._stop = Signal()
        self._died = False

    def start(self) -> bool:
        """Start all containers; False if told to stop before they were up.

        Starting waits for the broker as long as it takes, so it happens beside
        the hub, which keeps the signals working.
        """
        for server in self._answering:
            server.start()
        for container in self._containers:
            starting = eventlet.spawn(container.start)
            while not starting.dead:
                eventlet.sleep(0.02)
                if self._stop.ready():
                    return False
            starting.wait()
        for container in self._containers:
            eventlet.spawn(self._watch, container)
        self._health.state = RUNNING
        return True

    def stop_soon(self) -> None:
        """Ask `run` to end; callable from a signal handler through the hub."""
        if not self._stop.ready():
            self._stop.send()

    def wait(self) -> None:
        """Until somebody asks to stop, or a container dies."""
        self._stop.wait()

    def stop(self) -> None:
        """Stop the gateway, then everything else together."""
        self._health.state = STOPPING
        ordered = sorted(self._containers, key=lambda c: c.service_name != "gateway")
        with eventlet.Timeout(_GRACE, False):  # noqa: FBT003
            if ordered and ordered[0].service_name == "gateway":
                ordered[0].stop()
            stopping = [eventlet.spawn(c.stop) for c in ordered]
            for thread in stopping:
                thread.wait()
        for server in self._answering:
            server.stop()

    @property
    def exit_code(self) -> int:
        """1 when a container died by itself."""
        return 1 if self._died else 0

    def _watch(self, container: ServiceContainer) -> None:
        try:
            container.wait()
        except BaseException as error:
            log.critical(
                "container_died",
                service=container.service_name,
                error=place_of(error),
            )
        if not self._stop.ready():
            self._died = True
            self._stop.send()


def run(
    services: Sequence[tuple[type, Settings]], *, ready: Callable[[], None]
) -> None:
    """Run until SIGTERM or Ctrl-C, then leave the process; a second one is harder."""
    runner = Runner(services)
    _on_signals(runner)
    if runner.start():
        ready()
        runner.wait()
        runner.stop()
    sys.stdout.flush()
    os._exit(runner.exit_code)  # no thread of a library may keep the process alive


def _on_signals(runner: Runner) -> None:
    told: list[int] = []

    def handle(number: int, _frame: object) -> None:
        if told:
            os._exit(1)
        told.append(number)
        hubs.get_hub().schedule_call_global(0, runner.stop_soon)

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
