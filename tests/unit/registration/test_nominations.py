"""Who may be nominated, by whom, and how a nomination ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from chassis.auth import Grant, Role
from chassis.errors import DomainError
from chassis.testing import recorded
from contracts.copies import PhaseClosed
from contracts.definition import Route, UnknownContest
from contracts.registration import errors
from contracts.registration.events import (
    CandidacyWithdrawn,
    NominationSubmitted,
    NominationWithdrawn,
)
from contracts.registration.operations import NominationState
from services.registration import nominations, queries
from services.registration.models import Nomination
from tests.support.registration import (
    AKKOL,
    PPO_DOCUMENTS,
    RUDNY,
    Person,
    Registry,
    a_person,
    an_application,
    an_iin,
)

SECRETARY = Grant(role=Role.SECRETARY, scope="ppo-1")


@pytest.fixture
def aigul(registry: Registry) -> Person:
    person = a_person()
    registry.enrol(person)
    return person


def submit_by_ppo(
    registry: Registry, secretary: Person, iin: str, **facts: Any
) -> Nomination:
    application = an_application(
        **{
            "route": Route.PPO,
            "member": iin,
            "ppo": "ppo-1",
            "documents": list(PPO_DOCUMENTS),
            "minutes": "Minutes No. 4 of 18 August 2020",
        }
        | facts
    )
    return registry.write(
        nominations.submit_nomination,
        registry.clock,
        registry.vault,
        registry.principal(secretary, SECRETARY),
        primary=registry.primary,
        **application,
    )


def withdraw(
    registry: Registry, nomination: Nomination, principal: Any, reason: str = "My wish"
) -> Nomination:
    return registry.write(
        nominations.withdraw_nomination,
        registry.clock,
        principal,
        primary=registry.primary,
        nomination=nomination.nomination,
        reason=reason,
    )


def refused(
    registry: Registry, refusal: type[DomainError], act: Callable[[], object]
) -> None:
    """The act is refused with this error and leaves nothing behind."""
    before = everything(registry)
    with pytest.raises(refusal):
        act()
    assert everything(registry) == before


def everything(registry: Registry) -> tuple[int, int]:
    rows = registry.read(lambda s: s.query(Nomination).count())
    return rows, len(registry.read(recorded, NominationSubmitted))


def test_a_member_puts_themselves_forward(registry: Registry, aigul: Person):
    nomination = registry.nominate(aigul)

    assert nomination.state == NominationState.SUBMITTED
    assert (nomination.woman, nomination.young) == (True, False)
    [event] = registry.read(recorded, NominationSubmitted)
    assert event["nomination"] == nomination.nomination
    assert (event["region"], event["territory"]) == ("KZ-AKM", "KZ-111000000")
    assert event["route"] == "self"


def test_a_secretary_puts_a_member_of_their_organisation_forward(
    registry: Registry, aigul: Person
):
    secretary = a_person(name="Marat Sample", sex="m")
    registry.enrol(secretary)

    nomination = submit_by_ppo(registry, secretary, aigul.iin)

    assert nomination.member == registry.member_of(aigul).member
    assert (nomination.route, nomination.ppo) == ("ppo", "ppo-1")


def test_no_one_can_be_put_forward_from_the_closing_instant_on(
    registry: Registry, aigul: Person
):
    registry.clock.set("2020-08-28T12:00:00Z")

    refused(registry, PhaseClosed, lambda: registry.nominate(aigul))


def test_no_one_can_stand_where_there_is_no_contest(registry: Registry, aigul: Person):
    refused(
        registry, UnknownContest, lambda: registry.nominate(aigul, contest="senate")
    )


def test_a_closed_route_is_refused(registry: Registry, tmp_path, aigul: Person):
    primary = "one-route-2020"
    nomination = {"routes": ["ppo"], "residence_years": 10, "documents": []}
    registry.define(primary=primary, nomination=nomination)
    registry.import_ppos()
    registry.enrol(aigul)

    refused(registry, errors.RouteClosed, lambda: registry.nominate(aigul))


@pytest.mark.parametrize("contest", ["mazhilis-kz-akm", "maslikhat-kz-akm"])
def test_one_must_be_old_enough_for_the_chamber_on_the_reference_date(
    registry: Registry, contest: str
):
    age = 25 if contest.startswith("mazhilis") else 20
    of_age = a_person(birth_date=date(2020 - age, 10, 3))
    a_day_short = a_person(birth_date=date(2020 - age, 10, 4))
    registry.enrol(of_age, a_day_short)

    assert registry.nominate(of_age, contest=contest).young
    refused(
        registry,
        errors.TooYoung,
        lambda: registry.nominate(a_day_short, contest=contest),
    )


def test_young_ends_with_the_thirty_fifth_birthday(registry: Registry):
    still, no_longer = (a_person(birth_date=date(1985, 10, day)) for day in (4, 3))
    registry.enrol(still, no_longer)

    assert registry.nominate(still).young
    assert not registry.nominate(no_longer).young


def test_one_stands_only_where_one_belongs(registry: Registry, aigul: Person):
    for contest in ("maslikhat-kz-113200000", "maslikhat-kz-kus"):
        refused(
            registry,
            errors.LivesElsewhere,
            lambda contest=contest: registry.nominate(aigul, contest=contest),
        )

    assert registry.nominate(aigul, contest="maslikhat-kz-akm")


def test_residence_in_the_country_counts_in_whole_years(registry: Registry):
    ten_years = a_person(resident_since=date(2010, 10, 3))
    a_day_short = a_person(resident_since=date(2010, 10, 4))
    registry.enrol(ten_years, a_day_short)

    assert registry.nominate(ten_years)
    refused(registry, errors.ResidenceTooShort, lambda: registry.nominate(a_day_short))


def test_the_checklist_must_be_complete(registry: Registry, aigul: Person):
    refused(
        registry,
        errors.DocumentsMissing,
        lambda: registry.nominate(aigul, documents=[]),
    )
    refused(
        registry,
        errors.UnknownDocuments,
        lambda: registry.nominate(aigul, documents=["consent", "horoscope"]),
    )


def test_there_is_one_nomination_in_the_whole_primary(
    registry: Registry, aigul: Person
):
    registry.nominate(aigul)

    for contest in ("maslikhat-kz-111000000", "mazhilis-kz-akm"):
        refused(
            registry,
            errors.AlreadyNominated,
            lambda contest=contest: registry.nominate(aigul, contest=contest),
        )


def test_a_second_nomination_by_the_organisation_is_refused(
    registry: Registry, aigul: Person
):
    secretary = a_person()
    registry.enrol(secretary)
    registry.nominate(aigul)

    refused(
        registry,
        errors.AlreadyNominated,
        lambda: submit_by_ppo(registry, secretary, aigul.iin),
    )


def test_who_was_refused_may_try_again(registry: Registry, aigul: Person):
    first = registry.nominate(aigul)
    registry.decide(
        first, decision="refuse", reason_code="filed_wrongly", reason="Wrong contest."
    )

    assert registry.nominate(aigul).state == NominationState.SUBMITTED


def test_a_secretary_nominates_only_members_of_the_organisation(
    registry: Registry, aigul: Person
):
    elsewhere = a_person(ppo="ppo-2", territory=AKKOL)
    registry.enrol(elsewhere)

    refused(
        registry,
        errors.MemberOfAnotherPpo,
        lambda: submit_by_ppo(registry, aigul, elsewhere.iin),
    )


def test_nobody_nominates_for_another_organisation(registry: Registry, aigul: Person):
    elsewhere = a_person(ppo="ppo-2", territory=AKKOL)
    registry.enrol(elsewhere)

    refused(
        registry,
        errors.NotSecretaryOfPpo,
        lambda: submit_by_ppo(registry, aigul, elsewhere.iin, ppo="ppo-2"),
    )
    refused(
        registry,
        errors.UnknownPpo,
        lambda: submit_by_ppo(registry, aigul, aigul.iin, ppo="ppo-99"),
    )


def test_an_organisation_nominates_by_a_valid_number_of_a_member(
    registry: Registry, aigul: Person
):
    wrong_digit = aigul.iin[:11] + str((int(aigul.iin[11]) + 1) % 10)

    refused(
        registry,
        errors.InvalidNumber,
        lambda: submit_by_ppo(registry, aigul, wrong_digit),
    )
    refused(
        registry,
        errors.UnknownMember,
        lambda: submit_by_ppo(registry, aigul, an_iin()),
    )


def test_a_former_member_is_not_nominated(registry: Registry, aigul: Person):
    secretary = a_person()
    registry.enrol(secretary)
    registry.end_membership(aigul)

    refused(
        registry,
        errors.MembershipIsOver,
        lambda: submit_by_ppo(registry, secretary, aigul.iin),
    )


def test_a_nominee_stands_down_before_vetting(registry: Registry, aigul: Person):
    nomination = registry.nominate(aigul)

    ended = withdraw(registry, nomination, registry.principal(aigul))

    assert ended.state == NominationState.WITHDRAWN
    assert len(registry.read(recorded, NominationWithdrawn)) == 1
    assert registry.read(recorded, CandidacyWithdrawn) == []
    assert registry.nominate(aigul)


def test_a_candidate_stands_down(registry: Registry, aigul: Person):
    [candidacy] = registry.decide(registry.nominate(aigul))
    member = candidacy.member
    assert registry.read(lambda s: len(list(queries.grants_of(s, member)))) == 1

    withdraw(registry, candidacy, registry.principal(aigul))

    [event] = registry.read(recorded, CandidacyWithdrawn)
    assert (event["candidacy"], event["reason_code"]) == (
        candidacy.candidacy,
        "stood_down",
    )
    assert registry.read(lambda s: len(list(queries.grants_of(s, member)))) == 0


def test_an_officer_removes_a_candidate_with_a_reason(
    registry: Registry, aigul: Person
):
    [candidacy] = registry.decide(registry.nominate(aigul))

    ended = withdraw(registry, candidacy, registry.officer(), "Missed the debates")

    assert (ended.state, ended.reason) == (
        NominationState.REMOVED,
        "Missed the debates",
    )
    [event] = registry.read(recorded, CandidacyWithdrawn)
    assert event["reason_code"] == "removed"
    assert "reason" not in event


def test_nobody_else_ends_a_nomination(registry: Registry, aigul: Person):
    [candidacy] = registry.decide(registry.nominate(aigul))
    other = a_person()
    registry.enrol(other)

    for principal, refusal in (
        (registry.principal(other), errors.NotYourNomination),
        (registry.officer(scope="KZ-KUS"), errors.NotYourTerritory),
    ):
        with pytest.raises(refusal):
            withdraw(registry, candidacy, principal)
    assert registry.read(recorded, CandidacyWithdrawn) == []


def test_what_has_ended_does_not_end_again(registry: Registry, aigul: Person):
    nomination = registry.nominate(aigul)
    withdraw(registry, nomination, registry.principal(aigul))

    with pytest.raises(errors.NominationNotStanding):
        withdraw(registry, nomination, registry.principal(aigul))


def test_a_nomination_that_waits_is_refused_not_removed(
    registry: Registry, aigul: Person
):
    with pytest.raises(errors.NotACandidate):
        withdraw(registry, registry.nominate(aigul), registry.officer())


def test_the_flags_come_from_the_register_not_from_the_number(registry: Registry):
    born_a_man = a_person(sex="f").but(iin=an_iin(sex="m"))
    registry.enrol(born_a_man)

    assert registry.nominate(born_a_man).woman


def test_a_primary_by_itself_knows_only_its_own_nominations(
    registry: Registry, aigul: Person
):
    nomination = registry.nominate(aigul)
    registry.define(primary="rehearsal-2020", rehearsal=True)

    with pytest.raises(errors.UnknownNomination):
        withdraw(registry, nomination, registry.officer())


def test_a_member_elsewhere_stands_for_the_region_that_contains_them(
    registry: Registry,
):
    in_rudny = a_person(ppo="ppo-3", territory=RUDNY)
    registry.enrol(in_rudny)

    assert registry.nominate(in_rudny, contest="mazhilis-kz-kus")
