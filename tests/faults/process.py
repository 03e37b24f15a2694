"""One of the toy services as a process of its own, to be killed.

`python -m tests.faults.process speaker`, with its settings in the environment.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet

    eventlet.monkey_patch()
    import nameko  # noqa: F401 (it too tells of its own ageing)

import os
import sys

from chassis.config import Settings
from chassis.runner import run
from chassis.telemetry import configure_logging
from tests.integration.chassis import toy

SERVICES = {"speaker": toy.SpeakerService, "listener": toy.ListenerService}


def main(name: str) -> None:
    """Run until told to stop; says `ready` when everything is connected."""
    configure_logging()
    settings = Settings(name, os.environ)
    run([(SERVICES[name], settings)], ready=lambda: os.write(1, b"ready\n"))


if __name__ == "__main__":
    main(sys.argv[1])
