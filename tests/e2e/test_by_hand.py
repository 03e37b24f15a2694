"""A rehearsal waits in the vote, somebody votes by hand, it goes on to the end."""

from __future__ import annotations

import json
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from belenios.ballots import tracker
from belenios.verification import Report, verify_archive
from tests.support.sources import ROOT
from tools.api import Api
from tools.demo.offline import seal_ballot

pytestmark = [pytest.mark.integration, pytest.mark.slow]
PATIENCE = 400  # seconds; a shared machine may be slow
OPTIONS = (
    *("--scale", "small", "--seed", "20201001", "--http", "127.0.0.1:0"),
    *("--pause-at", "voting", "--tls", "--rehearsal"),
)
NAME = "nur-otan-2020-rehearsal"
PRIMARY = f"/primaries/{NAME}"
_CODE = re.compile(r"<strong>(\d{6})</strong>")
_MEMBER = re.compile(r"Members who have not voted.*?│ (\d{12}) │", re.DOTALL)
_NOW = re.compile(r'clock it is <time datetime="([^"]+)"')
_ADDRESS = re.compile(r"Portal +(https://[\d.]+:\d+)/")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A demonstration that waits, as whoever reads its terminal knows it."""

    process: subprocess.Popen[str]
    said: str
    folder: Path

    def found(self, pattern: re.Pattern[str]) -> str:
        found = pattern.search(self.said)
        assert found, self.said
        return found.group(1)

    @property
    def iin(self) -> str:
        return self.found(_MEMBER)

    @property
    def origin(self) -> str:
        return self.found(_ADDRESS)

    def telephone(self) -> httpx.Client:
        """A device of the network that trusts the certificate."""
        certificate = self.folder / "platform/tls-certificate.pem"
        trusted = ssl.create_default_context(cafile=str(certificate))
        return httpx.Client(
            base_url=self.origin, verify=trusted, timeout=60, follow_redirects=True
        )

    def go_on(self) -> str:
        """Let it play to its end; give what it says."""
        self.process.send_signal(signal.SIGUSR1)
        said, _ = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, said[-4000:]
        return said


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waiting]:
    folder = tmp_path_factory.mktemp("rehearsal")
    command = [sys.executable, "-c", "from tools.cli import main; main()", "demo"]
    process = subprocess.Popen(
        [*command, *OPTIONS, "--exit", "--folder", str(folder)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = "".join(_lines_until(process, "lets the play go on"))
        yield Waiting(process=process, said=said, folder=folder)
    finally:
        process.terminate()
        process.wait(30)


def _lines_until(process: subprocess.Popen[str], last: str) -> Iterator[str]:
    assert process.stdout
    for line in process.stdout:
        yield line
        if last in line:
            return


def code_on(telephone: httpx.Client, iin: str, *, beside: str = "") -> str:
    """The newest code that the page of the telephones shows, as it comes."""
    form = {"do": "look", "csrf": "", "primary": NAME, "number": iin}
    origin = {"Origin": str(telephone.base_url).rstrip("/")}
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        page = telephone.post("/demo/telephone", data=form, headers=origin)
        codes = [code for code in _CODE.findall(page.text) if code != beside]
        if codes:
            return codes[0]
        time.sleep(0.2)
    raise AssertionError("no code came")


def vote(api: Api, telephone: httpx.Client, iin: str) -> str:
    """The way of a ballot with nothing but what the terminal shows."""
    api.post(f"{PRIMARY}/sign-in-codes", iin=iin)
    code = code_on(telephone, iin)
    session = api.post(f"{PRIMARY}/sessions", iin=iin, code=code)["session"]
    me = api.signed_in(session)
    mine = me.get(f"{PRIMARY}/me/credential")
    election = api.get(f"{PRIMARY}/boards/{mine['board']}/election")
    blank = [[1] + [0] * len(each["candidacies"]) for each in election["questions"]]
    ballot = seal_ballot(election["election"], mine["credential"], blank)
    me.post(f"{PRIMARY}/confirmation-codes", tracker=tracker(ballot))
    confirmation = code_on(telephone, iin, beside=code)
    me.post(f"{PRIMARY}/ballots", ballot=ballot, code=confirmation)
    return tracker(ballot)


@dataclass(frozen=True, kw_only=True)
class Played:
    """What a voter by hand saw, and what the play said and left behind."""

    home: str
    status: str
    said: str
    boards: list[Report]
    results: dict[str, Any]


@pytest.fixture(scope="module")
def played(waiting: Waiting) -> Played:
    with waiting.telephone() as telephone, waiting.telephone() as other:
        api = Api(waiting.origin, client=other)
        before = now_of(telephone)
        given = vote(api, telephone, waiting.iin)
        await_clock(telephone, before)  # it runs while a person is there
        home = telephone.get(f"/{NAME}").text
        status = api.get(f"{PRIMARY}/trackers/{given}")["status"]
    return Played(
        home=home,
        status=status,
        said=waiting.go_on(),
        boards=[verified(path) for path in waiting.folder.glob("boards/*.bel")],
        results=json.loads((waiting.folder / "results.json").read_text("utf-8")),
    )


def test_a_ballot_cast_by_hand_over_tls_counts_in_the_end(played: Played):
    assert "ribbon-demo" in played.home
    assert played.status == "recorded"
    assert "Ballots cast by hand that count: 1." in played.said
    assert sorted(each.counted for each in played.boards) == [15, 16]


def test_the_rehearsal_is_held_in_the_other_group(played: Played):
    assert all(each.group == "BELENIOS-2048" for each in played.boards)
    assert played.results["primary"] == NAME


@pytest.mark.belenios_tool
@pytest.mark.skipif(
    shutil.which("belenios-tool") is None, reason="belenios-tool is not installed"
)
def test_belenios_tool_accepts_a_board_of_the_rehearsal(played: Played):
    assert played.said.count("belenios-tool") == 1
    assert "refused" not in played.said.split("Two verifiers")[1]


def now_of(telephone: httpx.Client) -> datetime:
    """What the platform's clock shows."""
    date = _NOW.search(telephone.get("/status").text)
    assert date
    return datetime.fromisoformat(date.group(1))


def await_clock(telephone: httpx.Client, before: datetime) -> None:
    """Until the platform's clock has gone on."""
    deadline = time.monotonic() + PATIENCE
    while now_of(telephone) <= before:
        assert time.monotonic() < deadline, "the clock stands still"
        time.sleep(0.2)


def verified(path: Path) -> Report:
    with path.open("rb") as stream:
        return verify_archive(stream)
