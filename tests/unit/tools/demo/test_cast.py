"""The cast can play the primary: everybody may stand where they stand."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from contracts.definition import Definition, parse_definition
from tools.definitions import load_definition_file
from tools.demo.cast import Cast, gather_cast
from tools.demo.options import DEFINITIONS
from tools.demo.sizes import SIZES

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute


@pytest.fixture(scope="module")
def definition() -> Definition:
    return parse_definition(load_definition_file(DEFINITIONS / "nur-otan-2020.yaml"))


@pytest.fixture(scope="module", params=sorted(SIZES))
def scale(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def cast(definition: Definition, scale: str) -> Cast:
    return gather_cast(definition, SIZES[scale], Random(1))


def test_every_nominee_may_stand(definition: Definition, cast: Cast):
    for nominee in cast.nominees:
        contest = definition.contest(nominee.contest)
        age = definition.age_on_reference_date(nominee.person.birth_date)
        assert age >= contest.min_age
        assert definition.may_stand(nominee.contest, nominee.person.territory)


def test_the_proportions_are_those_of_2020(
    definition: Definition, cast: Cast, scale: str
):
    total = SIZES[scale].nominations
    women = sum(one.person.sex == "f" for one in cast.nominees)
    young = sum(definition.is_young(one.person.birth_date) for one in cast.nominees)
    by_ppo = sum(one.route == "ppo" for one in cast.nominees)

    assert len(cast.nominees) == total
    assert women == round(total * 0.347)
    assert young == round(total * 0.267)
    assert by_ppo == round(total * 2905 / 9163)


def test_every_contest_has_a_debate_to_hold(definition: Definition, cast: Cast):
    standing = Counter(one.contest for one in cast.nominees if not one.refused)

    assert min(standing.values()) >= 4


def test_who_votes_on_paper_does_not_plan_to_vote_online(cast: Cast):
    online = {person for voters in cast.voters.values() for person in voters}

    assert online.isdisjoint(cast.paper)


def test_every_district_that_votes_has_enough_ballots_to_be_opened(
    definition: Definition, cast: Cast
):
    assert all(len(v) >= definition.min_ballots for v in cast.voters.values())


def test_every_organisation_has_a_secretary_of_its_own(cast: Cast):
    secretaries = cast.offices.secretaries

    assert set(secretaries) == {ppo for ppo, _name, _territory in cast.ppos}
    assert all(person.ppo == ppo for ppo, person in secretaries.items())


def test_the_default_is_as_large_as_promised(definition: Definition):
    size = SIZES["normal"]
    cast = gather_cast(definition, size, Random(2))

    assert len(cast.nominees) >= 120
    assert len(cast.voters) == 8
    assert sum(map(len, cast.voters.values())) >= 250
    assert size.revotes >= 10


def test_a_person_can_take_the_part_of_somebody_who_has_none(cast: Cast):
    bystanders = list(cast.bystanders())

    assert len(bystanders) >= 3
    assert len({one.territory for one in bystanders}) >= 2
    assert len({one.iin for one in bystanders}) == len(bystanders)
    busy = {one.iin for voters in cast.voters.values() for one in voters}
    busy |= {iin for iin, _, _ in cast.offices.rows()}
    busy |= {one.person.iin for one in cast.nominees}
    busy |= {one.iin for one in cast.paper}
    assert not busy & {one.iin for one in bystanders}
