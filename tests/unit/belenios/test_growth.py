from __future__ import annotations

import io

import pytest

from belenios import board
from belenios.errors import Refused, UnusableCopy
from belenios.growth import check_growth
from tests.unit.belenios.elections import NOW, Primary, complete, verify


@pytest.fixture(scope="module")
def primary() -> Primary:
    return complete()


def part(primary: Primary, count: int) -> bytes:
    return b"".join(entry.to_archive(NOW) for entry in primary.entries[:count])


def parting(older: bytes, newer: bytes) -> str:
    with pytest.raises(Refused) as refused:
        check_growth(io.BytesIO(older), io.BytesIO(newer))
    return refused.value.where


def rechained(primary: Primary, *order: int) -> bytes:
    """The board again with these of its ballots, every link made anew."""
    again = Primary()
    again.__dict__ |= {"election": primary.election, "voters": primary.voters}
    again.__dict__ |= {"keys": primary.keys, "credentials": primary.credentials}
    again.open()
    for index in order:
        ballot = primary.entries[index].records[0].body.decode()
        again.append(board.ballot_records, ballot)
    return again.archive


def test_a_board_grows_from_any_of_its_beginnings(primary: Primary):
    for count in range(1, len(primary.entries) + 1):
        check_growth(io.BytesIO(part(primary, count)), io.BytesIO(primary.archive))


@pytest.mark.parametrize(
    ("order", "where"),
    [
        pytest.param((1, 3), "event 2", id="a ballot removed"),
        pytest.param((1,), "event 2", id="the last ballots removed"),
        pytest.param((2, 1, 3), "event 1", id="ballots in another order"),
        pytest.param((1, 3, 2, 3), "event 2", id="a ballot put between"),
    ],
)
def test_a_board_chained_anew_is_sound_but_has_not_only_grown(
    primary: Primary, order: tuple[int, ...], where: str
):
    older, newer = part(primary, 4), rechained(primary, *order)

    if len(set(order)) == len(order):
        assert verify(newer).ballots == len(order)
    assert parting(older, newer) == where


def test_a_newer_copy_that_breaks_off_is_refused(primary: Primary):
    assert parting(primary.archive, part(primary, 2)[:-512]) == "event 1"
    assert parting(primary.archive, b"") == "event 0"


@pytest.mark.parametrize("older", [b"", b"x" * 600, bytes(1024)])
def test_an_older_copy_that_is_no_archive_is_unusable(primary: Primary, older: bytes):
    with pytest.raises(UnusableCopy):
        check_growth(io.BytesIO(older), io.BytesIO(primary.archive))
