"""Secretaries see their own organisation: members without numbers, nominations."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.auth import Grant, Principal, Role
from contracts.registration.errors import (
    NotSecretaryOfPpo,
    UnknownMember,
    UnknownPpo,
)
from services.registration import organisations
from tests.support.registration import AKKOL, Person, Registry, a_person

SECRETARY = Grant(role=Role.SECRETARY, scope="ppo-1")


@pytest.fixture
def people(registry: Registry) -> list[Person]:
    names = ("Dana", "Aigul", "Berik", "Aigul")
    people = [a_person(name=name) for name in names]
    registry.enrol(*people, a_person(name="Other", ppo="ppo-2", territory=AKKOL))
    return people


@pytest.fixture
def secretary(registry: Registry, people: list[Person]) -> Principal:
    return registry.principal(people[0], SECRETARY)


def members(registry: Registry, principal: Principal, **wish: Any) -> dict[str, Any]:
    given = {"ppo": "ppo-1", "after": None, "limit": 50} | wish
    return registry.read(
        organisations.list_members, principal, primary=registry.primary, **given
    )


def names(page: dict[str, Any]) -> list[str]:
    return [each["name"] for each in page["items"]]


def test_members_are_listed_by_name_page_by_page(registry: Registry, secretary):
    first = members(registry, secretary, limit=2)
    rest = members(registry, secretary, limit=2, after=first["next"])

    assert names(first) + names(rest) == ["Aigul", "Aigul", "Berik", "Dana"]
    assert (rest["next"], rest["total"]) == (None, 4)
    assert len({each["member"] for each in first["items"]}) == 2


def test_who_has_left_is_not_listed(registry: Registry, people, secretary):
    registry.end_membership(people[2])

    assert names(members(registry, secretary)) == ["Aigul", "Aigul", "Dana"]


def test_neither_number_nor_telephone_is_shown(registry: Registry, people, secretary):
    shown = str(members(registry, secretary))

    assert not any(one.iin in shown or one.telephone in shown for one in people)


def test_who_is_nominated_is_marked(registry: Registry, people, secretary):
    registry.nominate(people[2])

    marked = [each["nominated"] for each in members(registry, secretary)["items"]]

    assert marked == [False, False, True, False]


def test_only_nominations_by_the_organisation_itself_are_listed(
    registry: Registry, people, secretary
):
    registry.nominate(people[2])
    made = registry.read(
        organisations.list_nominations,
        secretary,
        primary=registry.primary,
        ppo="ppo-1",
    )

    assert made == {"items": []}


@pytest.mark.parametrize("use_case", ["list_members", "list_nominations"])
def test_another_organisation_is_not_a_secretary_s_business(
    registry: Registry, secretary, use_case: str
):
    more = {"after": None, "limit": 1} if use_case == "list_members" else {}
    for ppo, refusal in (("ppo-2", NotSecretaryOfPpo), ("ppo-9", UnknownPpo)):
        with pytest.raises(refusal):
            registry.read(
                getattr(organisations, use_case),
                secretary,
                primary=registry.primary,
                ppo=ppo,
                **more,
            )


def test_a_page_begins_after_a_member_of_this_organisation(
    registry: Registry, secretary
):
    with pytest.raises(UnknownMember):
        members(registry, secretary, after="nobody")
