from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.definition import (
    UnknownContest,
    UnknownTerritory,
    UnknownVotingDistrict,
)
from tests.support.definitions import a_definition, a_definition_document

DEFINITION = a_definition()


def codes(territories: tuple) -> list[str]:
    return [territory.code for territory in territories]


def test_a_definition_gives_back_the_document_it_was_parsed_from():
    assert DEFINITION.document == a_definition_document()


def test_a_document_handed_out_can_be_changed_without_changing_the_definition():
    DEFINITION.document["quotas"]["women"]["percent"] = 99
    assert DEFINITION.document["quotas"]["women"]["percent"] == 30


def test_voting_districts_are_the_territories_without_children():
    assert codes(DEFINITION.voting_districts()) == [
        "KZ-111000000",
        "KZ-113200000",
        "KZ-392400000",
        "KZ-791110000",
        "KZ-791310000",
    ]


def test_a_district_votes_in_three_contests_in_the_order_of_the_ballot():
    assert [each.id for each in DEFINITION.contests_of_district("KZ-111000000")] == [
        "mazhilis-kz-akm",
        "maslikhat-kz-akm",
        "maslikhat-kz-111000000",
    ]


def test_a_city_district_votes_in_the_contests_of_its_city():
    assert [each.id for each in DEFINITION.contests_of_district("KZ-791110000")] == [
        "mazhilis-kz-shy",
        "maslikhat-kz-shy",
    ]


def test_a_regional_contest_adds_up_the_districts_of_its_region():
    districts = DEFINITION.districts_of_contest("maslikhat-kz-akm")
    assert codes(districts) == ["KZ-111000000", "KZ-113200000"]


@given(st.sampled_from(DEFINITION.contests))
def test_districts_and_contests_tell_the_same_story(contest):
    for district in DEFINITION.voting_districts():
        on_the_ballot = contest in DEFINITION.contests_of_district(district.code)
        adds_up = district in DEFINITION.districts_of_contest(contest.id)
        assert on_the_ballot == adds_up


def test_programmes_belong_to_the_territories_that_elect_a_maslikhat():
    assert codes(DEFINITION.programme_territories()) == [
        "KZ-AKM",
        "KZ-KUS",
        "KZ-SHY",
        "KZ-111000000",
        "KZ-113200000",
        "KZ-392400000",
    ]


def test_ancestors_come_nearest_first():
    assert codes(DEFINITION.ancestors("KZ-791110000")) == ["KZ-SHY", "KZ"]
    assert codes(DEFINITION.ancestors("KZ")) == []


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("KZ-111000000", "KZ-AKM"),
        ("KZ-791110000", "KZ-SHY"),
        ("KZ-AKM", "KZ-AKM"),
        ("KZ", "KZ"),
    ],
)
def test_what_happens_in_a_territory_happens_in_its_region(code: str, region: str):
    assert DEFINITION.whereabouts(code) == {
        "primary": DEFINITION.primary,
        "region": region,
        "territory": code,
    }


def test_an_office_reaches_everything_inside_its_territory():
    assert DEFINITION.is_reached("KZ-111000000", ["KZ-SHY", "KZ-AKM"])
    assert DEFINITION.is_reached("KZ-111000000", [""])
    assert not DEFINITION.is_reached("KZ-AKM", ["KZ-111000000", "KZ-SHY"])
    assert not DEFINITION.is_reached("KZ-AKM", [])


def test_a_territory_keeps_the_time_of_the_nearest_zone_above_it():
    territories = a_definition_document()["territories"]
    territories[2]["zone"] = "Asia/Qostanay"
    definition = a_definition(territories=territories)
    assert definition.zone_of("KZ-392400000") == ZoneInfo("Asia/Qostanay")
    assert definition.zone_of("KZ-111000000") == ZoneInfo("Asia/Almaty")


def test_a_day_begins_at_midnight_in_the_primary_s_zone():
    last_of_september = datetime(2020, 9, 30, 17, 59, 59, tzinfo=UTC)
    assert DEFINITION.day_of(last_of_september) == date(2020, 9, 30)
    assert DEFINITION.day_of(datetime(2020, 9, 30, 18, tzinfo=UTC)) == date(2020, 10, 1)


