"""The platform that the demonstration plays on: started, waited for, stopped.

Embedded it is one child process; otherwise one for each service, on a real bus and
real databases. Their logs go to files beside their data.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import click

from chassis.clock import set_clock
from chassis.migrations import upgrade
from tools.api import Api
from tools.demo.certificate import (
    Certificate,
    network_address,
    own_addresses,
    self_signed,
)
from tools.demo.databases import demo_databases
from tools.demo.front import network_listener, tls_front
from tools.demo.options import Options
from tools.environment import GATEWAY, SERVICES, embedded_environment
from tools.private_servers import ServerUnavailable, private_rabbitmq
from tools.private_servers.programs import free_address

_USUAL = "127.0.0.1:8080"
#: seconds to come up; an installation's first start compiles the protocol's kernel
_START = 300.0
_STOP = 25.0
_COMMAND = [sys.executable, "-c", "from tools.cli import main; main()"]


@dataclass(frozen=True, kw_only=True)
class Platform:
    """A running platform."""

    url: str
    clock: Path
    environment: Mapping[str, str]
    children: tuple[subprocess.Popen[bytes], ...]
    #: where people find the pages
    shown_at: str
    #: by which they recognise them, where they are on the network
    certificate: Certificate | None = None

    def require_alive(self) -> None:
        """Say so when a process has ended, with its last words."""
        if all(child.poll() is None for child in self.children):
            return
        folder = self.clock.parent
        words = [_last_line(log) for log in sorted(folder.glob("*.log"))]
        said = "\n".join(word for word in words if word)
        raise click.ClickException(f"A process ended; the logs are in {folder}\n{said}")


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return f"{log.name}: {lines[-1]}" if lines else ""


@contextmanager
def running_platform(options: Options, now: datetime) -> Iterator[Platform]:
    """A fresh platform in its own folder, where it is `now`; stopped in any case."""
    shutil.rmtree(options.platform, ignore_errors=True)
    options.platform.mkdir(parents=True)
    clock = (options.platform / "clock").resolve()
    set_clock(clock, now)
    try:
        with ExitStack() as stack:
            environment = _environment(options, stack, clock)
            children = [
                stack.enter_context(_child(arguments, environment, options.platform))
                for arguments in _processes(options, environment)
            ]
            url = f"http://{environment['PRIMARIES_HTTP_ADDRESS']}"
            platform = Platform(
                url=url,
                shown_at=url,
                clock=clock,
                environment=environment,
                children=tuple(children),
            )
            _wait_until_up(platform)
            yield _on_the_network(platform, stack) if options.tls else platform
    except ServerUnavailable as error:
        raise click.ClickException(str(error)) from error


def _on_the_network(platform: Platform, stack: ExitStack) -> Platform:
    """The same platform with a door for the network, under TLS."""
    listener = network_listener()
    certificate = self_signed(platform.clock.parent, own_addresses())
    behind = platform.environment["PRIMARIES_HTTP_ADDRESS"]
    stack.enter_context(tls_front(listener, behind, certificate))
    port = listener.getsockname()[1]
    shown_at = f"https://{network_address()}:{port}"
    return replace(platform, shown_at=shown_at, certificate=certificate)


def _environment(options: Options, stack: ExitStack, clock: Path) -> dict[str, str]:
    given = {
        "PRIMARIES_DEMO": "1",
        "PRIMARIES_CONTACT": "mailto:help@primaries.example",
        "PRIMARIES_CLOCK_FILE": str(clock),
        "PRIMARIES_HTTP_ADDRESS": listening_address(_wished(options)),
        "PRIMARIES_LOG_LEVEL": "INFO",
    }
    if options.bus == "private":
        directory = options.platform / "rabbitmq"
        directory.mkdir()
        given["PRIMARIES_AMQP_URI"] = stack.enter_context(private_rabbitmq(directory))
    elif options.bus:
        given["PRIMARIES_AMQP_URI"] = options.bus
    if options.database:
        given |= stack.enter_context(demo_databases(options.database))
    ambient = {k: v for k, v in os.environ.items() if not k.startswith("PRIMARIES_")}
    return embedded_environment(options.platform, ambient | given)


def _wished(options: Options) -> str | None:
    """The usual port only where somebody will look at the pages.

    Two demonstrations that start at the same moment must not meet at one port.
    """
    return options.http or (None if options.is_shown else free_address())


def _processes(options: Options, environment: Mapping[str, str]) -> list[list[str]]:
    if not options.processes:
        return [["up", "--data", str(options.platform)]]
    for name in SERVICES:
        upgrade(name, environment[f"PRIMARIES_{name.upper()}_DATABASE_URL"])
    return [["run", name] for name in (*SERVICES, GATEWAY)]


@contextmanager
def _child(
    arguments: list[str], environment: Mapping[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"{arguments[-1] if arguments[0] == 'run' else 'up'}.log").open(
        "wb"
    ) as log:
        child = subprocess.Popen(
            [*_COMMAND, *arguments],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            # Ctrl-C is the demonstration's: it stops its children in order
            start_new_session=True,
        )
        try:
            yield child
        finally:
            _stop(child)


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_STOP)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _wait_until_up(platform: Platform) -> None:
    api, deadline = Api(platform.url), time.monotonic() + _START
    while not api.is_up():
        platform.require_alive()
        if time.monotonic() > deadline:
            raise click.ClickException(f"{platform.url} does not answer.")
        time.sleep(0.1)
    api.close()


def listening_address(wished: str | None = None) -> str:
    """The address wished for; or the usual port, or any when somebody has it."""
    tried = (wished,) if wished else (_USUAL, free_address())
    for address in tried:
        host, _, port = address.rpartition(":")
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host, int(port)))
            except (OSError, ValueError):
                continue
            return f"{host}:{trial.getsockname()[1]}"
    raise click.ClickException(f"Cannot listen at {tried[-1]}: somebody else does.")
