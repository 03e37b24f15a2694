"""Debian's belenios-tool as the judge of the ballots that the browser seals."""

from __future__ import annotations

from pathlib import Path

from belenios import board
from tests.unit.belenios.elections import Primary
from tests.unit.belenios.reference import reference_tool, tool
from tests.unit.portal.node import ask

pytestmark = reference_tool
CHOSEN = [[[1, 0, 0], [0, 1, 0]], [[0, 1, 1], [1, 0, 0]]]


def test_belenios_tool_accepts_a_board_of_ballots_from_the_browser(tmp_path: Path):
    primary = Primary("BELENIOS-2048").open()
    for voter, votes in enumerate(CHOSEN):
        cast(primary, voter, votes)
    primary.seal().tally().decrypt(1).decrypt(2).publish()
    path = tmp_path / f"{primary.election.uuid}.bel"
    path.write_bytes(primary.archive)

    verdict = tool(tmp_path, "election", "verify")

    assert "all checks passed" in verdict.stderr
    assert primary.result == '{"result":[[1,1,1],[1,1,0]]}'


def test_the_browser_accepts_a_ballot_of_belenios_tool(tmp_path: Path):
    primary = Primary("BELENIOS-2048", trustee_count=1).open()
    (tmp_path / f"{primary.election.uuid}.bel").write_bytes(primary.archive)
    (tmp_path / "credential").write_text(primary.secrets[0], encoding="utf-8")
    (tmp_path / "choices").write_text("[[0,1,1],[1,0,0]]", encoding="utf-8")
    made = tool(
        tmp_path,
        *("election", "generate-ballot"),
        *("--privcred", "credential", "--ballot", "choices"),
    ).stdout.strip()
    about = primary.election.raw

    [verdict] = ask([{"type": "check-ballot", "election": about, "ballot": made}])

    assert verdict["ok"], verdict


def cast(primary: Primary, voter: int, votes: list[list[int]]) -> None:
    """Put a ballot that the browser seals on the board."""
    secret, about = primary.secrets[voter], primary.election.raw
    _, sealed = ask(
        [
            {"type": "prepare", "election": about, "credential": secret},
            {"type": "seal", "id": voter, "answers": votes},
        ]
    )
    primary.ballots[voter] = sealed["ballot"]
    primary.append(board.ballot_records, sealed["ballot"])
