"""Ratings are strict: equal votes are put in order by a lot anybody can draw again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.lots import lot_order
from services.tally.ratings import LotMissing, TieLot, rate, three_ratings

DRAWN = TieLot(primary="tiny-2020", contest="mazhilis-kz-akm", value="7, 14, 21")
NOT_DRAWN = TieLot(primary="tiny-2020", contest="mazhilis-kz-akm", value=None)


def test_more_votes_come_first_and_need_no_lot():
    assert rate({"ann": 3, "bob": 9, "eve": 0}, NOT_DRAWN) == [
        ("bob", None),
        ("ann", None),
        ("eve", None),
    ]


def test_equal_votes_wait_for_the_lot():
    with pytest.raises(LotMissing):
        rate({"ann": 3, "bob": 3}, NOT_DRAWN)


def test_equal_votes_stand_in_the_order_of_the_lot_and_show_its_keys():
    votes = {"ann": 3, "bob": 3, "eve": 3, "max": 5, "zoe": 1}

    order = rate(votes, DRAWN)

    drawn = lot_order(
        "tiny-2020", "mazhilis-kz-akm", "7, 14, 21", ["ann", "bob", "eve"]
    )
    assert order == [("max", None), *drawn, ("zoe", None)]


@given(st.dictionaries(st.uuids().map(str), st.integers(0, 3), max_size=12))
def test_nobody_is_rated_above_more_votes(votes: dict[str, int]):
    order = [name for name, _ in rate(votes, DRAWN)]

    assert sorted(order) == sorted(votes)
    assert [votes[name] for name in order] == sorted(votes.values(), reverse=True)


def test_women_and_the_young_are_ranked_among_themselves():
    rated = [
        {"candidate": "ann", "rank": 1, "woman": True, "young": False},
        {"candidate": "bob", "rank": 2, "woman": False, "young": True},
        {"candidate": "eve", "rank": 3, "woman": True, "young": True},
    ]

    ratings = three_ratings(rated)

    shown = {
        name: [(each["candidate"], each["rank"]) for each in rating]
        for name, rating in ratings.items()
    }
    assert shown == {
        "general": [("ann", 1), ("bob", 2), ("eve", 3)],
        "women": [("ann", 1), ("eve", 2)],
        "young": [("bob", 1), ("eve", 2)],
    }
