from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.unit.belenios.elections import Primary, complete
from tools.verifier import verify

VECTORS = Path(__file__).parents[2] / "vectors" / "belenios"
GOOD = str(VECTORS / "accepted" / "ed25519-basic.bel")
FORGED = str(VECTORS / "refused" / "05-altered-signature.bel")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(verify, arguments)


def test_a_good_archive_is_accepted_in_one_line_with_exit_code_zero():
    result = run(GOOD)

    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1
    assert result.stdout.startswith(f"accepted {GOOD}: ")
    for fact in (
        "5 ballots on the board",
        "4 counted",
        "1 replaced by a revote",
        "Ed25519",
        "head ",
        "result [[1, 1, 2, 1], [1, 2, 1, 2]]",
    ):
        assert fact in result.stdout


def test_a_board_without_result_says_so(tmp_path: Path):
    path = tmp_path / "open.bel"
    path.write_bytes(Primary().open().archive)

    result = run(str(path))

    assert result.exit_code == 0
    assert "board voting, no result yet" in result.stdout


def test_a_forged_archive_is_refused_with_the_check_and_the_place():
    result = run(GOOD, FORGED)

    assert result.exit_code == 1
    accepted, refused = result.stdout.splitlines()
    assert accepted.startswith("accepted")
    assert refused == (
        f"refused {FORGED}: event 1 (Ballot): The ballot's signature does not hold."
    )


def test_what_cannot_be_read_has_its_own_exit_code(tmp_path: Path):
    result = run(FORGED, str(tmp_path / "missing.bel"), GOOD)

    assert result.exit_code == 2
    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        "refused",
        "unusable",
        "accepted",
    ]


def test_a_folder_and_no_archive_at_all_are_unusable(tmp_path: Path):
    assert run(str(tmp_path)).exit_code == 2
    assert run().exit_code == 2


def test_a_pipe_is_unusable_for_a_revote_is_read_twice():
    reading, writing = os.pipe()
    os.close(writing)

    result = run(f"/dev/fd/{reading}")

    os.close(reading)
    assert result.exit_code == 2
    assert "seek" in result.stdout


@pytest.mark.parametrize("content", [b"", b"not an archive", bytes(5000)])
def test_garbage_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "garbage.bel"
    path.write_bytes(content)

    assert run(str(path)).exit_code == 1


def test_machines_read_one_object_a_line(tmp_path: Path):
    missing = str(tmp_path / "missing.bel")
    result = run("--json", GOOD, FORGED, missing)

    accepted, refused, unusable = map(json.loads, result.stdout.splitlines())
    assert accepted["accepted"] is True
    assert accepted["archive"] == GOOD
    assert (accepted["ballots"], accepted["counted"], accepted["replaced"]) == (5, 4, 1)
    assert accepted["phase"] == "done"
    assert refused["accepted"] is False
    assert refused["check"] == "InvalidSignature"
    assert refused["where"] == "event 1 (Ballot)"
    assert (unusable["accepted"], unusable["check"]) == (False, "Unreadable")


def test_names_on_a_board_cannot_paint_the_terminal(tmp_path: Path):
    path = tmp_path / "[red]name.bel"
    path.write_bytes(complete().archive)

    assert "[red]name.bel" in run(str(path)).stdout
