"""Rule A: nobody is passed over unless the quotas would suffer, and it is proven."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.tally.party_lists import (
    PartyList,
    Rated,
    Wanted,
    compose_list,
    places_for,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

NEITHER, WOMAN, YOUNG, BOTH = (False, False), (True, False), (False, True), (True, True)
QUOTAS = {"women_quota", "young_quota", "women_and_young_quota"}
kinds = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=9)
wanted_lists = st.builds(
    Wanted,
    length=st.integers(1, 6),
    women=st.integers(0, 5),
    young=st.integers(0, 5),
)


def rating_of(kinds: Sequence[tuple[bool, bool]], *withdrawn: int) -> list[Rated]:
    return [
        Rated(
            candidate=f"c{rank}",
            rank=rank,
            woman=woman,
            young=young,
            withdrawn=rank in withdrawn,
        )
        for rank, (woman, young) in enumerate(kinds, start=1)
    ]


def names(party_list: PartyList) -> list[str]:
    return [place.candidate for place in party_list.places]


def codes(party_list: PartyList) -> dict[str, str]:
    decisions = (*party_list.places, *party_list.passed_over)
    return {each.candidate: each.because["code"] for each in decisions}


def lacking(chosen: Sequence[Rated], wanted: Wanted) -> int:
    women = sum(each.woman for each in chosen)
    young = sum(each.young for each in chosen)
    return max(0, wanted.women - women) + max(0, wanted.young - young)


def best_by_trying_all(rating: list[Rated], wanted: Wanted) -> tuple[list[str], int]:
    """Of the sets that lack least, the first in the order of the ranks."""
    size = min(wanted.length, len(rating))
    chosen = min(
        combinations(rating, size),
        key=lambda each: (lacking(each, wanted), [rated.rank for rated in each]),
    )
    return [rated.candidate for rated in chosen], lacking(chosen, wanted)


@settings(max_examples=400, deadline=None)
@given(kinds, wanted_lists)
@example([NEITHER, WOMAN, YOUNG, BOTH], Wanted(length=2, women=1, young=1))
@example([WOMAN, NEITHER], Wanted(length=5, women=3, young=1))
def test_the_list_is_the_one_that_trying_all_sets_finds(
    kinds: list[tuple[bool, bool]], wanted: Wanted
):
    rating = rating_of(kinds)

    composed = compose_list(rating, wanted)

    expected, short = best_by_trying_all(rating, wanted)
    assert names(composed) == expected
    assert composed.feasible == (short == 0 and len(rating) >= wanted.length)


@settings(max_examples=300, deadline=None)
@given(kinds, wanted_lists)
def test_everybody_is_on_the_list_or_is_told_why_not(
    kinds: list[tuple[bool, bool]], wanted: Wanted
):
    rating = rating_of(kinds)

    composed = compose_list(rating, wanted)

    assert len(codes(composed)) == len(rating)
    taken = [each for each in rating if each.candidate in names(composed)]
    assert composed.women == sum(each.woman for each in taken)
    assert composed.young == sum(each.young for each in taken)


@settings(max_examples=300, deadline=None)
@given(kinds, wanted_lists)
def test_who_is_passed_over_holds_a_certificate_that_can_be_checked(
    kinds: list[tuple[bool, bool]], wanted: Wanted
):
    by_name = {each.candidate: each for each in rating_of(kinds)}

    composed = compose_list(list(by_name.values()), wanted)

    for decision in composed.passed_over:
        code, state = decision.because["code"], decision.because["params"]
        assert (code == "list_full") == (state["free"] == 0)
        if state["free"]:
            admitted = by_name[decision.candidate]
            assert shortest(state, admitted) > shortest(state, None)


def shortest(state: dict[str, int], admitted: Rated | None) -> int:
    """What the quotas lack at the best, by trying every mix of who is to come."""
    free = state["free"] - (admitted is not None)
    women = state["women_needed"] - (admitted.woman if admitted else 0)
    young = state["young_needed"] - (admitted.young if admitted else 0)
    return min(
        max(0, women - a - b) + max(0, young - a - c)
        for a in range(state["both"] + 1)
        for b in range(state["women"] + 1)
        for c in range(state["young"] + 1)
        if a + b + c <= free
    )


@settings(max_examples=300, deadline=None)
@given(kinds, wanted_lists)
def test_only_the_quotas_members_get_in_from_below(
    kinds: list[tuple[bool, bool]], wanted: Wanted
):
    by_name = {each.candidate: each for each in rating_of(kinds)}

    composed = compose_list(list(by_name.values()), wanted)

    for place in composed.places:
        rated, code = by_name[place.candidate], place.because["code"]
        assert (code in QUOTAS) == (rated.rank > wanted.length)
        assert rated.woman or "women" not in code
        assert rated.young or "young" not in code


def test_the_best_rated_comes_before_the_largest_sum_of_votes():
    composed = compose_list(
        rating_of([NEITHER, WOMAN, YOUNG, BOTH]), Wanted(length=2, women=1, young=1)
    )

    assert names(composed) == ["c1", "c4"]
    assert codes(composed) == {
        "c1": "rating",
        "c2": "places_needed_for_young",
        "c3": "places_needed_for_women",
        "c4": "women_and_young_quota",
    }


def test_a_place_kept_for_two_quotas_at_once_says_so():
    composed = compose_list(
        rating_of([NEITHER, WOMAN, YOUNG]), Wanted(length=2, women=1, young=1)
    )

    assert names(composed) == ["c2", "c3"]
    assert codes(composed)["c1"] == "places_needed_for_both"


def test_one_place_that_must_serve_both_quotas_is_kept_for_both():
    composed = compose_list(
        rating_of([NEITHER, NEITHER, WOMAN, YOUNG, BOTH]),
        Wanted(length=2, women=1, young=1),
    )

    assert names(composed) == ["c1", "c5"]
    assert codes(composed) == {
        "c1": "rating",
        "c2": "places_needed_for_both",
        "c3": "places_needed_for_young",
        "c4": "places_needed_for_women",
        "c5": "women_and_young_quota",
    }


def test_a_list_longer_than_the_candidates_takes_them_all_and_says_so():
    composed = compose_list(
        rating_of([NEITHER, WOMAN]), Wanted(length=4, women=2, young=1)
    )

    assert names(composed) == ["c1", "c2"]
    assert not composed.feasible
    assert (composed.women, composed.young) == (1, 0)


def test_who_withdrew_is_left_out_and_the_list_made_anew_from_the_start():
    kinds = [NEITHER, NEITHER, WOMAN, NEITHER, WOMAN]
    wanted = Wanted(length=3, women=1, young=0)

    before = compose_list(rating_of(kinds), wanted)
    after = compose_list(rating_of(kinds, 3), wanted)

    assert names(before) == ["c1", "c2", "c3"]
    assert names(after) == ["c1", "c2", "c5"]
    assert codes(after)["c3"] == "withdrawn"
    assert codes(after)["c4"] == "places_needed_for_women"


def test_quotas_round_up_in_whole_numbers():
    table = {5: (2, 1), 10: (3, 2), 11: (4, 3), 18: (6, 4), 98: (30, 20), 126: (38, 26)}

    assert {n: (places_for(30, n), places_for(20, n)) for n in table} == table
    assert places_for(7, 100) == 7
    assert places_for(0, 100) == 0


def test_a_list_of_thousands_is_quick():
    many = rating_of([WOMAN, NEITHER, BOTH, NEITHER, YOUNG, NEITHER] * 1500)

    composed = compose_list(many, Wanted(length=127, women=39, young=60))

    assert len(composed.places) == 127
    assert composed.feasible
