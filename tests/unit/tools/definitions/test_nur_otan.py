"""The reference definition against what is known of 2020."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from contracts.definition import Contest, ContestLevel, parse_definition
from tests.support.definitions import PRIMARIES
from tools.definitions import load_definition_file

DEFINITION = parse_definition(load_definition_file(PRIMARIES / "nur-otan-2020.yaml"))
CALENDAR = DEFINITION.calendar


def contests_of(level: ContestLevel) -> dict[str, Contest]:
    return {each.territory: each for each in DEFINITION.contests if each.level is level}


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%MZ")


def test_the_country_has_217_territories_and_16_city_districts():
    kinds = Counter(each.kind for each in DEFINITION.territories)
    assert kinds == {
        "country": 1,
        "region": 14,
        "city_republican": 3,
        "city_regional": 36,
        "district": 163,
        "city_district": 16,
    }


def test_there_are_215_voting_districts_216_programmes_and_233_contests():
    assert len(DEFINITION.voting_districts()) == 199 + 16
    assert len(DEFINITION.programme_territories()) == 17 + 199
    assert len(DEFINITION.contests) == 17 + 216


def test_every_district_votes_on_three_contests_and_every_city_district_on_two():
    sizes = Counter(
        (district.level, len(DEFINITION.contests_of_district(district.code)))
        for district in DEFINITION.voting_districts()
    )
    assert sizes == {("district", 3): 199, ("city_district", 2): 16}


@pytest.mark.parametrize(
    ("code", "cities", "districts"),
    [("KZ-KAR", 9, 9), ("KZ-KZY", 1, 7), ("KZ-YUZ", 3, 13), ("KZ-VOS", 4, 15)],
)
def test_the_regions_have_their_cities_and_districts(
    code: str, cities: int, districts: int
):
    kinds = Counter(each.kind for each in DEFINITION.children(code))
    assert (kinds["city_regional"], kinds["district"]) == (cities, districts)


@pytest.mark.parametrize(
    ("phase", "opens_at", "closes_at"),
    [
        ("nomination", "2020-08-16T18:00Z", "2020-08-28T12:00Z"),
        ("vetting", "2020-08-16T18:00Z", "2020-08-29T18:00Z"),
        ("preparation", "2020-08-30T18:00Z", "2020-09-06T18:00Z"),
        ("campaigning", "2020-09-06T18:00Z", "2020-10-03T18:00Z"),
        ("programmes", "2020-09-07T18:00Z", "2020-09-30T18:00Z"),
        ("enrolment_suspended", "2020-09-10T18:00Z", "2020-10-04T18:00Z"),
        ("debates", "2020-09-13T18:00Z", "2020-09-30T18:00Z"),
        ("voting", "2020-09-30T18:00Z", "2020-10-03T08:00Z"),
        ("paper_voting", "2020-10-03T02:00Z", "2020-10-03T08:00Z"),
    ],
)
def test_the_phases_are_those_of_2020_at_utc_plus_six(
    phase: str, opens_at: str, closes_at: str
):
    planned = CALENDAR.phase(phase)
    assert (written(planned.opens_at), written(planned.closes_at)) == (
        opens_at,
        closes_at,
    )


def test_voting_lasts_sixty_two_hours_and_publication_is_on_5_october():
    voting = CALENDAR.phase("voting")
    assert voting.closes_at - voting.opens_at == timedelta(hours=62)
    assert written(CALENDAR.instant("publication")) == "2020-10-05T06:00Z"


def test_the_extension_of_2020_fits_the_calendar():
    closing = CALENDAR.phase("voting").closes_at + timedelta(days=1)
    extended = CALENDAR.with_closing("voting", closing).phase("voting")
    assert extended.closes_at - extended.opens_at == timedelta(hours=86)


def test_five_regions_were_an_hour_behind_the_capital():
    closing = CALENDAR.phase("voting").closes_at
    behind = {
        region.code
        for region in DEFINITION.regions()
        if closing.astimezone(DEFINITION.zone_of(region.code)).hour == 13
    }
    assert behind == {"KZ-AKT", "KZ-ATY", "KZ-KZY", "KZ-MAN", "KZ-ZAP"}
    assert DEFINITION.zone_of("KZ-392400000") == ZoneInfo("Asia/Qostanay")


def test_the_maslikhats_have_3279_seats_of_which_489_are_regional():
    regional = contests_of(ContestLevel.REGION)
    municipal = contests_of(ContestLevel.DISTRICT)
    assert sum(each.seats for each in regional.values()) == 489
    assert sum(each.seats for each in municipal.values()) == 3279 - 489


def test_the_known_sizes_are_kept_and_none_passes_the_laws_limit():
    regional = contests_of(ContestLevel.REGION)
    municipal = contests_of(ContestLevel.DISTRICT)
    assert regional["KZ-ALA"].seats == 39
    assert regional["KZ-SHY"].seats == 30
    assert municipal["KZ-392400000"].seats == 15
    assert max(each.seats for each in regional.values()) <= 50
    assert max(each.seats for each in municipal.values()) <= 25


def _shared_by_sainte_lague(places: int, weights: dict[str, int]) -> dict[str, int]:
    """The highest quotients weight / 1, 3, 5, …; the earlier of equal ones."""
    quotients = sorted(
        (Fraction(-weight, 2 * rank + 1), order, code)
        for order, (code, weight) in enumerate(weights.items())
        for rank in range(places)
    )
    return Counter(code for _, _, code in quotients[:places])


def test_the_mazhilis_places_follow_the_rule_that_the_file_states():
    places = {
        code: each.seats for code, each in contests_of(ContestLevel.MAZHILIS).items()
    }
    assert sum(places.values()) == 77
    assert places.pop("KZ-AKT") == 4
    weights = {code: len(DEFINITION.children(code)) for code in places}
    shared = _shared_by_sainte_lague(77 - 4 - 2 * 16, weights)
    assert places == {code: 2 + shared[code] for code in places}


def test_ages_quotas_and_rules_are_those_of_the_party():
    ages = {each.level: each.min_age for each in DEFINITION.contests}
    assert ages == {"mazhilis": 25, "region": 20, "district": 20}
    quotas = DEFINITION.quotas
    assert (quotas.women.percent, quotas.young.percent) == (30, 20)
    assert quotas.young.under_age == 35
    assert (DEFINITION.ties, DEFINITION.list_rule) == ("lot", "A")


def test_debates_of_four_to_six_find_a_hall_and_a_moderator_in_every_region():
    debates = DEFINITION.debates
    assert (debates.group_min, debates.group_max) == (4, 6)
    for region in DEFINITION.regions():
        assert debates.venues_of(region.code)
        assert debates.moderators_of(region.code)


@pytest.mark.parametrize(
    "pointer",
    [
        "/contests/20/seats",
        "/contests/0/choices",
        "/calendar/instants/complaints_end",
        "/debates/hours/opens",
        "/ties",
    ],
)
def test_what_nobody_could_establish_is_marked(pointer: str):
    assert DEFINITION.is_assumed(pointer)


def test_what_is_known_is_not_marked():
    assert not DEFINITION.is_assumed("/calendar/phases/voting/closes_at")
    assert not DEFINITION.is_assumed("/contests/0/min_age")


def test_the_source_of_the_territories_is_credited_wherever_they_stand():
    credited = "Alexander Rodionov"
    assert credited in DEFINITION.credits[0]
    assert credited in (PRIMARIES.parents[1] / "NOTICE").read_text(encoding="utf-8")
    for name in ("territories.csv", "city-districts.csv"):
        table = PRIMARIES / "nur-otan-2020" / name
        assert credited in table.read_text(encoding="utf-8").splitlines()[0]


def test_the_rehearsal_is_the_same_primary_under_another_name():
    path = PRIMARIES / "nur-otan-2020-rehearsal.yaml"
    rehearsal = parse_definition(load_definition_file(path))
    assert rehearsal.rehearsal
    assert not DEFINITION.rehearsal
    assert rehearsal.primary != DEFINITION.primary
    assert rehearsal.group == "BELENIOS-2048"
    assert rehearsal.contests == DEFINITION.contests
    assert rehearsal.calendar == DEFINITION.calendar


def test_a_small_party_of_another_country_is_only_another_file():
    small = parse_definition(load_definition_file(PRIMARIES / "small-party.yaml"))
    assert [each.code for each in small.voting_districts()] == [
        "IS-1",
        "IS-4",
        "IS-6",
        "IS-7",
    ]
    assert small.programme_territories() == small.voting_districts()
    assert [each.id for each in small.contests_of_district("IS-4")] == ["listi-is-4"]
    assert small.region_of("IS-4").code == "IS-4"
    assert small.contest("listi-is-4").title["en"] == "The list: Westfjords"
    assert not small.calendar.is_open(
        "paper_voting", small.calendar.phase("voting").opens_at
    )
