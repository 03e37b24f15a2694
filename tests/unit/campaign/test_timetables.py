"""The solver's timetables, judged by a checker that knows nothing of solvers."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from contracts.calendar import Phase
from contracts.campaign.errors import CapacityShort, TimetableImpossible
from contracts.definition import Moderator, Venue
from services.campaign.groups import group_sizes
from services.campaign.regions import Placed, Placement, RegionalDebates, Unplaced
from services.campaign.slots import slots_of
from services.campaign.timetables import kinds_of, schedule
from tests.support.definitions import a_definition
from tests.support.timetables import faults

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

DEFINITION = a_definition()
REGION = "KZ-AKM"
ZONE = DEFINITION.zone_of(REGION)
NAME = {"en": "x", "ru": "x", "kk": "x"}
MONDAY = datetime(2020, 9, 13, 18, tzinfo=UTC)  # midnight in Almaty


def a_phase(days: int) -> Phase:
    return Phase(opens_at=MONDAY, closes_at=MONDAY + timedelta(days=days))


def a_region(
    *debates: Unplaced,
    days: int = 17,
    halls: tuple[int, ...] = (60, 60, 60),
    moderators: int = 7,
    placed: tuple[Placed, ...] = (),
    **rules: int,
) -> RegionalDebates:
    hosts = {
        "venues": tuple(
            Venue(id=f"hall-{number}", region=REGION, name=NAME, capacity=capacity)
            for number, capacity in enumerate(halls)
        ),
        "moderators": tuple(
            Moderator(
                id=f"moderator-{number}", region=REGION, name=NAME, languages=("kk",)
            )
            for number in range(moderators)
        ),
        "streams_per_region": 3,
    }
    debate_rules = replace(DEFINITION.debates, **(hosts | rules))
    return RegionalDebates(
        region=REGION,
        rules=debate_rules,
        slots=slots_of(debate_rules, a_phase(days), ZONE, not_before=MONDAY),
        unplaced=debates,
        placed=placed,
    )


def a_debate(
    number: int, *persons: str, opens_after: datetime | None = None
) -> Unplaced:
    persons = persons or tuple(f"{number}-{one}" for one in range(5))
    return Unplaced(
        debate=f"debate-{number:03}",
        speakers=len(persons),
        persons=frozenset(persons),
        opens_after=opens_after,
    )


def debates_among(count: int, *, first: int = 0) -> list[Unplaced]:
    """The debates of a contest of so many candidates."""
    return [
        a_debate(first + number, *(f"{first + number}-{one}" for one in range(size)))
        for number, size in enumerate(group_sizes(count, DEFINITION.debates))
    ]


def loads(placements: list[Placement]) -> list[int]:
    return sorted(Counter(each.slot.day for each in placements).values())


def published(region: RegionalDebates, placements: list[Placement]) -> list[Placed]:
    persons = {each.debate: each.persons for each in region.unplaced}
    return [
        Placed(
            day=each.slot.day,
            opens_at=each.slot.opens_at,
            venue=each.venue,
            moderator=each.moderator,
            persons=persons[each.debate],
        )
        for each in placements
    ]


@settings(max_examples=25, deadline=None)
@given(
    contests=st.lists(st.integers(0, 40), max_size=5),
    shared=st.integers(0, 3),
    halls=st.lists(st.integers(4, 9), min_size=1, max_size=4),
    moderators=st.integers(1, 4),
    days=st.integers(1, 6),
)
def test_a_timetable_breaks_no_rule_or_there_is_none(
    contests: list[int], shared: int, halls: list[int], moderators: int, days: int
):
    debates = [
        debate
        for index, count in enumerate(contests)
        for debate in debates_among(count, first=100 * index)
    ]
    for number in range(min(shared, len(debates) // 2)):  # who stands in two contests
        both = (number, -1 - number)
        for index in both:
            persons = {f"both-{number}", *sorted(debates[index].persons)[1:]}
            debates[index] = replace(debates[index], persons=frozenset(persons))
    region = a_region(*debates, days=days, halls=tuple(halls), moderators=moderators)

    try:
        placements = schedule(region)
    except (CapacityShort, TimetableImpossible) as refusal:
        event(refusal.code)
        return

    assert faults(region, placements, a_phase(days)) == []


@settings(max_examples=15, deadline=None)
@given(
    earlier=st.integers(0, 60), later=st.integers(0, 60), moderators=st.integers(2, 5)
)
def test_what_is_published_stays_and_binds_the_rest(
    earlier: int, later: int, moderators: int
):
    first = a_region(*debates_among(earlier), days=5, moderators=moderators)
    placed = tuple(published(first, schedule(first)))
    second = a_region(
        *debates_among(later, first=500), days=5, moderators=moderators, placed=placed
    )

    try:
        placements = schedule(second)
    except (CapacityShort, TimetableImpossible) as refusal:
        event(refusal.code)
        return

    assert faults(second, placements, a_phase(5)) == []


def test_every_place_there_is_can_be_used():
    region = a_region(*debates_among(5 * 7 * 3 * 2), days=2)

    assert len(region.unplaced) == 42  # two days, seven slots, three halls
    assert faults(region, schedule(region), a_phase(2)) == []


def test_days_are_balanced():
    placements = schedule(a_region(*debates_among(20 * 5)))

    assert loads(placements) == [1] * 14 + [2] * 3


def test_the_last_days_are_left_to_what_is_put_off():
    placements = schedule(a_region(*debates_among(3 * 5)))

    assert {each.slot.day.day for each in placements} == {14, 15, 16}


def test_the_same_question_has_the_same_answer():
    debates = debates_among(200)

    assert schedule(a_region(*debates)) == schedule(a_region(*debates))


def test_of_equal_debates_the_first_by_lot_gets_the_earlier_slot():
    placements = schedule(a_region(*debates_among(100)))

    in_time = sorted(placements, key=lambda each: each.slot.opens_at)
    assert [each.debate for each in in_time] == sorted(each.debate for each in in_time)


def test_whom_nobody_shares_can_be_exchanged():
    region = a_region(a_debate(1), a_debate(2), a_debate(3, "a", "b"))

    assert sorted(len(kind) for kind in kinds_of(region)) == [1, 2]


def test_who_speaks_twice_speaks_on_two_days():
    twice = [a_debate(number, "both", f"other-{number}") for number in range(2)]

    placements = schedule(a_region(*twice, days=2))

    assert loads(placements) == [1, 1]


def test_who_would_have_to_speak_twice_a_day_makes_a_timetable_impossible():
    twice = [a_debate(number, "both", f"other-{number}") for number in range(2)]

    with pytest.raises(TimetableImpossible):
        schedule(a_region(*twice, days=1))

    assert len(schedule(a_region(*twice, days=1, candidate_max_per_day=2))) == 2


def test_a_debate_put_off_comes_later_than_it_was():
    noon_of_the_second_day = MONDAY + timedelta(days=1, hours=12)
    put_off = a_debate(1, opens_after=noon_of_the_second_day)

    [placement] = schedule(a_region(put_off, days=2))

    assert placement.slot.opens_at > noon_of_the_second_day


def test_a_debate_put_off_to_after_the_end_has_no_place():
    put_off = a_debate(1, opens_after=MONDAY + timedelta(days=2))

    with pytest.raises(TimetableImpossible):
        schedule(a_region(put_off, days=2))


@pytest.mark.parametrize(
    ("changes", "places", "limit"),
    [
        ({"halls": (60, 60)}, 14, "halls"),
        ({"streams_per_region": 1}, 7, "streams"),
        ({"moderators": 2}, 6, "moderators"),
        (
            {"moderators": 2, "moderator_max_per_day": 20},
            14,
            "halls, streams and moderators at once",
        ),
        ({"moderators": 6, "moderator_max_per_day": 2}, 12, "moderators"),
        ({"halls": (60, 60, 5)}, 14, "halls for 5 speakers"),
        ({"halls": ()}, 0, "halls"),
    ],
)
def test_too_little_room_is_told_in_words(
    changes: dict[str, Any], places: int, limit: str
):
    region = a_region(*debates_among(15 * 5), days=1, **changes)

    with pytest.raises(CapacityShort) as refusal:
        schedule(region)

    assert refusal.value.params == {
        "region": REGION,
        "limit": limit,
        "debates": 15,
        "places": places,
        "slots": 7,
        "days": 1,
    }
    assert f"15 debates of {REGION} need a place, but there are only {places}." in (
        refusal.value.detail
    )


def test_the_largest_region_is_scheduled_in_seconds():
    contests = [debates_among(67, first=100 * n) for n in range(17)]
    region = a_region(*(debate for debates in contests for debate in debates))
    began = time.monotonic()

    placements = schedule(region)

    assert len(placements) == 17 * 13
    assert faults(region, placements, a_phase(17)) == []
    assert time.monotonic() - began < 15


def test_the_checker_sees_what_is_wrong():
    region = a_region(a_debate(1, "a", "b"), a_debate(2, "a", "c"), halls=(60, 2))
    slot = region.slots[0]
    right = [
        Placement(
            debate="debate-001", slot=slot, venue="hall-0", moderator="moderator-0"
        ),
        Placement(
            debate="debate-002",
            slot=region.slots[7],
            venue="hall-0",
            moderator="moderator-0",
        ),
    ]

    spoilt = [
        right[:1],
        [right[0], replace(right[1], slot=slot)],
        [right[0], replace(right[1], slot=region.slots[1])],
        [right[0], replace(right[1], venue="hall-1")],
    ]
    assert faults(region, right, a_phase(17)) == []
    assert all(faults(region, each, a_phase(17)) for each in spoilt)
