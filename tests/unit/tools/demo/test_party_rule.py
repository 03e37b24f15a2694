"""Rule A, as the demonstration checks it, is what its definition says."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.demo.party_rule import Goal, Ranked, list_by_rule_a, places_for

kinds = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=8)


def ranked(kinds: list[tuple[bool, bool]]) -> list[Ranked]:
    return [
        Ranked(candidate=str(place), woman=woman, young=young)
        for place, (woman, young) in enumerate(kinds)
    ]


def missed(group: tuple[Ranked, ...], women: int, young: int) -> int:
    return max(0, women - sum(one.woman for one in group)) + max(
        0, young - sum(one.young for one in group)
    )


@given(kinds, st.integers(1, 8), st.integers(0, 4), st.integers(0, 4))
def test_it_is_the_first_of_the_best_lists(
    kinds: list[tuple[bool, bool]], length: int, women: int, young: int
):
    rating = ranked(kinds)
    lists = list(combinations(rating, min(length, len(rating))))
    least = min(missed(group, women, young) for group in lists)
    # combinations come in the rating's order: the first is the lexicographic one
    best = next(group for group in lists if missed(group, women, young) == least)

    found = list_by_rule_a(rating, Goal(free=length, women=women, young=young))

    assert found == [one.candidate for one in best]


@pytest.mark.parametrize(
    ("percent", "length", "places"),
    [(30, 5, 2), (20, 5, 1), (30, 126, 38), (20, 126, 26), (7, 100, 7), (0, 9, 0)],
)
def test_at_least_so_many_percent_is_rounded_up(percent: int, length: int, places: int):
    assert places_for(percent, length) == places
