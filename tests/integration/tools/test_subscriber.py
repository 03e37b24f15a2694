"""The reference client at a real broker: killed, cut off, restarted, never wrong."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import eventlet
import pytest
from click.testing import CliRunner, Result
from kombu import Connection

from chassis.events import Envelope
from chassis.publishing import batch_on
from chassis.stream_queues import stream_of
from chassis.streams import declare_stream
from chassis.testing import eventually
from chassis.topology import PUBLIC_EXCHANGE
from tests.support.public_log import an_event, publish, send
from tests.support.sources import ROOT
from tools.cli import main
from tools.private_servers.programs import free_address
from tools.sandbox.outlets import serving
from tools.subscriber.received import Batch, Received
from tools.subscriber.state import State

pytestmark = pytest.mark.integration
COMMAND = [sys.executable, "-c", "from tools.cli import main; main()", "subscribe"]
AKMOLA = ("--region", "KZ-AKM")
OFFSET_OF_A_LOST_DISK = "1000000"


def subscribe(uri: str, *arguments: str) -> Result:
    """Read until there is nothing more."""
    return CliRunner().invoke(
        main, ["subscribe", "--amqp", uri, *arguments, "--until-idle"]
    )


def sequences(result: Result) -> list[int]:
    assert result.exit_code == 0, result.output
    return [event["sequence"] for event in printed(result)]


def printed(result: Result) -> list[dict[str, Any]]:
    """The events; what a feed in the same process logs is none."""
    lines = result.stdout.splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def events(*numbers: int, **more: Any) -> list[dict[str, Any]]:
    return [an_event(number, **more) for number in numbers]


def test_a_region_reads_its_stream_from_the_first_event_and_nothing_else(
    rabbitmq_vhost: str,
):
    with Connection(rabbitmq_vhost) as connection:
        publish(connection, *events(1, 2), *events(1, region="KZ-KUS", territory="X"))
        publish(connection, *events(1, region="KZ", territory="KZ"))

    assert sequences(subscribe(rabbitmq_vhost, *AKMOLA)) == [1, 2]
    both = subscribe(rabbitmq_vhost, *AKMOLA, "--region", "KZ")
    places = {json.loads(line)["subject"] for line in both.stdout.splitlines()}
    assert places == {"KZ-111000000", "KZ"}


def test_a_stream_is_read_again_from_an_offset_or_a_time(rabbitmq_vhost: str):
    with Connection(rabbitmq_vhost) as connection:
        publish(connection, *events(1, 2, 3))
        eventlet.sleep(1.1)  # a stream knows the seconds of its chunks
        before_the_rest = datetime.now(UTC).replace(microsecond=0).isoformat()
        publish(connection, *events(4, 5))

    assert sequences(subscribe(rabbitmq_vhost, *AKMOLA, "--from", "2")) == [3, 4, 5]
    since = subscribe(rabbitmq_vhost, *AKMOLA, "--from", before_the_rest)
    assert sequences(since) == [4, 5]


def test_a_state_goes_on_behind_what_it_holds(rabbitmq_vhost: str, tmp_path: Path):
    state = ("--state", str(tmp_path / "akmola.db"))
    with Connection(rabbitmq_vhost) as connection:
        publish(connection, *events(1, 2))
        assert sequences(subscribe(rabbitmq_vhost, *AKMOLA, *state)) == [1, 2]
        publish(connection, *events(2, 3))  # as a relay does that died in between

    again = subscribe(rabbitmq_vhost, *AKMOLA, *state)
    assert sequences(again) == [3]
    assert "repeated 2" in again.stderr  # the last one it had is asked for once more
    assert "region.KZ-AKM.log: 4" in again.stderr


def test_a_live_queue_keeps_what_happens_while_its_reader_is_away(
    rabbitmq_vhost: str, tmp_path: Path
):
    live = (*AKMOLA, "--queue", "turnout", "--state", str(tmp_path / "akmola.db"))
    with Connection(rabbitmq_vhost) as connection:
        publish(connection, *events(1))
        assert sequences(subscribe(rabbitmq_vhost, *live)) == []
        publish(connection, *events(2, 3), *events(9, region="KZ-KUS", territory="X"))

    assert sequences(subscribe(rabbitmq_vhost, *live)) == [2, 3]
    assert sequences(subscribe(rabbitmq_vhost, *live)) == []


def test_what_a_live_queue_has_dropped_is_read_again_from_the_stream(
    rabbitmq_vhost: str, tmp_path: Path
):
    live = (*AKMOLA, "--queue", "short", "--state", str(tmp_path / "akmola.db"))
    with Connection(rabbitmq_vhost) as connection:
        declare_stream(connection, "KZ-AKM")
        subscribe(rabbitmq_vhost, *live)
        publish(connection, *events(1))
        assert sequences(subscribe(rabbitmq_vhost, *live)) == [1]
        publish(connection, *events(2, 3, 4))
        connection.default_channel.basic_get("region.KZ-AKM.short", no_ack=True)
        connection.default_channel.basic_get("region.KZ-AKM.short", no_ack=True)

    result = subscribe(rabbitmq_vhost, *live)
    assert sequences(result) == [2, 3, 4]
    assert "Missing: KZ-111000000/voting 2-3." in result.stderr
    assert "Read again: 2 events." in result.stderr


def test_a_stream_made_anew_is_read_from_its_beginning(
    rabbitmq_vhost: str, tmp_path: Path
):
    state = tmp_path / "akmola.db"
    with Connection(rabbitmq_vhost) as connection:
        publish(connection, *events(1))
        subscribe(rabbitmq_vhost, *AKMOLA, "--state", str(state))
        with sqlite3.connect(state) as db:
            db.execute(
                "UPDATE marks SET mark = ? WHERE name = 'region.KZ-AKM.log'",
                (OFFSET_OF_A_LOST_DISK,),
            )
        publish(connection, *events(2))

    result = subscribe(rabbitmq_vhost, *AKMOLA, "--state", str(state))
    assert [event["sequence"] for event in printed(result)] == [2]
    assert "to be read anew: region.KZ-AKM.log" in result.stderr
    assert result.exit_code == 3
    assert "Perhaps not in this copy" in result.stderr


def declare_a_short_stream(connection: Connection) -> None:
    """The region's stream, which forgets after a few dozen events."""
    limits = {"x-max-length-bytes": 20_000, "x-stream-max-segment-size-bytes": 8_000}
    own = stream_of("KZ-AKM")
    own.queue_arguments |= limits
    stream = own(connection.default_channel)
    PUBLIC_EXCHANGE(connection.default_channel).declare()
    stream.queue_declare()
    stream.bind_to(PUBLIC_EXCHANGE, routing_key="KZ-AKM.#")


