"""The examples of the documentation do what it says of them."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection

from chassis.events import Envelope
from chassis.testing import eventually
from tests.support.public_log import an_event, publish
from tests.support.sources import ROOT
from tools.private_servers.programs import free_address
from tools.sandbox.outlets import serving

pytestmark = pytest.mark.integration
EXAMPLES = ROOT / "docs" / "examples"


def turnout(*sequences: int, district: str = "KZ-111000000") -> list[dict]:
    return [an_event(each, territory=district) for each in sequences]


class Example:
    """An example under way, and what it has printed."""

    def __init__(self, *command: str, output: Path) -> None:
        self._output = output
        with output.open("ab") as out:
            self._process = subprocess.Popen(command, stdout=out, cwd=output.parent)

    def said(self) -> str:
        return self._output.read_text(encoding="utf-8")

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@pytest.fixture
def start(rabbitmq_vhost: str, tmp_path: Path):
    """Start the Python example; it goes on where the one before was killed."""
    started: list[Example] = []

    def run() -> Example:
        for example in started:
            example.kill()
        arguments = (rabbitmq_vhost, "KZ-AKM", str(tmp_path / "turnout.db"))
        command = (sys.executable, str(EXAMPLES / "turnout.py"), *arguments)
        started.append(Example(*command, output=tmp_path / "said"))
        return started[-1]

    yield run
    for example in started:
        example.kill()


@pytest.mark.slow
def test_the_python_example_counts_right_after_a_crash(rabbitmq_vhost: str, start):
    with Connection(rabbitmq_vhost) as connection:
        publish(connection, *turnout(1, 2), *turnout(1, district="KZ-113200000"))
        example = start()
        eventually(lambda: "3 have voted online in 2" in example.said(), seconds=60)

        example = start()
        publish(connection, *turnout(2, 3))
        eventually(lambda: "4 have voted online in 2" in example.said(), seconds=60)


@pytest.fixture
def feed() -> Iterator[tuple[str, list[dict]]]:
    address = free_address()
    with serving(address) as outlet:
        told = [*turnout(1, 2, 3), *turnout(1, district="KZ-113200000")]
        outlet.tell([Envelope.from_json(json.dumps(each)) for each in told])
        yield f"http://{address}", told


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node on the path")
def test_the_javascript_example_reads_the_feed(feed, tmp_path: Path):
    address, _ = feed
    command = ["node", str(EXAMPLES / "feed.mjs"), address, "KZ-AKM", "state.json"]
    example = Example(*command, "--once", output=tmp_path / "said")

    eventually(
        lambda: "4 have voted online in 2 districts" in example.said(), seconds=60
    )
    state = json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))
    assert state["last"] == {"KZ-111000000 voting": 3, "KZ-113200000 voting": 1}
    example.kill()
