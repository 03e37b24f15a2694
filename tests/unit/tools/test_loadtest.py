"""The crowd of `primaries loadtest`: it comes by the clock, and counts honestly."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner

from tests.support.sources import ROOT
from tools.cli import main
from tools.loadtest.arrivals import Arrival, Rate, let_come
from tools.loadtest.client import Crowd
from tools.loadtest.figures import report, within
from tools.loadtest.plan import Kind, PlanRefused, Request, read_plan

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
Given = int | tuple[int, dict[str, str]]
FAST = Rate(per_second=400, seconds=0.25)


@dataclass
class Site:
    """A server that answers what a test says, the last answer for ever."""

    answers: list[Given]
    #: nobody is answered before so many have asked
    hold_until: int = 0
    asked: list[bytes] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    url: str = ""
    _enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: Reader, writer: Writer) -> None:
        """One connection."""
        self.sources.add(writer.get_extra_info("peername")[0])
        with suppress(EOFError, ConnectionError), closing(writer):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"Content-Length: (\d+)", head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                writer.write(await self._answer(head.split(b" HTTP")[0] + body))

    async def _answer(self, asked: bytes) -> bytes:
        self.asked.append(asked)
        if len(self.asked) >= self.hold_until:
            self._enough.set()
        await self._enough.wait()
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        status, headers = given if isinstance(given, tuple) else (given, {})
        shown = {"Content-Length": "2"} | headers
        lines = [f"HTTP/1.1 {status} .", *(f"{n}: {v}" for n, v in shown.items())]
        return "\r\n".join([*lines, "", "{}"]).encode()


@asynccontextmanager
async def serving(*answers: Given, hold: int = 0) -> AsyncIterator[Site]:
    site = Site(list(answers), hold)
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield site
    server.close()
    await asyncio.sleep(0.05)  # whoever has hung up is seen to have


def a_kind(name: str = "home", *, once: bool = False, count: int = 1) -> dict[str, Any]:
    requests = [
        {
            "method": "POST" if once else "GET",
            "path": f"/{name}/{number}",
            "key": f"{name}-{number}" if once else "",
            "body": {"number": number} if once else None,
        }
        for number in range(count)
    ]
    return {"name": name, "weight": 1, "once": once, "requests": requests}


def a_plan(folder: Path, *kinds: dict[str, Any]) -> Path:
    path = folder / "plan.json"
    path.write_text(json.dumps({"kinds": kinds}))
    return path


def come(
    plan: Path, *answers: Given, hold: int = 0, **options: Any
) -> tuple[list[Arrival], Site]:
    """Let a crowd come to a site; what became of it, and what the site saw."""

    async def meet() -> tuple[list[Arrival], Site]:
        async with serving(*answers, hold=hold) as site:
            crowd = Crowd(site.url, **options)
            return await let_come(read_plan(plan), crowd, FAST, Random(1)), site

    return asyncio.run(meet())


def command(plan: Path, *answers: Given, options: tuple[str, ...] = ()) -> str:
    """What `primaries loadtest` says."""

    async def run() -> str:
        async with serving(*answers) as site:
            ended = await asyncio.create_subprocess_exec(
                *(sys.executable, "-W", "ignore", "-c"),
                "from tools.cli import main; main()",
                *("loadtest", str(plan), "--url", site.url, *options),
                cwd=ROOT,
                stdout=asyncio.subprocess.PIPE,
            )
            said, _ = await ended.communicate()
        assert ended.returncode == 0
        return said.decode()

    return asyncio.run(run())


def test_nobody_waits_for_somebody_else_s_answer_before_they_ask(tmp_path: Path):
    arrivals, _ = come(a_plan(tmp_path, a_kind()), 200, hold=20)

    assert len(arrivals) > 20
    assert {each.status for each in arrivals} == {200}


def test_what_is_good_once_is_sent_until_it_is_served(tmp_path: Path):
    plan = a_plan(tmp_path, a_kind("cast", once=True, count=2))
    turned_away = (503, {"Retry-After": "2"})

    arrivals, site = come(plan, turned_away, turned_away, turned_away, 201)

    found = report(arrivals, FAST)
    assert found["all"]["shed"] == 3
    assert found["without_retry_after"] == 0
    assert set(found["served_keys"]["cast"]) == {"cast-0", "cast-1"}
    assert b'POST /cast/0{"number": 0}' in site.asked


def test_what_was_served_comes_again_only_when_nothing_else_is_left():
    one, other = (Request(method="POST", path=f"/{n}", key=str(n)) for n in range(2))
    kind = Kind("cast", 1, once=True, waiting=deque([one, other]))

    assert (kind.take(), kind.take(), kind.take()) == (one, other, None)
    kind.give_back(one, 201)
    kind.give_back(other, 503)

    assert (kind.take(), kind.take()) == (other, one)


def test_any_number_may_look_at_the_same_page_at_once():
    page = Request(method="GET", path="/")
    kind = Kind("home", 1, once=False, waiting=deque([page]))

    assert [kind.take() for _ in range(3)] == [page] * 3


def test_who_gets_no_answer_is_counted_too(tmp_path: Path):
    arrivals, _ = come(a_plan(tmp_path, a_kind()), (200, {"Content-Length": "x"}))

    found = report(arrivals, FAST)
    assert found["all"]["unanswered"] == found["all"]["asked"] > 0
    assert found["trouble"]


def test_a_crowd_comes_from_many_addresses(tmp_path: Path):
    _, site = come(a_plan(tmp_path, a_kind()), 200, hold=20, addresses=5)

    assert len(site.sources) == 5


@pytest.mark.parametrize(
    ("share", "seconds"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100)]
)
def test_a_share_is_served_within_so_many_seconds(share: float, seconds: float):
    assert within([float(n) for n in range(100, 0, -1)], share) == seconds


def test_of_nobody_there_are_no_times():
    assert within([], 0.99) == 0.0


def test_each_answer_is_counted_in_one_column(tmp_path: Path):
    plan = a_plan(tmp_path, a_kind("home"), a_kind("turnout"))

    said = command(plan, 200, 503, 404, 500, 303, options=("--seconds", "1", "--json"))

    figures = json.loads(said)["all"]
    assert figures["refused"] == {"404": 1, "500": 1}
    assert figures["shed"] == 1
    assert figures["served"] == figures["asked"] - 3 > 0


def test_people_see_a_table(tmp_path: Path):
    said = command(a_plan(tmp_path, a_kind()), 200, options=("--seconds", "0.5"))

    assert "20 a second for 0.5 s" in said


@pytest.mark.parametrize(
    "text", ["", "[]", '{"kinds": []}', '{"kinds": [{"name": "x"}]}']
)
def test_a_plan_that_cannot_be_used_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "plan.json"
    path.write_text(text)

    with pytest.raises(PlanRefused):
        read_plan(path)
    assert CliRunner().invoke(main, ["loadtest", str(path)]).exit_code == 1
