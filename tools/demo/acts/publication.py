"""What remains: the files, the boards, and whether they agree."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from belenios.verification import Report
from tools.demo.checks import Evidence, check_choices, check_lists, check_results
from tools.demo.offline import verify_board
from tools.demo.stage import Stage

FILES = ("statistics", "results", "lists")
_TIES = "ties"


def leave_files(stage: Stage) -> dict[str, Any]:
    """Write the three public documents and every board's archive."""
    stage.options.boards.mkdir(parents=True, exist_ok=True)
    documents = {name: stage.api.get(stage.path(f"/{name}")) for name in FILES}
    for name, document in documents.items():
        text = json.dumps(document, ensure_ascii=False, indent=1)
        (stage.options.folder / f"{name}.json").write_text(text, encoding="utf-8")
    boards = sorted(stage.played.elections)
    stage.together("Archives", lambda board: _download(stage, board), boards)
    return documents


def verify_boards(stage: Stage) -> dict[str, Report]:
    """Verify every archive from its bytes alone."""
    stage.act("Verification")
    archives = sorted(stage.options.boards.glob("*.bel"))
    made = stage.workers.map(verify_board, archives)
    verdicts = list(stage.report.progress("Boards verified", made, len(archives)))
    reports: dict[str, Report] = {}
    for archive, verdict in zip(archives, verdicts, strict=True):
        if isinstance(verdict, str):
            raise click.ClickException(f"{archive.name} is refused: {verdict}")
        reports[archive.name] = verdict
    stage.report.table(
        "Accepted boards",
        ("board", "ballots", "counted", "replaced", "trustees", "head"),
        (
            (n, r.ballots, r.counted, r.replaced, r.partial_decryptions, r.head[:16])
            for n, r in reports.items()
            if r.ballots
        ),
    )
    return reports


def compare(
    stage: Stage, documents: dict[str, Any], reports: dict[str, Report]
) -> None:
    """Fail with every difference between the files, the boards and the players."""
    lots = stage.api.get(stage.path("/lots"))["items"]
    evidence = Evidence(
        definition=stage.definition,
        boards=reports,
        paper=stage.played.paper,
        lot=next(each["value"] for each in lots if each["lot"] == _TIES),
    )
    results, lists = documents["results"], documents["lists"]
    by_hand = stage.options.pause_at == "voting"
    found = _find_ballots(stage)
    counting = [
        choice
        for iin, choice in stage.played.choices.items()
        if found[iin] == "recorded"
    ]
    differences = [
        *check_results(evidence, results),
        *check_lists(stage.definition, results, lists),
        *check_choices(reports, counting, by_hand=by_hand),
        *_check_trackers(found, by_hand=by_hand),
    ]
    if differences:
        raise click.ClickException("They do not agree:\n" + "\n".join(differences))
    stage.report.say("The boards, results.json and lists.json agree with each other")
    stage.report.say("and with what was chosen; every voter found their tracker.")
    if others := sum(each.counted for each in reports.values()) - len(counting):
        stage.report.say(f"Ballots cast by hand that count: {others}.")


def ask_belenios_tool(stage: Stage, reports: dict[str, Report]) -> None:
    """Let Debian's belenios-tool judge one board too, where it can and is there."""
    tool = shutil.which("belenios-tool")
    if tool is None or stage.definition.group == "Ed25519":
        return
    name, report = max(reports.items(), key=lambda item: item[1].ballots)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(stage.options.boards / name, Path(folder, f"{report.uuid}.bel"))
        done = subprocess.run(
            [tool, "election", "verify"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    verdict = "accepted" if done.returncode == 0 else f"refused: {done.stderr}"
    stage.report.table(
        f"Two verifiers on {name}",
        ("verifier", "verdict"),
        (("primaries verify", "accepted"), ("belenios-tool", verdict)),
    )
    if done.returncode != 0:
        raise click.ClickException("belenios-tool does not accept our board.")


def _download(stage: Stage, board: str) -> None:
    with (stage.options.boards / f"{board}.bel").open("wb") as file:
        for piece in stage.api.download(stage.path(f"/boards/{board}/archive.bel")):
            file.write(piece)


def _find_ballots(stage: Stage) -> dict[str, str]:
    """Every voter looks for the tracker of their last ballot on the board."""
    played = stage.played

    def status(iin: str) -> str:
        board, tracker = played.choices[iin].board, played.trackers[iin]
        address = stage.path(f"/boards/{board}/ballots/{tracker}")
        return stage.api.get(address)["status"]

    voters = list(played.choices)
    found = stage.together("Trackers looked up", status, voters)
    return dict(zip(voters, found, strict=True))


def _check_trackers(found: Mapping[str, str], *, by_hand: bool) -> Iterator[str]:
    """Only somebody who votes by hand replaces a ballot of the play's people."""
    expected = {"recorded", "replaced"} if by_hand else {"recorded"}
    missing = sum(1 for status in found.values() if status not in expected)
    if missing:
        yield f"{missing} trackers are not on the board"
