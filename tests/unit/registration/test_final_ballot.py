"""The final ballot: every contest's candidates, in the order of their names."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.testing import recorded
from contracts.registration import errors
from contracts.registration.events import BallotFinalised
from services.registration import final_ballot, nominations
from tests.support.registration import FINAL, NOMINATING, Person, Registry, a_person

CONTEST = "maslikhat-kz-111000000"


def finalise(registry: Registry, scope: str = "") -> dict[str, Any]:
    return registry.write(
        final_ballot.finalise_ballot,
        registry.clock,
        registry.officer(scope=scope),
        primary=registry.primary,
    )


def candidates(registry: Registry, *names: str) -> list[Person]:
    people = [a_person(name=name) for name in names]
    registry.enrol(*people)
    for person in people:
        registry.decide(registry.nominate(person, contest=CONTEST))
    return people


def ballot_of(registry: Registry, contest: str) -> dict[str, Any]:
    events = registry.read(recorded, BallotFinalised)
    return next(event for event in events if event["contest"] == contest)


def test_the_candidates_stand_in_the_order_of_their_names(registry: Registry):
    candidates(registry, "Zarina", "aigul", "Bolat", "Bolat")
    registry.clock.set(FINAL)

    finalise(registry)

    ballot = ballot_of(registry, CONTEST)
    names = [each["name"] for each in ballot["candidates"]]
    assert names == ["aigul", "Bolat", "Bolat", "Zarina"]
    assert ballot["candidate_count"] == 4


def test_every_contest_is_announced_even_without_candidates(registry: Registry):
    registry.clock.set(FINAL)

    result = finalise(registry)

    events = registry.read(recorded, BallotFinalised)
    assert (result["contests"], result["candidates"]) == (9, 0)
    assert len(events) == 9
    assert all(event["candidates"] == [] for event in events)


def test_only_registered_candidates_stand(registry: Registry):
    stands, stood_down = candidates(registry, "Stands", "Stood down")
    waiting = a_person(name="Never decided")
    registry.enrol(waiting)
    registry.nominate(waiting, contest=CONTEST)
    row = registry.write(lambda s: s.query(nominations.Nomination).all())
    theirs = registry.member_of(stood_down).member
    [nomination] = [each.nomination for each in row if each.member == theirs]
    registry.write(
        nominations.withdraw_nomination,
        registry.clock,
        registry.principal(stood_down),
        primary=registry.primary,
        nomination=nomination,
        reason="For my family",
    )
    registry.clock.set(FINAL)
    finalise(registry)

    names = [each["name"] for each in ballot_of(registry, CONTEST)["candidates"]]
    assert names == ["Stands"]
    assert stands


def test_it_is_not_final_before_its_instant(registry: Registry):
    registry.clock.set("2020-09-30T11:59:59Z")

    with pytest.raises(errors.TooEarly):
        finalise(registry)
    assert registry.read(recorded, BallotFinalised) == []


def test_it_is_final_once(registry: Registry):
    registry.clock.set(FINAL)
    first = finalise(registry)
    registry.clock.tick(minutes=5)

    assert finalise(registry) == first
    assert len(registry.read(recorded, BallotFinalised)) == 9


def test_it_is_the_whole_country_s(registry: Registry):
    registry.clock.set(FINAL)

    with pytest.raises(errors.NotYourTerritory):
        finalise(registry, scope="KZ-AKM")


def test_a_ballot_tells_nothing_but_names_and_candidacies(registry: Registry):
    candidates(registry, "Aigul Sample")
    assert registry.clock.now().isoformat()[:10] == NOMINATING[:10]
    registry.clock.set(FINAL)
    finalise(registry)

    [line] = ballot_of(registry, CONTEST)["candidates"]
    assert set(line) == {"candidacy", "name"}
