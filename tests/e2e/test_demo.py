"""A whole primary, from nomination to party lists, in each way to run the platform.

The demonstration checks itself; here its files are read as a stranger reads them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from belenios.verification import Report, verify_archive
from tests.support.sources import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.slow]
SEED = "20200817"
PATIENCE = 400  # seconds; a shared machine may be slow


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What a demonstration printed and left behind."""

    said: str
    folder: Path

    def document(self, name: str) -> dict[str, Any]:
        return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))

    def boards(self) -> dict[str, Report]:
        return {path.name: verified(path) for path in self.folder.glob("boards/*.bel")}

    def votes_by_name(self) -> dict[tuple[str, str], tuple[int, int]]:
        return {
            (contest["contest"], one["name"]): (one["online"], one["paper"])
            for contest in self.document("results")["contests"]
            for one in contest["candidates"]
        }


def verified(path: Path) -> Report:
    with path.open("rb") as stream:
        return verify_archive(stream)


def play(folder: Path, *options: str) -> Demo:
    command = [sys.executable, "-c", "from tools.cli import main; main()", "demo"]
    settings = ["--scale", "small", "--seed", SEED, "--exit", "--folder", str(folder)]
    done = subprocess.run(
        [*command, *settings, *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return Demo(said=done.stdout, folder=folder)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return play(tmp_path_factory.mktemp("embedded"))


def test_every_board_is_complete_and_holds_what_it_says(embedded: Demo):
    boards = embedded.boards()

    assert len(boards) == 2
    for report in boards.values():
        assert report.phase == "done"
        assert report.partial_decryptions == report.trustees == 3
        assert report.counted == 15
    assert sum(report.replaced for report in boards.values()) == 3


def test_the_results_are_the_sums_of_the_boards(embedded: Demo):
    boards = embedded.boards()

    for contest in embedded.document("results")["contests"]:
        columns = [
            result[where["question"]]
            for where in contest["boards"]
            if (result := boards[where["file"]].result) is not None
        ]
        sums = [sum(column) for column in zip(*columns, strict=True)]
        for one in contest["candidates"]:
            assert one["online"] == sums[one["answer"] + 1]
            assert one["votes"] == one["online"] + one["paper"]
        files = [where["file"] for where in contest["boards"]]
        assert contest["online"] == sum(boards[file].counted for file in files)
        assert contest["ballots"] == contest["online"] + contest["paper"]


def test_ranks_are_strict_and_follow_the_votes(embedded: Demo):
    for contest in embedded.document("results")["contests"]:
        ranked = sorted(contest["candidates"], key=lambda one: one["rank"])
        votes = [one["votes"] for one in ranked]

        assert [one["rank"] for one in ranked] == list(range(1, len(ranked) + 1))
        assert votes == sorted(votes, reverse=True)
        for one in ranked:
            assert (one["lot"] is not None) == (votes.count(one["votes"]) > 1)


def test_nobody_is_on_a_list_and_passed_over(embedded: Demo):
    results = embedded.document("results")["contests"]
    standing = {each["contest"]: each["candidates"] for each in results}

    for found in embedded.document("lists")["lists"]:
        placed = [each["candidate"] for each in found["places"]]
        passed = [each["candidate"] for each in found["passed_over"]]
        everybody = [one["candidate"] for one in standing[found["contest"]]]
        assert sorted(placed + passed) == sorted(everybody)
        assert len(placed) <= found["length"]


def test_paper_and_ballots_were_kept_apart(embedded: Demo):
    assert "already_voted_online" in embedded.said
    assert "paper_issued" in embedded.said
    assert "voting_closed" in embedded.said


def test_the_statistics_count_every_nomination(embedded: Demo):
    statistics = embedded.document("statistics")
    total = statistics["total"]

    assert total["applications"] == 30
    assert total["ppo"] + total["self"] == total["applications"]
    assert total["registered"] + total["refused"] == total["applications"]
    for name, number in total.items():
        assert number == sum(day[name] for day in statistics["days"])


def test_no_personal_data_is_left_behind(embedded: Demo):
    for name in ("statistics", "results", "lists"):
        text = (embedded.folder / f"{name}.json").read_text(encoding="utf-8")
        assert "+7000" not in text


def test_rabbitmq_postgresql_and_five_processes_play_the_same(
    embedded: Demo, tmp_path: Path, postgresql_url: str
):
    real = ["--processes", "--bus", "private", "--database", postgresql_url]

    apart = play(tmp_path, *real)

    assert apart.votes_by_name() == embedded.votes_by_name()
    assert apart.document("statistics") == embedded.document("statistics")
    assert {
        file: (one.ballots, one.result) for file, one in apart.boards().items()
    } == {file: (one.ballots, one.result) for file, one in embedded.boards().items()}
