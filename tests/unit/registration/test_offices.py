"""Organisations and offices, from their files."""

from __future__ import annotations

import pytest

from chassis.auth import Role
from contracts.registration import errors
from services.registration import queries
from tests.support.registration import (
    KOKSHETAU,
    PPOS_CSV,
    Person,
    Registry,
    a_person,
    an_iin,
)
from tests.unit.registration.test_members import codes, verdicts


@pytest.fixture
def aigul(registry: Registry) -> Person:
    person = a_person()
    registry.enrol(person)
    return person


def held(registry: Registry, person: Person) -> list[tuple[str, str]]:
    member = registry.member_of(person).member
    return registry.read(
        lambda s: [(each.role, each.scope) for each in queries.grants_of(s, member)]
    )


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("officer", ""),
        ("officer", "KZ-AKM"),
        ("officer", KOKSHETAU),
        ("observer", "KZ-AKM"),
        ("secretary", "ppo-1"),
        ("station_officer", "station-7"),
        ("trustee", "2"),
    ],
)
def test_a_member_holds_an_office_in_its_scope(
    registry: Registry, aigul: Person, role: str, scope: str
):
    assert registry.import_officers(f"{aigul.iin},{role},{scope}").applied
    assert held(registry, aigul) == [(role, scope)]


@pytest.mark.parametrize(
    ("role", "scope", "field"),
    [
        ("officer", "KZ-XXX", "scope"),
        ("secretary", "", "scope"),
        ("secretary", "ppo-99", "scope"),
        ("station_officer", "", "scope"),
        ("trustee", "0", "scope"),
        ("trustee", "3", "scope"),
        ("trustee", "", "scope"),
        ("administrator", "", "role"),
        ("candidate", "x", "role"),
        ("member", "", "role"),
    ],
)
def test_an_office_that_cannot_be_is_refused(
    registry: Registry, aigul: Person, role: str, scope: str, field: str
):
    result = registry.import_officers(f"{aigul.iin},{role},{scope}")

    assert field in {name for name, _ in codes(result)}
    assert held(registry, aigul) == []


def test_only_members_hold_offices(registry: Registry, aigul: Person):
    former = a_person()
    registry.enrol(former)
    registry.end_membership(former)

    for iin in (an_iin(), former.iin):
        result = registry.import_officers(f"{aigul.iin},officer,", f"{iin},officer,")
        assert codes(result) == [("iin", "unknown_member")]
    assert held(registry, aigul) == []


def test_a_trustee_s_number_is_one_person_s(registry: Registry, aigul: Person):
    other = a_person()
    registry.enrol(other)
    registry.import_officers(f"{aigul.iin},trustee,1")

    result = registry.import_officers(f"{other.iin},trustee,1")

    assert codes(result) == [("scope", "taken")]


def test_the_same_office_again_is_known(registry: Registry, aigul: Person):
    line = f"{aigul.iin},officer,KZ"
    registry.import_officers(line)

    assert verdicts(registry.import_officers(line)) == ["known"]
    assert codes(registry.import_officers(line, line)) == [("iin", "repeated")]


def test_a_dry_run_gives_no_office(registry: Registry, aigul: Person):
    result = registry.import_officers(f"{aigul.iin},officer,", dry_run=True)

    assert (verdicts(result), result.applied) == (["accepted"], False)
    assert held(registry, aigul) == []


def test_the_candidates_role_comes_from_vetting_alone(
    registry: Registry, aigul: Person
):
    registry.decide(registry.nominate(aigul))

    [(role, _)] = held(registry, aigul)
    assert role == Role.CANDIDATE


def test_the_same_organisations_again_are_known(registry: Registry):
    result = registry.import_ppos()

    assert set(verdicts(result)) == {"known"}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("ppo-1,Another name,KZ-111000000", ("name", "differs")),
        ("ppo-1,Organisation 1,KZ-113200000", ("territory", "differs")),
        ("ppo-9,Nine,KZ-999", ("territory", "unknown_territory")),
        ("ppo 9,Nine,KZ-AKM", ("ppo", "invalid")),
        ("ppo-9,,KZ-AKM", ("name", "invalid")),
    ],
)
def test_an_organisation_that_cannot_be_is_refused(
    registry: Registry, line: str, problem: tuple[str, str]
):
    result = registry.import_ppos(f"ppo,name,territory\nppo-8,Eight,KZ-AKM\n{line}\n")

    assert codes(result) == [problem]
    assert "ppo-8" not in {
        each.ppo for each in registry.read(lambda s: list(queries.ppos(s, "tiny-2020")))
    }


def test_an_organisation_occurs_once_in_a_file(registry: Registry):
    twice = "ppo,name,territory\nppo-8,Eight,KZ-AKM\nppo-8,Eight,KZ-AKM\n"

    assert codes(registry.import_ppos(twice)) == [("ppo", "repeated")]


def test_a_dry_run_takes_no_organisation_in(registry: Registry):
    registry.define(primary="rehearsal-2020", rehearsal=True)

    result = registry.import_ppos(PPOS_CSV, dry_run=True)

    assert (result.accepted, result.applied) == (5, False)
    assert registry.read(queries.ppo_count, "rehearsal-2020") == 0


def test_a_file_of_organisations_needs_its_header(registry: Registry):
    with pytest.raises(errors.UnreadableFile):
        registry.import_ppos("name,ppo,territory\n")
