"""What voting serves is accepted by a verifier that is not ours."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.voting import (
    DISTRICT,
    DURING_VOTING,
    FIRST,
    SECOND,
    PrimaryInVoting,
    a_database,
)

pytestmark = pytest.mark.belenios_tool


@pytest.fixture
def polls(tmp_path: Path) -> Iterator[PrimaryInVoting]:
    database = a_database(tmp_path)
    primary = PrimaryInVoting(database, group="BELENIOS-2048").set_up()
    primary.clock.set(DURING_VOTING)
    yield primary
    database.close()


def reference_verdict(uuid: str, archive: bytes, directory: Path) -> str:
    (directory / f"{uuid}.bel").write_bytes(archive)
    verdict = subprocess.run(
        ["belenios-tool", "election", "verify", "--dir", str(directory)],
        capture_output=True,
        text=True,
        check=False,
    )
    return verdict.stderr


def test_the_reference_tool_accepts_a_finished_board(
    polls: PrimaryInVoting, tmp_path: Path
):
    polls.vote(polls.voter(0), FIRST)
    last, _ = polls.vote(polls.voter(0), SECOND)
    other, _ = polls.vote(polls.voter(1), FIRST)
    polls.seal_box()
    for entry in polls.entries_of_the_count([last, other]):
        polls.append(entry)

    uuid = polls.rolls[DISTRICT].uuid
    verdict = reference_verdict(uuid, polls.archive(), tmp_path)

    assert "all checks passed" in verdict


def test_the_reference_tool_refuses_a_board_that_was_tampered_with(
    polls: PrimaryInVoting, tmp_path: Path
):
    polls.vote(polls.voter(0))
    archive = polls.archive()
    last = archive.rindex(b"response")
    forged = archive[:last] + b"Response" + archive[last + 8 :]

    uuid = polls.rolls[DISTRICT].uuid
    assert "all checks passed" in reference_verdict(uuid, archive, tmp_path)
    assert "all checks passed" not in reference_verdict(uuid, forged, tmp_path)
