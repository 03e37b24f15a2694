"""The platform as an operator starts it: one command up, one service, and stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import eventlet
import httpx
import pytest

from tests.support.sources import ROOT
from tools.private_servers.programs import free_address

pytestmark = pytest.mark.integration
PATIENCE = 180  # seconds; a shared machine may be slow
COMMAND = [sys.executable, "-c", "from tools.cli import main; main()"]


@dataclass(frozen=True, kw_only=True)
class Running:
    address: str
    data: Path
    process: subprocess.Popen[str]


def environment(**more: str) -> dict[str, str]:
    ours = {k: v for k, v in os.environ.items() if not k.startswith("PRIMARIES_")}
    return {**ours, **more}


def primaries(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data, address = tmp_path_factory.mktemp("platform"), free_address()
    with (data / "log").open("w") as log:
        process = subprocess.Popen(
            [*COMMAND, "up", "--demo", "--data", str(data), "--http", address],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdout is not None
        with eventlet.Timeout(PATIENCE):
            assert address in process.stdout.readline(), (data / "log").read_text()
        yield Running(address=address, data=data, process=process)
        process.kill()
        process.wait()


def test_up_serves_the_interface(platform: Running):
    answer = httpx.get(f"http://{platform.address}/api/v1/openapi.json")

    assert answer.json()["openapi"].startswith("3.1")


def test_a_primary_is_defined_and_its_public_log_followed(platform: Running):
    small, url = "deploy/primaries/small-party.yaml", f"http://{platform.address}"
    known = ["--api", url, "--data", str(platform.data)]

    first = primaries("define", small, *known)
    again = primaries("define", small, *known)
    log = primaries("subscribe", "--territory", "IS", "--api", url, "--until-idle")

    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    events = [json.loads(line) for line in log.stdout.splitlines()]
    assert "registration.primary_defined.v1" in {event["type"] for event in events}
    assert "feed of IS: " in log.stderr


def test_another_definition_under_the_same_id_is_refused(
    platform: Running, tmp_path: Path
):
    text = (ROOT / "deploy/primaries/small-party.yaml").read_text(encoding="utf-8")
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace("min_ballots: ", "min_ballots: 1"))

    known = ["--api", f"http://{platform.address}", "--data", str(platform.data)]
    primaries("define", "deploy/primaries/small-party.yaml", *known)
    refused = primaries("define", str(changed), *known)

    assert refused.returncode == 1
    assert "primary_exists" in refused.stderr


def test_a_port_that_is_taken_is_named(platform: Running, tmp_path: Path):
    here = ["--data", str(tmp_path), "--http", platform.address]
    second = primaries("up", "--demo", *here)

    assert second.returncode == 1
    assert f"Cannot listen at {platform.address}" in second.stderr


def test_a_missing_variable_is_named():
    alone = primaries("migrate", "voting", PRIMARIES_AMQP_URI="memory://")

    assert alone.returncode == 1
    assert "PRIMARIES_VOTING_DATABASE_URL is not set" in alone.stderr
    assert "Traceback" not in alone.stderr


def test_nobody_starts_a_platform_that_could_not_send_codes(tmp_path: Path):
    mute = primaries("up", "--data", str(tmp_path), "--http", free_address())

    assert mute.returncode == 1
    assert "PRIMARIES_SMS_URL is not set" in mute.stderr


def test_voting_does_not_start_without_the_key_it_signs_with():
    unsigned = primaries("run", "voting", PRIMARIES_DEMO="1")

    assert unsigned.returncode == 1
    assert "PRIMARIES_VOTING_SIGNING_KEY is not set" in unsigned.stderr


def test_a_broken_definition_is_told_by_file_line_and_field(tmp_path: Path):
    text = (ROOT / "deploy/primaries/small-party.yaml").read_text(encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace("group: BELENIOS-2048", "group: Nothing"))

    checked = primaries("define", str(broken), "--check")

    assert checked.returncode == 1
    assert f"{broken}:" in checked.stderr
    assert "/group: " in checked.stderr


def test_it_stops_when_it_is_told_to(tmp_path: Path):
    process = subprocess.Popen(
        [*COMMAND, "up", "--demo", "--data", str(tmp_path), "--http", free_address()],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()

    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=30) == 0