def test_all_trustees_are_needed_unless_it_is_said_that_some_suffice():
    assert a_definition(trustees=5).threshold == 5
    assert a_definition(trustees=5, threshold=3).threshold == 3


def test_what_does_not_exist_is_not_found():
    with pytest.raises(UnknownTerritory, match="KZ-XXX"):
        DEFINITION.territory("KZ-XXX")
    with pytest.raises(UnknownContest, match="senate"):
        DEFINITION.contest("senate")
    with pytest.raises(UnknownVotingDistrict, match="KZ-AKM"):
        DEFINITION.contests_of_district("KZ-AKM")


@pytest.mark.parametrize(
    ("residence", "from_here", "from_the_region", "from_elsewhere"),
    [
        ("territory", True, False, False),
        ("region", True, True, False),
        ("country", True, True, True),
    ],
)
def test_who_may_stand_depends_on_residence(
    *, residence: str, from_here: bool, from_the_region: bool, from_elsewhere: bool
):
    contests = a_definition_document()["contests"]
    for contest in contests:
        contest["residence"] = residence
    definition = a_definition(contests=contests)
    contest_id = "maslikhat-kz-111000000"
    assert definition.may_stand(contest_id, "KZ-111000000") is from_here
    assert definition.may_stand(contest_id, "KZ-113200000") is from_the_region
    assert definition.may_stand(contest_id, "KZ-392400000") is from_elsewhere


@pytest.mark.parametrize(
    ("born_on", "age"),
    [
        (date(1985, 10, 4), 34),
        (date(1985, 10, 3), 35),
        (date(1985, 10, 2), 35),
        (date(2000, 10, 3), 20),
    ],
)
def test_age_counts_whole_years_and_the_birthday_itself(born_on: date, age: int):
    assert DEFINITION.age_on_reference_date(born_on) == age


def test_the_young_are_under_the_age_and_their_birthday_ends_it():
    assert DEFINITION.is_young(date(1985, 10, 4))
    assert not DEFINITION.is_young(date(1985, 10, 3))


@pytest.mark.parametrize(
    ("reference_date", "age"),
    [
        ("2019-02-28", 34),
        ("2019-03-01", 35),
        ("2020-02-28", 35),
        ("2020-02-29", 36),
    ],
)
def test_who_is_born_on_29_february_turns_older_on_1_march(
    reference_date: str, age: int
):
    definition = a_definition(reference_date=reference_date)
    assert definition.age_on_reference_date(date(1984, 2, 29)) == age


@given(st.dates(date(1930, 1, 1), date(2004, 12, 31)))
def test_nobody_is_older_than_somebody_born_earlier(born_on: date):
    before = date.fromordinal(born_on.toordinal() - 1)
    age = DEFINITION.age_on_reference_date(born_on)
    assert DEFINITION.age_on_reference_date(before) in {age, age + 1}


def test_a_route_has_its_own_checklist():
    rules = DEFINITION.nomination
    assert [each.id for each in rules.documents_for("ppo")] == ["consent", "minutes"]
    assert [each.id for each in rules.documents_for("self")] == ["consent"]


def test_a_debate_of_five_takes_seventy_minutes_and_one_of_six_ninety_four():
    times = DEFINITION.debates.times
    assert times.debate_seconds(5) == 70 * 60
    assert times.debate_seconds(6) == 94 * 60


def test_halls_and_moderators_belong_to_a_region():
    debates = DEFINITION.debates
    assert [each.id for each in debates.venues_of("KZ-SHY")] == ["hall-kz-shy"]
    assert len(debates.moderators_of("KZ-AKM")) == 2
    assert debates.venues_of("KZ-111000000") == ()


def test_an_assumption_marks_what_it_names_and_all_below():
    assert DEFINITION.is_assumed("/contests/3/choices")
    assert not DEFINITION.is_assumed("/contests/3/seats")
    assumed = [{"field": "/quotas", "because": "Not written down."}]
    assert a_definition(assumed=assumed).is_assumed("/quotas/women/percent")
