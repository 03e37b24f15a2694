"""Cutting a roll into boards: everybody once, nobody too many, families together."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.boards import Slice, board_id, cut_into_boards

SIZES = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3), st.integers(1, 60), max_size=12
)
LONGEST = st.integers(1, 50)


@settings(deadline=None)
@given(SIZES, LONGEST)
def test_every_member_is_on_exactly_one_board(sizes: dict[str, int], longest: int):
    places = [
        (each.ppo, place)
        for board in cut_into_boards(sizes, longest)
        for each in board
        for place in range(each.first, each.first + each.count)
    ]

    everybody = {(ppo, place) for ppo, size in sizes.items() for place in range(size)}
    assert len(places) == len(everybody)
    assert set(places) == everybody


@settings(deadline=None)
@given(SIZES, LONGEST)
def test_no_board_is_too_long_or_empty(sizes: dict[str, int], longest: int):
    for board in cut_into_boards(sizes, longest):
        assert 0 < sum(each.count for each in board) <= longest


@settings(deadline=None)
@given(SIZES, LONGEST)
def test_only_an_organisation_longer_than_a_board_is_cut(
    sizes: dict[str, int], longest: int
):
    pieces = [each.ppo for board in cut_into_boards(sizes, longest) for each in board]

    for ppo, size in sizes.items():
        assert pieces.count(ppo) == -(-size // longest)


def test_a_roll_that_fits_is_one_board():
    assert cut_into_boards({"b": 3, "a": 2}, 5) == [
        [Slice(ppo="a", first=0, count=2), Slice(ppo="b", first=0, count=3)]
    ]


def test_boards_are_named_after_their_district():
    assert [board_id("KZ-1", number) for number in (1, 2, 3)] == [
        "KZ-1",
        "KZ-1-2",
        "KZ-1-3",
    ]
