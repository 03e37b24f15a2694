"""A sandbox is read with the reference client, as the real thing is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from chassis.testing import eventually
from tests.support.sources import ROOT
from tools.cli import main
from tools.private_servers.programs import free_address
from tools.sandbox.command import sandbox

pytestmark = pytest.mark.integration
SMALL = ["--definition", str(ROOT / "deploy/primaries/small-party.yaml")]
EVENTS = 175  # of the whole story
COMMAND = [sys.executable, "-c", "from tools.cli import main; main()", "sandbox"]


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Path]:
    """A sandbox in a process of its own; gives the file of what it says."""
    said = folder / "said"
    with said.open("w") as out, (folder / "errors").open("w") as errors:
        process = subprocess.Popen(
            [*COMMAND, *SMALL, "--speed", "0", *arguments],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=out,
            stderr=errors,
        )
    try:
        eventually(lambda: f"of {EVENTS} events" in errors_of(folder), seconds=90)
        yield said
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


def errors_of(folder: Path) -> str:
    return (folder / "errors").read_text(encoding="utf-8").rpartition("\r")[2]


def read_as_told(line: str) -> list[dict]:
    arguments = [*line.removeprefix("primaries ").split(), "--until-idle"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(each) for each in result.stdout.splitlines()]


@pytest.mark.slow
def test_a_private_sandbox_says_how_a_region_connects(tmp_path: Path):
    with running(tmp_path, "--private", "--seed", "7") as said:
        own, other = said.read_text(encoding="utf-8").splitlines()[:2]
        events = read_as_told(other)

        assert "--region IS" in own
        assert {event["data"]["region"] for event in events} == {
            "IS",
            other.split("region.")[1].split(":")[0],
        }


@pytest.mark.slow
def test_a_sandbox_serves_the_feed(tmp_path: Path):
    with running(tmp_path, "--http", free_address(), "--seed", "7") as said:
        events = read_as_told(said.read_text(encoding="utf-8").strip())

        assert len(events) == EVENTS
        assert events[0]["type"] == "registration.primary_defined.v1"


def test_a_sandbox_speaks_at_a_given_broker(rabbitmq_vhost: str):
    arguments = [*SMALL, "--amqp", rabbitmq_vhost, "--speed", "0", "--seed", "7"]
    assert CliRunner().invoke(sandbox, arguments).exit_code == 0

    events = read_as_told(f"subscribe --amqp {rabbitmq_vhost} --region IS")
    assert {event["primary"] for event in events} == {"hafnarlistinn-2022"}


def test_what_cannot_be_told_is_refused():
    nowhere = CliRunner().invoke(sandbox, SMALL)
    unknown = CliRunner().invoke(sandbox, [*SMALL, "--amqp", "x", "--region", "KZ-AKM"])
    rough = CliRunner().invoke(sandbox, [*SMALL, "--http", "x", "--rough"])

    assert (nowhere.exit_code, unknown.exit_code, rough.exit_code) == (2, 2, 2)
    assert "KZ-AKM" in unknown.output
