from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from chassis.testing import FrozenClock
from contracts.campaign.errors import (
    DebateLotNotDrawn,
    DebatesAlreadyDrawn,
    OutsideYourTerritory,
)
from contracts.lots import lot_order
from services.campaign import agenda, candidates, groups
from services.campaign.groups import form_groups, group_sizes
from tests.support.campaign import (
    DISTRICT_CONTEST,
    LOT_VALUE,
    OFFICE,
    PRIMARY,
    REGION,
    REGION_CONTEST,
    draw,
    register_candidates,
)
from tests.support.definitions import a_definition

RULES = a_definition().debates
counts = st.integers(min_value=0, max_value=300)


@st.composite
def limits(draw: st.DrawFn) -> tuple[int, int]:
    smallest = draw(st.integers(2, 8))
    return smallest, draw(st.integers(max(3, smallest), 12))


@given(counts)
def test_everybody_is_in_a_group_and_groups_are_nearly_equal(count: int):
    sizes = group_sizes(count, RULES)

    assert sum(sizes) == (count if count > 1 else 0)
    assert not sizes or max(sizes) - min(sizes) <= 1


@given(counts.filter(lambda count: count >= 4 and count != 7))
def test_groups_have_four_to_six_speakers(count: int):
    assert all(4 <= size <= 6 for size in group_sizes(count, RULES))


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (0, []),
        (1, []),
        (2, [2]),
        (3, [3]),
        (6, [6]),
        (7, [4, 3]),  # the one number that cannot keep both limits
        (8, [4, 4]),
        (11, [6, 5]),
        (12, [6, 6]),
        (13, [5, 4, 4]),
    ],
)
def test_groups_come_as_near_to_the_middle_as_they_can(count: int, sizes: list[int]):
    assert group_sizes(count, RULES) == sizes


@given(limits(), counts.filter(lambda count: count > 1))
def test_whatever_the_rules_nobody_speaks_alone_or_in_too_large_a_group(
    bounds: tuple[int, int], count: int
):
    smallest, largest = bounds
    rules = replace(RULES, group_min=smallest, group_max=largest)

    sizes = group_sizes(count, rules)

    possible = any(
        smallest * number <= count <= largest * number for number in range(1, count + 1)
    )
    assert all(2 <= size <= largest for size in sizes)
    assert all(size >= smallest for size in sizes) or not possible


@given(st.sets(st.text("abcdef0123456789", min_size=4, max_size=4), max_size=40))
def test_anybody_can_recompute_the_groups_from_the_published_value(ids: set[str]):
    order = lot_order("tiny-2020", "debates|maslikhat-kz-akm", LOT_VALUE, ids)

    drawn = list(form_groups(order, RULES))

    speaking = [speaker for group in drawn for speaker in group]
    assert speaking == (order if len(ids) > 1 else [])
    assert [len(group) for group in drawn] == group_sizes(len(ids), RULES)


def debates_of(session: Session, contest: str) -> list[list[str]]:
    listed = agenda.list_debates(
        session,
        primary=PRIMARY,
        after=None,
        limit=200,
        contest=contest,
        **dict.fromkeys(("region", "territory", "candidacy", "day", "state")),
    )
    return [[each.candidacy for each in row["speakers"]] for row in listed["items"]]


def test_the_draw_follows_the_lot_of_each_contest(session: Session, clock: FrozenClock):
    here = register_candidates(session, range(11), contest=DISTRICT_CONTEST)
    there = register_candidates(session, range(20, 23), contest=REGION_CONTEST)
    register_candidates(session, [30], contest="maslikhat-kz-kus")

    outcome = draw(session, clock)

    assert outcome == {"debates": 3, "contests": 2}
    for contest, standing in ((DISTRICT_CONTEST, here), (REGION_CONTEST, there)):
        order = lot_order(PRIMARY, f"debates|{contest}", LOT_VALUE, standing)
        speaking = [one for group in debates_of(session, contest) for one in group]
        assert speaking == [candidacy for candidacy, _ in order]
    assert [len(group) for group in debates_of(session, DISTRICT_CONTEST)] == [6, 5]


def test_who_has_withdrawn_is_not_drawn(session: Session, clock: FrozenClock):
    register_candidates(session, range(5))
    candidates.strike_page(
        session, primary=PRIMARY, candidacy="candidacy-002", reason_code="stood_down"
    )

    draw(session, clock)

    [speaking] = debates_of(session, DISTRICT_CONTEST)
    assert len(speaking) == 4
    assert "candidacy-002" not in speaking


def test_there_is_no_draw_without_a_public_value(session: Session, clock: FrozenClock):
    register_candidates(session, range(5))

    with pytest.raises(DebateLotNotDrawn):
        groups.draw_debates(session, clock, scopes=OFFICE, primary=PRIMARY)


def test_the_lot_of_the_ties_does_not_draw_debates(
    session: Session, clock: FrozenClock
):
    groups.keep_lot(session, primary=PRIMARY, lot="ties", value=LOT_VALUE)

    with pytest.raises(DebateLotNotDrawn):
        groups.draw_debates(session, clock, scopes=OFFICE, primary=PRIMARY)


def test_a_lot_is_drawn_once(session: Session, clock: FrozenClock):
    register_candidates(session, range(5))
    draw(session, clock)
    before = debates_of(session, DISTRICT_CONTEST)

    groups.keep_lot(session, primary=PRIMARY, lot="debates", value="another value")
    with pytest.raises(DebatesAlreadyDrawn):
        groups.draw_debates(session, clock, scopes=OFFICE, primary=PRIMARY)

    assert groups.lot_value(session, PRIMARY) == LOT_VALUE
    assert debates_of(session, DISTRICT_CONTEST) == before


def test_only_officers_of_the_whole_primary_draw(session: Session, clock: FrozenClock):
    groups.keep_lot(session, primary=PRIMARY, lot="debates", value=LOT_VALUE)

    with pytest.raises(OutsideYourTerritory):
        groups.draw_debates(session, clock, scopes=frozenset({REGION}), primary=PRIMARY)
