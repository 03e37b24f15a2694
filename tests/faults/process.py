"""A nursery: each line of JSON it reads becomes a toy service, in a process of its own.

Importing everything takes a second and forking does not, and fault tests start many
services. The nursery answers with the process id; a service that has reached the
broker creates the file it was told to. When the nursery's input ends, all end.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet

    eventlet.monkey_patch()
    import nameko  # noqa: F401 (it too tells of its own ageing)

import json
import os
import signal
import sys
from pathlib import Path

from chassis.config import Settings
from chassis.runner import run
from chassis.telemetry import configure_logging
from tests.integration.chassis import toy

SERVICES = {"speaker": toy.SpeakerService, "listener": toy.ListenerService}


def main() -> None:
    """Start what is asked for; kill all of it at the end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead leave at once
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            be_a_service(**json.loads(line))
        os.write(1, b"%d\n" % pid)
    os.killpg(0, signal.SIGKILL)


def be_a_service(*, name: str, settings: dict[str, str], log: str, ready: str) -> None:
    """Run until told to stop, or killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    configure_logging()
    run([(SERVICES[name], Settings(name, settings))], ready=Path(ready).touch)


if __name__ == "__main__":
    main()
