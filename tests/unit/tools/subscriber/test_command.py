"""`primaries subscribe` over HTTP, and what it refuses before it reads anything."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import eventlet
import pytest
from click.testing import CliRunner, Result
from eventlet import wsgi
from werkzeug.wrappers import Request, Response

from tests.support.public_log import an_event
from tests.support.sources import ROOT
from tools.cli import main
from tools.subscriber.command import show

HELP = ("subscribe", "--help")


class Feed:
    """An HTTP feed of so many events; position and sequence are the same."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.hidden: set[int] = set()
        self.stays_hidden = False
        self.places: set[str | None] = set()

    @Request.application
    def __call__(self, request: Request) -> Response:
        after = int(request.args.get("after", 0))
        self.places.add(request.args.get("place"))
        numbers = range(after + 1, self.length + 1)[:3]
        shown = [an_event(n) for n in numbers if n not in self.hidden]
        self.hidden = self.hidden if after or self.stays_hidden else set()
        page = {"items": shown, "next": str(numbers[-1] if numbers else after)}
        return Response(json.dumps(page), content_type="application/json")


@pytest.fixture
def feed() -> Feed:
    return Feed(5)


@pytest.fixture
def address(feed: Feed) -> Iterator[str]:
    listener = eventlet.listen(("127.0.0.1", 0))
    server = eventlet.spawn(wsgi.server, listener, feed, log_output=False)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.kill()


def subscribe(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["subscribe", *arguments])


def sequences(result: Result) -> list[int]:
    return [json.loads(line)["sequence"] for line in result.stdout.splitlines()]


def test_the_feed_is_read_to_its_end_and_tells_where_that_was(address: str, feed: Feed):
    result = subscribe("--api", address, "--territory", "KZ-AKM", "--until-idle")

    assert result.exit_code == 0
    assert sequences(result) == [1, 2, 3, 4, 5]
    assert feed.places == {"KZ-AKM"}
    assert "applied 5" in result.stderr
    assert "feed of KZ-AKM: 5" in result.stderr


def test_a_state_goes_on_where_the_last_run_ended(
    address: str, feed: Feed, tmp_path: Path
):
    arguments = ("--api", address, "--until-idle", "--state", str(tmp_path / "s.db"))
    subscribe(*arguments)
    feed.length = 7

    assert sequences(subscribe(*arguments)) == [6, 7]


def test_a_cursor_begins_in_the_middle(address: str):
    result = subscribe("--api", address, "--after", "3", "--until-idle")

    assert sequences(result) == [4, 5]


def test_what_the_feed_left_out_at_first_is_read_again(address: str, feed: Feed):
    feed.hidden = {2}

    result = subscribe("--api", address, "--until-idle")

    assert sequences(result) == [1, 2, 3, 4, 5]
    assert "Missing: KZ-111000000/voting 2." in result.stderr


def test_what_the_feed_never_had_is_told_and_ends_with_a_code_of_its_own(
    address: str, feed: Feed, tmp_path: Path
):
    feed.hidden, feed.stays_hidden = {2}, True
    state = ("--state", str(tmp_path / "s.db"))

    first = subscribe("--api", address, "--until-idle", *state)
    again = subscribe("--api", address, "--until-idle", *state)

    assert (first.exit_code, again.exit_code) == (3, 3)
    assert sequences(first) == [1, 3, 4, 5]
    for result in (first, again):
        assert "Not in this copy: KZ-111000000/voting 2." in result.stderr
        assert f"subscribe --api {address} --state ANOTHER.db" in result.stderr


def test_a_region_finds_its_broker_in_the_settings_and_its_place_in_the_state(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    state = ("--state", str(tmp_path / "s.db"))
    subscribe("--api", address, "--until-idle", *state)
    monkeypatch.setattr("tools.subscriber.following._PAUSES", ())
    monkeypatch.setenv("PRIMARIES_AMQP_URI", "amqp://127.0.0.1:1")

    result = subscribe("--region", "KZ-AKM", "--from", "3", "--until-idle", *state)

    assert result.exit_code == 1
    assert "The broker is lost" in result.stderr
    assert "--from is passed over" in result.stderr


def test_the_command_says_nothing_of_its_libraries():
    help_text = subprocess.run(
        [sys.executable, "-c", "from tools.cli import main; main()", *HELP],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    assert help_text.stderr == ""
    assert "Exit code with --until-idle" in help_text.stdout


def test_a_platform_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tools.subscriber.following._PAUSES", (0.0,))

    result = subscribe("--api", "http://127.0.0.1:1", "--until-idle")

    assert result.exit_code == 1
    assert "Error: http://127.0.0.1:1 does not answer" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--amqp", "amqp://b"),
        ("--amqp", "amqp://b", "--region", "A", "--after", "3"),
        ("--amqp", "amqp://b", "--region", "A", "--territory", "B"),
        ("--amqp", "amqp://b", "--region", "A", "--queue", "q", "--from", "first"),
        ("--amqp", "amqp://b", "--region", "A", "--region", "B", "--queue", "q"),
        ("--amqp", "amqp://b", "--region", "A", "--queue", "log"),
        ("--amqp", "amqp://b", "--region", "A", "--from", "yesterday"),
        ("--amqp", "amqp://b", "--region", "A", "--from", "2020-10-01T00:00"),
        ("--region", "A"),
        ("--from", "0"),
    ],
)
def test_what_does_not_belong_together_is_refused(arguments: tuple[str, ...]):
    assert subscribe(*arguments).exit_code == 2


@pytest.mark.parametrize(
    ("primary", "lines"), [(None, 1), ("tiny-2020", 1), ("theirs", 0)]
)
def test_another_primarys_events_are_left_out(
    primary: str | None, lines: int, capsys: pytest.CaptureFixture[str]
):
    show(an_event(1), primary)

    assert len(capsys.readouterr().out.splitlines()) == lines


def test_an_event_is_one_line_with_its_letters(capsys: pytest.CaptureFixture[str]):
    show({"data": {"title": "Ақмола"}}, None)

    (line,) = capsys.readouterr().out.splitlines()
    assert "Ақмола" in line
