from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.unit.belenios.elections import NOW, Primary, complete
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


@pytest.fixture
def boards(tmp_path: Path) -> tuple[Primary, Path, Path]:
    """A complete board, a copy of it and a copy of its first three events."""
    primary = complete()
    older, newer = tmp_path / "older.bel", tmp_path / "newer.bel"
    newer.write_bytes(primary.archive)
    older.write_bytes(b"".join(e.to_archive(NOW) for e in primary.entries[:3]))
    return primary, older, newer


def test_a_known_head_spares_what_lies_before_it(boards: tuple[Primary, Path, Path]):
    primary, _, newer = boards
    head = primary.entries[2].hash

    result = run("--since", head, str(newer))
    facts = json.loads(run("--json", "--since", head, str(newer)).stdout)

    assert result.exit_code == 0
    assert "3 events only hashed; 3 ballots" in result.stdout
    assert (facts["trusted"], facts["head"]) == (3, primary.entries[-1].hash)


def test_a_board_without_the_known_head_is_refused(boards: tuple[Primary, Path, Path]):
    _, _, newer = boards

    result = run("--since", "0" * 64, str(newer))

    assert (result.exit_code, result.stdout.count("\n")) == (1, 1)
    assert "no event has the hash 0000" in result.stdout


def test_a_board_that_has_only_grown_is_accepted(boards: tuple[Primary, Path, Path]):
    _, older, newer = boards

    assert run("--against", str(older), str(newer)).exit_code == 0
    assert run("--against", str(newer), str(newer)).exit_code == 0


def test_a_board_that_lost_something_is_refused_where_it_parts(
    boards: tuple[Primary, Path, Path],
):
    _, older, newer = boards

    result = run("--against", str(newer), str(older))

    assert result.exit_code == 1
    assert f"{older}: event 3: " in result.stdout
    assert "not as in the older copy" in result.stdout


def test_an_older_copy_that_is_none_is_unusable(
    tmp_path: Path, boards: tuple[Primary, Path, Path]
):
    _, _, newer = boards
    (tmp_path / "garbage").write_bytes(b"garbage")

    garbage = run("--json", "--against", str(tmp_path / "garbage"), str(newer))
    missing = run("--against", str(tmp_path / "missing"), str(newer))

    assert (garbage.exit_code, missing.exit_code) == (2, 2)
    assert json.loads(garbage.stdout)["check"] == "UnusableCopy"
    assert f"{tmp_path / 'missing'} cannot be read" in missing.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("--since", "0" * 64, GOOD, GOOD),
        ("--against", GOOD, GOOD, GOOD),
        ("--since", "A" * 64, GOOD),
        ("--since", "0" * 63, GOOD),
    ],
)
def test_options_that_make_no_sense_are_unusable(arguments: tuple[str, ...]):
    result = run(*arguments)

    assert (result.exit_code, "Error: " in result.output) == (2, True)


def test_names_on_a_board_cannot_paint_the_terminal(tmp_path: Path):
    path = tmp_path / "[red]name.bel"
    path.write_bytes(complete().archive)

    assert "[red]name.bel" in run(str(path)).stdout