@contextmanager
def a_feed_of(told: list[dict[str, Any]]) -> Iterator[str]:
    """The HTTP feed with all of these."""
    address = free_address()
    with serving(address) as outlet:
        outlet.tell([Envelope.from_json(json.dumps(each)) for each in told])
        yield f"http://{address}"


def test_what_a_stream_has_forgotten_is_told_and_fetched_from_the_feed(
    rabbitmq_vhost: str, tmp_path: Path
):
    behind_a_gap = events(1, 2, 3, territory="KZ-AKM")
    with closing(State(tmp_path / "akmola.db")) as state:
        state.begin(from_the_first=True)
        known = [Received.from_envelope(behind_a_gap[each]) for each in (0, 2)]
        state.take(Batch(events=known, marks={"region.KZ-AKM.log": "3"}))
    later = events(*range(1, 121))
    with Connection(rabbitmq_vhost) as connection:
        declare_a_short_stream(connection)
        for each in [*behind_a_gap, *later]:
            send(batch_on(connection), each)  # alone, to be forgotten alone

    result = subscribe(rabbitmq_vhost, *AKMOLA, "--state", str(tmp_path / "akmola.db"))
    lines = printed(result)
    known = [each["sequence"] for each in lines if each["subject"] == "KZ-AKM"]
    first, *more = [each["sequence"] for each in lines if each["subject"] != "KZ-AKM"]
    assert result.exit_code == 3
    assert (known, [first, *more]) == ([1, 3], [*range(first, 121)])
    assert "Begins behind our place: region.KZ-AKM.log." in result.stderr
    assert f"KZ-111000000/voting 1-{first - 1}, KZ-AKM/voting 2" in result.stderr
    assert "--region KZ-AKM --api https://… --state ANOTHER.db" in result.stderr

    with a_feed_of([*behind_a_gap, *later]) as address:
        whole = subscribe(rabbitmq_vhost, *AKMOLA, "--api", address)
    assert sorted(sequences(whole)) == sorted([1, 2, 3, *range(1, 121)])


