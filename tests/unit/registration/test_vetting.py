"""Vetting: who decides, when, and what follows."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from chassis.auth import Role
from chassis.testing import recorded
from contracts.copies import PhaseClosed
from contracts.registration import errors
from contracts.registration.events import CandidacyRegistered, NominationRefused
from contracts.registration.operations import NominationState
from services.registration import queries
from services.registration.models import Nomination
from tests.support.registration import Person, Registry, a_person

REFUSAL = {
    "decision": "refuse",
    "reason_code": "conviction",
    "reason": "The certificate is missing.",
}


@pytest.fixture
def aigul(registry: Registry) -> Person:
    person = a_person(name="Aigul Sample", occupation="Doctor")
    registry.enrol(person)
    return person


def test_who_is_registered_becomes_a_candidate(registry: Registry, aigul: Person):
    nomination = registry.nominate(aigul, contest="mazhilis-kz-akm")

    [candidacy] = registry.decide(nomination)

    assert candidacy.state == NominationState.REGISTERED
    [grant] = registry.read(lambda s: list(queries.grants_of(s, candidacy.member)))
    assert (grant.role, grant.scope) == (Role.CANDIDATE, candidacy.candidacy)
    [event] = registry.read(recorded, CandidacyRegistered)
    assert event["candidacy"] == candidacy.candidacy
    assert (event["name"], event["birth_year"]) == ("Aigul Sample", 1980)
    assert (event["region"], event["territory"]) == ("KZ-AKM", "KZ-AKM")


def test_a_candidacy_has_an_id_of_its_own(registry: Registry, aigul: Person):
    [candidacy] = registry.decide(registry.nominate(aigul))

    assert candidacy.candidacy not in (candidacy.nomination, candidacy.member)


def test_a_refusal_has_a_public_code_and_a_reason(registry: Registry, aigul: Person):
    [refused] = registry.decide(registry.nominate(aigul), **REFUSAL)

    assert (refused.state, refused.candidacy) == (NominationState.REFUSED, None)
    [event] = registry.read(recorded, NominationRefused)
    assert event["reason_code"] == "conviction"
    assert "reason" not in event


def test_nobody_decides_from_the_closing_instant_on(registry: Registry, aigul: Person):
    nomination = registry.nominate(aigul)
    registry.clock.set("2020-08-29T17:59:59Z")
    registry.decide(nomination, **REFUSAL)
    again = another(registry)
    registry.clock.set("2020-08-29T18:00:00Z")

    with pytest.raises(PhaseClosed):
        registry.decide(again)


def another(registry: Registry) -> Nomination:
    """A nomination that came in earlier and still waits."""
    closing = registry.clock.now()
    registry.clock.set("2020-08-20T06:00:00Z")
    person = a_person()
    registry.enrol(person)
    nomination = registry.nominate(person)
    registry.clock.set(closing)
    return nomination


def test_nobody_decides_twice(registry: Registry, aigul: Person):
    nomination = registry.nominate(aigul)
    registry.decide(nomination)

    with pytest.raises(errors.NominationDecided):
        registry.decide(nomination, **REFUSAL)
    assert registry.read(recorded, NominationRefused) == []


@pytest.mark.parametrize("scope", ["", "KZ", "KZ-AKM", "KZ-111000000"])
def test_an_officer_decides_where_the_office_reaches(
    registry: Registry, aigul: Person, scope: str
):
    nomination = registry.nominate(aigul)

    assert registry.decide(nomination, officer=registry.officer(scope=scope))


@pytest.mark.parametrize("scope", ["KZ-KUS", "KZ-113200000"])
def test_an_officer_of_another_territory_does_not_decide(
    registry: Registry, aigul: Person, scope: str
):
    nomination = registry.nominate(aigul)

    with pytest.raises(errors.NotYourTerritory):
        registry.decide(nomination, officer=registry.officer(scope=scope))


def test_a_district_s_officer_does_not_decide_about_its_region(
    registry: Registry, aigul: Person
):
    nomination = registry.nominate(aigul, contest="maslikhat-kz-akm")

    with pytest.raises(errors.NotYourTerritory):
        registry.decide(nomination, officer=registry.officer(scope="KZ-111000000"))


def test_decisions_are_taken_together_or_not_at_all(registry: Registry, aigul: Person):
    other = a_person()
    registry.enrol(other)
    decided = registry.nominate(aigul)
    registry.decide(decided)
    waiting = registry.nominate(other)

    with pytest.raises(errors.NominationDecided):
        registry.decide(waiting, decided)

    assert len(registry.read(recorded, CandidacyRegistered)) == 1
    state = sa.select(Nomination.state).where(
        Nomination.nomination == waiting.nomination
    )
    assert registry.read(lambda s: s.scalar(state)) == NominationState.SUBMITTED


def test_what_was_never_submitted_cannot_be_decided(registry: Registry):
    unknown = Nomination(nomination="00000000-0000-4000-8000-000000000000")

    with pytest.raises(errors.UnknownNomination):
        registry.decide(unknown)


def test_who_has_left_the_party_is_not_registered(registry: Registry, aigul: Person):
    nomination = registry.nominate(aigul)
    registry.end_membership(aigul)

    with pytest.raises(errors.MembershipIsOver):
        registry.decide(nomination)
