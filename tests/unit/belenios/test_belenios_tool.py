"""Debian's belenios-tool as the judge of our boards, and we of what it makes."""

from __future__ import annotations

from pathlib import Path

from belenios import board
from belenios.ballots import check_ballot, tracker
from belenios.encoding import dumps
from belenios.tally import owned_json
from tests.unit.belenios.ceremonies import Meeting
from tests.unit.belenios.elections import (
    PICK,
    Primary,
    complete,
    fields_of,
    replace,
    spoil,
    verify,
    with_threshold,
)
from tests.unit.belenios.reference import reference_tool, tool

pytestmark = reference_tool
GROUP = "BELENIOS-2048"


def save(folder: Path, primary: Primary) -> Path:
    path = folder / f"{primary.election.uuid}.bel"
    path.write_bytes(primary.archive)
    return path


def verdict(folder: Path, primary: Primary) -> str:
    save(folder, primary)
    done = tool(folder, "election", "verify", check=False)
    return done.stderr if done.returncode == 0 else f"failed: {done.stderr}"


def test_belenios_tool_accepts_our_board(tmp_path: Path):
    primary = complete(GROUP, weights=(1, 1, 1))

    assert "all checks passed" in verdict(tmp_path, primary)


def test_belenios_tool_accepts_our_weights(tmp_path: Path):
    primary = complete(GROUP, weights=(2, 3, 1))

    assert "all checks passed" in verdict(tmp_path, primary)


def test_belenios_tool_accepts_our_threshold_and_our_revote(tmp_path: Path):
    primary = with_threshold(GROUP, weights=(2, 3, 1))

    assert "all checks passed" in verdict(tmp_path, primary)
    assert verify(primary.archive).result == [[3, 3, 2], [3, 0, 2]]


def test_belenios_tool_decrypts_with_a_threshold_trustees_key_of_ours(tmp_path: Path):
    meeting = Meeting(GROUP)
    primary = Primary(GROUP, trustee_count=0, meeting=meeting).open()
    primary.vote(0, [[1, 0, 0], [1, 0, 0]]).seal().tally().decrypt(1)
    save(tmp_path, primary)
    (tmp_path / "key").write_text(meeting.identities[2].seed, encoding="utf-8")
    sealed = meeting.outcome.private_keys[2]
    (tmp_path / "dkey").write_text(sealed, encoding="utf-8")

    partial, owned = tool(
        tmp_path,
        *("election", "decrypt-threshold", "--trustee-id", "3"),
        *("--key", "key", "--decryption-key", "dkey"),
    ).stdout.splitlines()

    primary.partials[3] = partial
    primary.append(board.partial_decryption, partial, owned).publish()
    assert verify(primary.archive).result == [[1, 0, 0], [1, 0, 0]]
    assert "all checks passed" in verdict(tmp_path, primary)


def test_belenios_tool_accepts_our_board_in_the_rfc_group(tmp_path: Path):
    small = Primary("RFC-3526-2048", [PICK], weights=(1,), trustee_count=1).open()
    primary = small.vote(0, [[1, 0, 1]]).seal().tally().decrypt(1).publish()

    assert "all checks passed" in verdict(tmp_path, primary)


def test_belenios_tool_accepts_our_board_without_ballots(tmp_path: Path):
    primary = Primary(GROUP).open().seal().tally().decrypt(1).decrypt(2).publish()

    assert "all checks passed" in verdict(tmp_path, primary)


def test_belenios_tool_refuses_what_we_spoil(tmp_path: Path):
    primary = Primary(GROUP).open()
    text = primary.ballot(0, [[1, 0, 0], [0, 1, 0]])
    fields = fields_of(text)
    replace(fields, ("signature", "proof", "response"), spoil)
    spoilt = dumps(fields)
    primary.append(board.ballot_records, spoilt)

    assert spoilt != text
    assert verdict(tmp_path, primary).startswith("failed")


def test_the_ballot_and_the_decryption_of_belenios_tool_are_ours_too(tmp_path: Path):
    primary = Primary(GROUP, trustee_count=1).open()
    primary.vote(0, [[1, 0, 0], [0, 1, 0]])
    path = save(tmp_path, primary)
    (tmp_path / "credential").write_text(primary.secrets[1], encoding="utf-8")
    (tmp_path / "choices").write_text("[[0,1,1],[1,0,0]]", encoding="utf-8")

    made = tool(
        tmp_path,
        *("election", "generate-ballot"),
        *("--privcred", "credential", "--ballot", "choices"),
    ).stdout.strip()

    assert check_ballot(primary.election, made).tracker == tracker(made)
    primary.ballots[1] = made
    primary.append(board.ballot_records, made).seal().tally()
    path.write_bytes(primary.archive)
    (tmp_path / "key").write_text(f'"{primary.keys[0].private}"', encoding="utf-8")
    partial, owned = tool(
        tmp_path,
        *("election", "decrypt", "--privkey", "key", "--trustee-id", "1"),
    ).stdout.splitlines()
    assert owned == owned_json(1, partial)
    primary.partials[1] = partial
    primary.append(board.partial_decryption, partial, owned).publish()
    assert primary.result == '{"result":[[1,1,1],[1,1,0]]}'
