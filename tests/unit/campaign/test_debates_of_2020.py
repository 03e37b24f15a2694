"""The debates of the whole country, in the halls that the definition assumes."""

from __future__ import annotations

from collections import defaultdict

import pytest

from contracts.definition import Definition, parse_definition
from services.campaign.capacity import require_capacity
from services.campaign.groups import group_sizes
from services.campaign.regions import RegionalDebates, Unplaced
from services.campaign.slots import slots_of
from services.campaign.timetables import schedule
from tests.support.definitions import PRIMARIES
from tests.support.timetables import faults
from tools.definitions.loading import load_definition_file

REGISTERED = 10_990


@pytest.fixture(scope="module")
def definition() -> Definition:
    return parse_definition(load_definition_file(PRIMARIES / "nur-otan-2020.yaml"))


@pytest.fixture(scope="module")
def regions(definition: Definition) -> dict[str, RegionalDebates]:
    """As many candidates as were registered, spread over the contests by seats."""
    seats = sum(contest.seats for contest in definition.contests)
    debates: dict[str, list[Unplaced]] = defaultdict(list)
    for contest in definition.contests:
        region = definition.region_of(contest.territory).code
        candidates = round(REGISTERED * contest.seats / seats)
        for number, size in enumerate(group_sizes(candidates, definition.debates)):
            name = f"{contest.id}-{number}"
            persons = frozenset(f"{name} {one}" for one in range(size))
            debates[region].append(
                Unplaced(debate=name, speakers=size, persons=persons)
            )
    return {
        region: in_2020(definition, region, tuple(unplaced))
        for region, unplaced in debates.items()
    }


def in_2020(
    definition: Definition, region: str, debates: tuple[Unplaced, ...]
) -> RegionalDebates:
    phase = definition.calendar.phase("debates")
    zone = definition.zone_of(region)
    rules = definition.debates
    return RegionalDebates(
        region=region,
        rules=rules,
        slots=slots_of(rules, phase, zone, not_before=phase.opens_at),
        unplaced=debates,
    )


def test_the_country_has_places_for_all_its_debates(
    regions: dict[str, RegionalDebates],
):
    for region in regions.values():
        require_capacity(region)

    assert len(regions) == 17
    assert sum(len(region.unplaced) for region in regions.values()) > 2_000


def test_the_region_with_most_debates_gets_a_right_timetable(
    definition: Definition, regions: dict[str, RegionalDebates]
):
    largest = max(regions.values(), key=lambda region: len(region.unplaced))

    placements = schedule(largest)

    assert len(placements) > 200
    assert faults(largest, placements, definition.calendar.phase("debates")) == []