def test_a_message_that_is_no_event_is_counted_and_passed_over(rabbitmq_vhost: str):
    with Connection(rabbitmq_vhost) as connection:
        declare_stream(connection, "KZ-AKM")
        connection.Producer().publish(
            "no event", exchange="primaries.public", routing_key="KZ-AKM.x.y"
        )
        publish(connection, *events(1))

    result = subscribe(rabbitmq_vhost, *AKMOLA)
    assert sequences(result) == [1]
    assert "unreadable 1" in result.stderr


class Subscriber:
    """`primaries subscribe` as a process that can be killed."""

    def __init__(self, uri: str, folder: Path) -> None:
        self.state = folder / "akmola.db"
        self._output = folder / "lines"
        self._arguments = ["--amqp", uri, *AKMOLA, "--state", str(self.state)]

    def start(self) -> None:
        with self._output.open("ab") as out:
            self._process = subprocess.Popen(
                [*COMMAND, *self._arguments],
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONWARNINGS": "ignore"},
            )

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def held(self) -> list[int]:
        """The numbers it holds, in the order in which it applied them."""
        if not self.state.exists():
            return []
        with sqlite3.connect(self.state) as db:
            query = "SELECT sequence FROM events ORDER BY position"
            try:
                return [row[0] for row in db.execute(query)]
            except sqlite3.OperationalError:
                return []  # it has not made its tables yet

    def printed(self) -> set[int]:
        lines = self._output.read_text(encoding="utf-8").splitlines()
        return {json.loads(line)["sequence"] for line in lines}


@pytest.fixture
def subscriber(rabbitmq_vhost: str, tmp_path: Path):
    made = Subscriber(rabbitmq_vhost, tmp_path)
    made.start()
    yield made
    made.kill()


def publish_in_the_background(uri: str) -> Callable[[], int]:
    """Publish until the function given is called; it gives the last number."""
    enough = eventlet.Event()

    def run() -> int:
        number = 0
        with Connection(uri) as connection:
            while not enough.ready():
                publish(connection, *events(*range(number + 1, number + 11)))
                publish(connection, *events(number + 1))  # again, as after a crash
                number += 10
                eventlet.sleep(0.05)
        return number

    publishing = eventlet.spawn(run)

    def finish() -> int:
        enough.send()
        return publishing.wait()

    return finish


def kill_once_it_has_more(subscriber: Subscriber) -> None:
    before = len(subscriber.held())
    eventually(lambda: len(subscriber.held()) > before, seconds=60)
    subscriber.kill()
    subscriber.start()


@pytest.mark.slow
def test_killed_again_and_again_it_holds_every_event_once_and_in_order(
    rabbitmq_vhost: str, subscriber: Subscriber
):
    finish = publish_in_the_background(rabbitmq_vhost)
    for _ in range(4):
        kill_once_it_has_more(subscriber)
    last = finish()

    eventually(lambda: len(subscriber.held()) >= last)
    assert subscriber.held() == list(range(1, last + 1))
    eventually(lambda: len(subscriber.printed()) == last)


def test_it_comes_back_when_the_broker_has_cut_its_connection(
    rabbitmq_vhost: str, subscriber: Subscriber, rabbitmq_node
):
    with Connection(rabbitmq_vhost) as connection:
        publish(connection, *events(1))
    eventually(lambda: subscriber.held() == [1], seconds=60)

    vhost = rabbitmq_vhost.rpartition("/")[2]
    subprocess.run(
        [
            str(rabbitmq_node.programs / "rabbitmqctl"),
            *("close_all_connections", "--vhost", vhost, "a test cuts them"),
        ],
        env=rabbitmq_node.environment,
        check=True,
        capture_output=True,
    )
    with Connection(rabbitmq_vhost) as connection:
        publish(connection, *events(2))

    eventually(lambda: subscriber.held() == [1, 2], seconds=60)
