"""A process ends when it is told to, and when it cannot do its work any more."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import eventlet.patcher
import pytest

from chassis.service import AtStart
from chassis.testing import eventually, running, test_environment

threading: Any = eventlet.patcher.original("threading")

SCRIPT = """
import eventlet
eventlet.monkey_patch()
import os
from nameko.extensions import DependencyProvider
from chassis.config import Settings
from chassis.runner import run
from chassis.telemetry import configure_logging
from tests.integration.chassis.toy import SpeakerService


class Doomed(DependencyProvider):
    def start(self):
        self.container.spawn_managed_thread(self.fail)

    def fail(self):
        eventlet.sleep(0.2)
        raise {error}


class Fragile:
    name = "fragile"
    doomed = Doomed()


configure_logging()
run(
    [(service, Settings(service.name, os.environ)) for service in [{services}]],
    ready=lambda: print("ready", flush=True),
)
"""


def run_script(directory: Path, services: str, error: str = "", **more: str):
    script = SCRIPT.format(services=services, error=error or "ValueError")
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=Path(__file__).parents[3],
        env=test_environment(directory, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_service_that_lacks_a_setting_does_not_run(tmp_path: Path):
    process = run_script(tmp_path, "SpeakerService")

    out, errors = process.communicate(timeout=20)

    assert process.returncode == 1
    assert out == ""
    assert "PRIMARIES_SPEAKER_DATABASE_URL is not set" in errors


@pytest.mark.parametrize(
    "error",
    ['ValueError("850312401235")', "eventlet.Timeout(1)"],
    ids=["error", "time"],
)
def test_a_process_ends_when_a_part_of_it_dies(tmp_path: Path, error: str):
    process = run_script(tmp_path, "Fragile", error)

    _out, errors = process.communicate(timeout=20)

    assert process.returncode == 1
    assert "container_died" in errors
    assert "850312401235" not in errors


def test_what_takes_long_at_the_start_holds_nobody_up():
    began, go_on, here = [], threading.Event(), threading.get_ident()

    def work():
        began.append(threading.get_ident())
        go_on.wait(10)

    class Slow:
        name = "slow"
        prepared = AtStart(work)

    with running(Slow, environment={"PRIMARIES_AMQP_URI": "memory://"}):
        eventually(lambda: began)
        go_on.set()

    assert began != [here]


def test_a_process_ends_well_when_told_to(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/speaker.db"
    process = run_script(tmp_path, "SpeakerService", PRIMARIES_SPEAKER_DATABASE_URL=url)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"

    process.send_signal(signal.SIGTERM)

    process.communicate(timeout=20)
    assert process.returncode == 0
