"""Ballots may be checked ahead; what is said of the board stays the same."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from belenios import board
from belenios.checking import CheckNow, Ciphertexts
from belenios.election import Election
from belenios.encoding import dumps
from belenios.errors import InvalidBoard, InvalidSignature, Refused
from belenios.verification import Report, verify_archive
from tests.support.sources import ROOT
from tests.unit.belenios.elections import (
    NOW,
    Primary,
    complete,
    fields_of,
    replace,
    spoil,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

VOTES = [[1, 0, 0], [0, 1, 0]]


class Later:
    """Checks a ballot only when its result is asked for."""

    def __init__(self, ahead: int) -> None:
        self.ahead = ahead
        self.begun = self.done = self.most = 0

    def begin(self, election: Election, ballot: str) -> Callable[[], Ciphertexts]:
        self.begun += 1
        self.most = max(self.most, self.begun - self.done)

        def check() -> Ciphertexts:
            self.done += 1
            return CheckNow().begin(election, ballot)()

        return check


def verify_ahead(archive: bytes, ahead: int) -> Report:
    return verify_archive(io.BytesIO(archive), checker=Later(ahead))


def spoilt(primary: Primary, voter: int) -> str:
    fields = fields_of(primary.ballot(voter, VOTES))
    replace(fields, ("signature", "proof", "response"), spoil)
    return dumps(fields)


@pytest.mark.parametrize("ahead", [0, 1, 2, 100])
def test_a_board_is_accepted_however_far_the_checker_is_ahead(ahead: int):
    archive = complete().archive

    assert verify_ahead(archive, ahead) == verify_archive(io.BytesIO(archive))


def test_no_more_ballots_are_held_than_the_checker_wants():
    primary = Primary(weights=(1,) * 5).open()
    for voter in range(5):
        primary.vote(voter, VOTES)
    checker = Later(ahead=2)

    verify_archive(io.BytesIO(primary.archive), checker=checker)

    assert (checker.done, checker.most) == (5, 3)


@pytest.mark.parametrize("ahead", [0, 1, 100])
def test_the_first_wrong_ballot_is_reported(ahead: int):
    primary = Primary().open().vote(0, VOTES)
    for voter in (1, 2):
        primary.append(board.ballot_records, spoilt(primary, voter))

    with pytest.raises(Refused) as refused:
        verify_ahead(primary.archive, ahead)

    assert isinstance(refused.value.cause, InvalidSignature)
    assert refused.value.where == "event 2 (Ballot)"


@pytest.mark.parametrize("ahead", [0, 1, 100])
def test_a_wrong_ballot_before_a_broken_chain_is_reported(ahead: int):
    primary = Primary().open()
    primary.append(board.ballot_records, spoilt(primary, 1))
    primary.vote(0, VOTES)
    primary.entries[-1] = board.ballot_records("0" * 64, 2, primary.ballots[0])

    with pytest.raises(Refused) as refused:
        verify_ahead(primary.archive, ahead)

    assert isinstance(refused.value.cause, InvalidSignature)


@pytest.mark.parametrize("ahead", [0, 100])
def test_a_broken_chain_after_good_ballots_is_reported(ahead: int):
    primary = Primary().open().vote(0, VOTES)
    primary.entries.append(board.end_ballots("0" * 64, 2))

    with pytest.raises(Refused) as refused:
        verify_ahead(primary.archive, ahead)

    assert isinstance(refused.value.cause, InvalidBoard)
    assert refused.value.where == "event 2 (EndBallots)"


BY_THREE = """
import sys
from belenios.errors import Refused
from belenios.verification import verify_archive
from tools.checkers import checkers

with checkers(3) as checker:
    for path in sys.argv[1:]:
        try:
            with open(path, "rb") as stream:
                print(verify_archive(stream, checker=checker).ballots)
        except Refused as refused:
            print(refused)
"""


def test_three_processes_say_what_one_says(tmp_path: Path):
    good, bad = tmp_path / "good.bel", tmp_path / "bad.bel"
    primary = Primary(weights=(1,) * 12).open()
    for voter in range(12):
        primary.vote(voter, VOTES)
    good.write_bytes(primary.archive)
    wrong = board.ballot_records(*primary.head, spoilt(primary, 3))
    bad.write_bytes(primary.archive + wrong.to_archive(NOW))

    # A process of its own: this one is cooperative, which forked ones cannot be.
    done = subprocess.run(
        [sys.executable, "-c", BY_THREE, good, bad],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    refused = "event 13 (Ballot): The ballot's signature does not hold."
    assert done.stdout == f"12\nThe archive is refused: {refused}\n", done.stderr
