"""Programs run for one block: started, awaited, and stopped whatever happens.

Each is stopped with its block, with the process, or (on Linux) when the process is
killed. Start them from the main thread: the kernel ties that last promise to the
thread that started the program.
"""

from __future__ import annotations

import atexit
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 15
# Below the range from which kernels take the ports of outgoing connections, so that
# nothing takes a port between our look and the server's start.
FIRST_PORT, LAST_PORT = 20_000, 32_000


class ServerUnavailable(Exception):
    """A private server could not be started."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What is started: its command, surroundings, and the signal that ends it well."""

    command: list[str]
    log: Path
    environment: Mapping[str, str] | None = None
    account: pwd.struct_passwd | None = None
    stop_signal: signal.Signals = signal.SIGTERM


@contextmanager
def running(program: Program, is_ready: Callable[[], bool]) -> Iterator[None]:
    """Run the program for the block, which begins when the program is ready."""
    process = _start(program)
    stop = partial(_stop, process, program.stop_signal)
    atexit.register(stop)
    try:
        _await_readiness(process, program, is_ready)
        yield
    finally:
        stop()
        atexit.unregister(stop)


def find_program(pattern: str, name: str) -> Path:
    """The newest installation the packages left, or else what is on the path."""
    installed = sorted(Path("/").glob(pattern.lstrip("/")), key=_version_in)
    if installed:
        return installed[-1]
    if found := shutil.which(name):
        return Path(found).resolve()
    message = f"{name} is not installed (on Debian: `make test` installs it)"
    raise ServerUnavailable(message)


def make_home(directory: Path, name: str) -> Path:
    """Make a folder that only its owner can look into."""
    home = directory.resolve() / name
    home.mkdir(mode=0o700)
    return home


def free_ports(count: int) -> list[int]:
    """Find as many different ports on which nothing listens."""
    ports: set[int] = set()
    while len(ports) < count:
        port = FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT)
        if _is_free(port):
            ports.add(port)
    return list(ports)


def free_address() -> str:
    """An address of this machine on which nothing listens."""
    (port,) = free_ports(1)
    return f"{LOOPBACK}:{port}"


def accepts_connections(port: int) -> bool:
    """Whether something listens on the port."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=2).close()
    except OSError:
        return False
    return True


def identity_of(account: pwd.struct_passwd) -> dict[str, Any]:
    """What `subprocess` must be told to run a program as the account."""
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def dies_with_parent(stop_signal: signal.Signals) -> list[str]:
    """What to put before a command, so that it ends with the thread that starts it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", stop_signal.name, "--"] if setpriv else []


def _start(program: Program) -> subprocess.Popen[Any]:
    account = program.account
    who = {} if account is None else identity_of(account)
    with program.log.open("ab") as log:
        return subprocess.Popen(
            [*dies_with_parent(program.stop_signal), *program.command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=program.log.parent,
            env=program.environment,
            # Ctrl-C in a terminal must reach the parent first, which then stops us.
            start_new_session=True,
            **who,
        )


def _stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
    if process.poll() is not None:
        return
    process.send_signal(stop_signal)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _await_readiness(
    process: subprocess.Popen[bytes], program: Program, is_ready: Callable[[], bool]
) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            last_words = program.log.read_text(errors="replace")[-2000:]
            message = f"{Path(program.command[0]).name} did not start: {last_words}"
            raise ServerUnavailable(message)
        time.sleep(0.05)


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        try:
            attempt.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _version_in(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))]
