"""Defining primaries: each once, several side by side."""

from __future__ import annotations

import pytest

from chassis.testing import recorded
from contracts.copies import UnknownPrimary
from contracts.definition import (
    InvalidDefinition,
    UnknownContest,
    UnknownTerritory,
    UnknownVotingDistrict,
)
from contracts.registration.errors import PrimaryExists
from contracts.registration.events import PrimaryDefined
from services.registration import overviews, places, primaries, queries
from tests.support.definitions import a_definition, a_definition_document
from tests.support.registration import KOKSHETAU, Registry


def define(registry: Registry, **overrides: object) -> str:
    document = a_definition_document(**overrides)
    row = registry.write(primaries.define_primary, registry.clock, document=document)
    return row.document_hash


def test_a_definition_is_announced_whole(registry: Registry):
    [event] = registry.read(recorded, PrimaryDefined)

    assert event["document"] == a_definition_document()
    assert (event["region"], event["territory"]) == ("KZ", "KZ")


def test_the_same_definition_again_gets_the_same_answer(registry: Registry):
    assert define(registry) == define(registry)
    assert len(registry.read(recorded, PrimaryDefined)) == 1


def test_another_definition_of_the_same_primary_is_refused(registry: Registry):
    with pytest.raises(PrimaryExists):
        define(registry, max_roll=5000)
    assert len(registry.read(recorded, PrimaryDefined)) == 1


def test_a_broken_definition_changes_nothing(registry: Registry):
    with pytest.raises(InvalidDefinition):
        define(registry, primary="broken-2020", max_roll="many")
    assert registry.read(queries.primary_ids) == ["tiny-2020"]


def test_primaries_stand_side_by_side(registry: Registry):
    define(registry, primary="rehearsal-2020", rehearsal=True)

    listed = registry.read(overviews.list_primaries, registry.clock)

    assert [(each["primary"], each["rehearsal"]) for each in listed] == [
        ("rehearsal-2020", True),
        ("tiny-2020", False),
    ]


def test_a_primary_shows_the_phases_that_are_open(registry: Registry):
    registry.clock.set("2020-10-03T03:00:00Z")

    shown = registry.read(
        overviews.show_primary, registry.clock, primary=registry.primary
    )

    assert shown["open_phases"] == (
        "campaigning",
        "enrolment_suspended",
        "voting",
        "paper_voting",
    )


def test_what_does_not_exist_is_not_shown(registry: Registry):
    definition = a_definition()
    with pytest.raises(UnknownPrimary):
        registry.read(overviews.show_primary, registry.clock, primary="nowhere-2020")
    with pytest.raises(UnknownTerritory):
        places.show_territory(definition, territory="XX")
    with pytest.raises(UnknownTerritory):
        places.list_territories(definition, parent="XX")
    with pytest.raises(UnknownVotingDistrict):
        places.list_contests(definition, district="KZ-AKM")
    with pytest.raises(UnknownContest):
        definition.contest("senate")


def test_a_territory_is_shown_with_its_neighbourhood():
    shown = places.show_territory(a_definition(), territory="KZ-AKM")

    assert [each["code"] for each in shown["ancestors"]] == ["KZ"]
    assert KOKSHETAU in {each["code"] for each in shown["children"]}
    assert [each["level"] for each in shown["contests"]] == ["mazhilis", "region"]
    assert shown["zone"] == "Asia/Almaty"
