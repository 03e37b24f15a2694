"""A made-up primary is told as a real one would be, and always the same."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest

from chassis.events import Envelope
from contracts.definition import Definition, parse_definition
from gateway.asyncapi import public_events
from tests.contract.test_asyncapi import errors_in
from tests.support.sources import ROOT
from tools.definitions import load_definition_file
from tools.sandbox.story import story

#: what a quiet primary has none of
TROUBLE = {
    "campaign.debate_cancelled.v1",
    "campaign.debate_postponed.v1",
    "registration.calendar_changed.v1",
    "registration.nomination_withdrawn.v1",
    "tally.ballot_disputed.v1",
    "tally.dispute_resolved.v1",
    "voting.ballot_spoiled.v1",
    "voting.calendar_change_accepted.v1",
    "voting.calendar_change_refused.v1",
    "voting.protocol_accepted.v1",
    "voting.stations_announced.v1",
}


@pytest.fixture(scope="module")
def definition() -> Definition:
    path = ROOT / "deploy" / "primaries" / "small-party.yaml"
    return parse_definition(load_definition_file(path))


@pytest.fixture(scope="module")
def told(definition: Definition) -> list[Envelope]:
    return story(definition, 7)


def test_the_same_seed_tells_the_same(definition: Definition, told: list[Envelope]):
    again = story(definition, 7)

    assert [e.to_json() for e in again] == [e.to_json() for e in told]


def test_another_seed_tells_something_else(
    definition: Definition, told: list[Envelope]
):
    other = {event.id for event in story(definition, 8)}

    assert other.isdisjoint(event.id for event in told)


def test_every_event_is_as_the_asyncapi_document_describes_it(told: list[Envelope]):
    wrong = {
        event.type: errors_in(event.type, json.loads(event.to_json())) for event in told
    }

    assert {kind: errors for kind, errors in wrong.items() if errors} == {}


def test_every_kind_of_event_comes_up_but_those_of_trouble(told: list[Envelope]):
    public = {event.type for event in public_events()}

    assert {event.type for event in told} == public - TROUBLE


def test_numbers_run_without_a_gap_and_times_never_back(told: list[Envelope]):
    numbers: dict[tuple[str, str], list[int | None]] = defaultdict(list)
    for event in told:
        line = (event.data["territory"], event.type.partition(".")[0])
        numbers[line].append(event.sequence)

    assert all(each == list(range(1, len(each) + 1)) for each in numbers.values())
    assert [e.time for e in told] == sorted(e.time for e in told)
    assert len({event.id for event in told}) == len(told)


def test_each_event_comes_after_what_it_is_about(told: list[Envelope]):
    seen: set[str] = set()
    for event in told:
        if event.type == "registration.nomination_refused.v1":
            assert event.data["nomination"] in seen
        if event.type == "registration.candidacy_withdrawn.v1":
            assert event.data["candidacy"] in seen
        if event.type == "tally.ratings_published.v1":
            assert {each["candidacy"] for each in event.data["general"]} <= seen
        seen |= {str(event.data.get(name)) for name in ("nomination", "candidacy")}


def test_no_more_vote_than_may(told: list[Envelope]):
    turnouts = [e.data for e in told if e.type == "voting.turnout_updated.v1"]

    assert turnouts
    assert all(0 <= each["online"] <= each["eligible"] for each in turnouts)
