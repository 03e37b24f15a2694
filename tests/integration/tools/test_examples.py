"""The examples of the documentation do what it says of them."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import eventlet
import pytest
from kombu import Connection

from chassis.events import Envelope
from chassis.testing import eventually
from tests.support.public_log import an_event, publish
from tests.support.sources import ROOT
from tools.private_servers.programs import free_address
from tools.sandbox.outlets import FeedOutlet, serving

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

    def says(self, words: str) -> None:
        eventually(lambda: words in self._output.read_text(encoding="utf-8"))

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@pytest.fixture
def start(tmp_path: Path):
    """Start an example; it goes on where the one before was killed."""
    started: list[Example] = []

    def run(*command: str) -> Example:
        for example in started:
            example.kill()
        started.append(Example(*command, output=tmp_path / "said"))
        return started[-1]

    yield run
    for example in started:
        example.kill()


class Feed:
    """The HTTP feed, with what it was told."""

    def __init__(self, outlet: FeedOutlet, address: str) -> None:
        self.url = f"http://{address}"
        self._outlet = outlet

    def tell(self, *events: dict) -> None:
        self._outlet.tell([Envelope.from_json(json.dumps(each)) for each in events])


@pytest.fixture
def feed() -> Iterator[Feed]:
    address = free_address()
    with serving(address) as outlet:
        yield Feed(outlet, address)


@pytest.mark.slow
def test_the_python_example_counts_right_whatever_is_lost(
    rabbitmq_vhost: str, feed: Feed, start, tmp_path: Path
):
    where = (rabbitmq_vhost, "KZ-AKM", str(tmp_path / "turnout.db"), feed.url)
    command = (sys.executable, str(EXAMPLES / "turnout.py"), *where)
    another = turnout(1, district="KZ-113200000")
    with Connection(rabbitmq_vhost) as connection:
        publish(connection, *turnout(1, 2), *another)
        start(*command).says("3 have voted online in 2")

        feed.tell(*turnout(1, 2, 3, 4), *another, *turnout(1, district="KZ-AKM"))
        example = start(*command)
        publish(connection, *turnout(2, 4))  # the third was lost
        example.says("5 have voted online in 2")

    with sqlite3.connect(tmp_path / "turnout.db") as db:
        db.execute("DELETE FROM place")  # as if the stream were made anew
    eventlet.sleep(0.6)  # for half a second the feed answers what it answered before
    start(*command).says("6 have voted online in 3")


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node on the path")
def test_the_javascript_example_reads_the_feed(feed: Feed, start, tmp_path: Path):
    feed.tell(*turnout(1, 2, 3), *turnout(1, district="KZ-113200000"))
    example = start(
        *("node", str(EXAMPLES / "feed.mjs"), feed.url, "KZ-AKM", "state.json"),
        "--once",
    )

    example.says("4 have voted online in 2 districts")
    state = json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))
    assert state["last"] == {"KZ-111000000 voting": 3, "KZ-113200000 voting": 1}
