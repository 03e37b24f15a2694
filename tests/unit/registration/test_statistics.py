"""The statistics of nominations: every number from the nominations themselves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chassis.wire import dump
from contracts.copies import UnknownPrimary
from contracts.definition import Route
from contracts.registration import views
from services.registration import nominations, statistics
from tests.support.registration import (
    KOKSHETAU,
    PPO_DOCUMENTS,
    Registry,
    a_person,
    an_application,
)
from tests.unit.registration.test_nominations import SECRETARY

NONE = dict.fromkeys(statistics.FIELDS, 0)
LATE_ON_THE_20TH = "2020-08-20T17:59:59Z"  # 23:59:59 in the primary's zone
ON_THE_21ST = "2020-08-20T18:00:00Z"


def shown(registry: Registry) -> dict[str, Any]:
    counted = registry.read(statistics.nomination_statistics, primary=registry.primary)
    return dump(views.StatisticsView, counted)


def test_before_anybody_is_nominated_all_is_nought(registry: Registry):
    assert shown(registry) == {
        "primary": registry.primary,
        "total": NONE,
        "days": [],
        "territories": [],
    }


def test_an_unknown_primary_has_no_statistics(registry: Registry):
    with pytest.raises(UnknownPrimary):
        registry.read(statistics.nomination_statistics, primary="nowhere-2020")


def test_days_are_those_of_the_primary_s_own_zone(registry: Registry):
    people = [a_person() for _ in range(3)]
    registry.enrol(*people)
    registry.clock.set(LATE_ON_THE_20TH)
    registry.nominate(people[0])
    registry.clock.set(ON_THE_21ST)
    for person in people[1:]:
        registry.nominate(person)

    days = {each["day"]: each["applications"] for each in shown(registry)["days"]}

    assert days == {"2020-08-20": 1, "2020-08-21": 2}


def test_women_and_the_young_are_counted_by_the_flags(registry: Registry):
    young = date(1999, 1, 1)
    people = [
        a_person(sex="f"),
        a_person(sex="f", birth_date=young),
        a_person(sex="m", birth_date=young),
        a_person(sex="m"),
    ]
    registry.enrol(*people)
    for person in people:
        registry.nominate(person)

    total = shown(registry)["total"]

    assert total == NONE | {"applications": 4, "self": 4, "women": 2, "under_35": 2}


def test_the_routes_are_counted(registry: Registry):
    secretary, nominee, alone = (a_person() for _ in range(3))
    registry.enrol(secretary, nominee, alone)
    by_ppo = an_application(
        route=Route.PPO,
        member=nominee.iin,
        ppo="ppo-1",
        documents=list(PPO_DOCUMENTS),
    )
    registry.write(
        nominations.submit_nomination,
        registry.clock,
        registry.vault,
        registry.principal(secretary, SECRETARY),
        primary=registry.primary,
        **by_ppo,
    )
    registry.nominate(alone)

    total = shown(registry)["total"]
    assert (total["applications"], total["ppo"], total["self"]) == (2, 1, 1)


def test_decisions_count_on_the_day_they_were_taken(registry: Registry):
    registered, refused = (a_person() for _ in range(2))
    registry.enrol(registered, refused)
    registry.clock.set(LATE_ON_THE_20TH)
    submitted = [registry.nominate(one) for one in (registered, refused)]
    registry.clock.set(ON_THE_21ST)
    registry.decide(submitted[0])
    registry.decide(
        submitted[1],
        decision="refuse",
        reason_code="residence",
        reason="Moved in last year.",
    )

    first, second = shown(registry)["days"]
    assert (first["applications"], first["registered"]) == (2, 0)
    assert (second["applications"], second["registered"], second["refused"]) == (
        0,
        1,
        1,
    )


def test_who_stands_down_later_was_registered_all_the_same(registry: Registry):
    person = a_person()
    registry.enrol(person)
    [candidacy] = registry.decide(registry.nominate(person))
    registry.write(
        nominations.withdraw_nomination,
        registry.clock,
        registry.principal(person),
        primary=registry.primary,
        nomination=candidacy.nomination,
        reason="For my family",
    )

    total = shown(registry)["total"]
    assert (total["registered"], total["refused"]) == (1, 0)


def test_a_nomination_counts_where_its_contest_is(registry: Registry):
    people = [a_person() for _ in range(3)]
    registry.enrol(*people)
    for person, contest in zip(
        people,
        ("mazhilis-kz-akm", "maslikhat-kz-akm", "maslikhat-kz-111000000"),
        strict=True,
    ):
        registry.nominate(person, contest=contest)

    counted = {
        each["territory"]: each["applications"]
        for each in shown(registry)["territories"]
    }
    assert counted == {"KZ-AKM": 2, KOKSHETAU: 1}


def test_days_and_territories_each_add_up_to_the_total(registry: Registry):
    people = [a_person(sex="mf"[n % 2]) for n in range(6)]
    registry.enrol(*people)
    for number, person in enumerate(people):
        registry.clock.tick(hours=9)
        submitted = registry.nominate(person)
        if number % 3:
            registry.decide(submitted)

    numbers = shown(registry)
    for part in ("days", "territories"):
        for name, total in numbers["total"].items():
            assert sum(each[name] for each in numbers[part]) == total
