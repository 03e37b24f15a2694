"""The calendar changes when two officers agree, and everybody can see why."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.auth import Principal
from chassis.testing import recorded
from contracts.calendar import InvalidCalendar, PhaseNotPlanned
from contracts.copies import the_primary
from contracts.fields import write_instant
from contracts.registration import errors
from contracts.registration.events import CalendarChanged
from contracts.voting.events import CalendarChangeAccepted, CalendarChangeRefused
from services.registration import calendar_changes, handlers, overviews
from services.registration.models import CalendarChange, Primary
from tests.support.registration import Registry, told

LATER = "2020-10-04T08:00:00Z"


@pytest.fixture
def registry(registry: Registry) -> Registry:
    registry.clock.set("2020-10-02T12:00:00Z")
    return registry


def propose(
    registry: Registry, officer: Principal | None = None, **wish: Any
) -> CalendarChange:
    closes_at = registry.instant(wish.pop("closes_at", LATER))
    facts = {"phase": "voting", "reason": "The site was overloaded."} | wish
    return registry.write(
        calendar_changes.propose_calendar_change,
        registry.clock,
        officer or registry.officer(name="first"),
        primary=registry.primary,
        closes_at=closes_at,
        **facts,
    )


def approve(
    registry: Registry, version: int, officer: Principal | None = None
) -> CalendarChange:
    return registry.write(
        calendar_changes.approve_calendar_change,
        registry.clock,
        officer or registry.officer(name="second"),
        primary=registry.primary,
        version=version,
    )


def closing_of(registry: Registry, phase: str = "voting") -> str:
    known = registry.read(the_primary, Primary, registry.primary)
    return write_instant(known.calendar.phase(phase).closes_at)


def shown(registry: Registry) -> list[dict[str, Any]]:
    return registry.read(
        overviews.show_calendar, registry.clock, primary=registry.primary
    )["changes"]


def test_a_proposal_changes_nothing_yet(registry: Registry):
    change = propose(registry)

    assert change.version == 2
    assert closing_of(registry) == "2020-10-03T08:00:00Z"
    assert registry.read(recorded, CalendarChanged) == []
    assert [each["state"] for each in shown(registry)] == ["proposed"]


def test_a_second_officer_puts_it_in_force(registry: Registry):
    propose(registry)

    approve(registry, 2)

    assert closing_of(registry) == LATER
    [event] = registry.read(recorded, CalendarChanged)
    assert (event["version"], event["reason"]) == (2, "The site was overloaded.")
    assert event["calendar"]["phases"]["voting"]["closes_at"] == LATER
    assert (event["region"], event["territory"]) == ("KZ", "KZ")


def test_nobody_approves_their_own_proposal(registry: Registry):
    propose(registry)

    with pytest.raises(errors.SecondOfficerNeeded):
        approve(registry, 2, registry.officer(name="first"))
    assert registry.read(recorded, CalendarChanged) == []


def test_what_is_in_force_is_not_approved_again(registry: Registry):
    propose(registry)
    approve(registry, 2)

    with pytest.raises(errors.CalendarChangeDecided):
        approve(registry, 2)
    assert len(registry.read(recorded, CalendarChanged)) == 1


def test_an_older_proposal_is_overtaken_by_a_newer_one(registry: Registry):
    propose(registry)
    propose(registry, closes_at="2020-10-04T06:00:00Z")

    approve(registry, 3)

    with pytest.raises(errors.CalendarChangeOutdated):
        approve(registry, 2)
    assert closing_of(registry) == "2020-10-04T06:00:00Z"
    assert [each["state"] for each in shown(registry)] == ["outdated", "approved"]


def test_changes_follow_each_other(registry: Registry):
    propose(registry)
    approve(registry, 2)
    propose(registry, phase="paper_voting")
    approve(registry, 3)

    assert closing_of(registry) == closing_of(registry, "paper_voting") == LATER


def test_what_nobody_proposed_cannot_be_approved(registry: Registry):
    with pytest.raises(errors.UnknownCalendarChange):
        approve(registry, 2)


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"closes_at": "2020-10-02T12:00:00Z"}, errors.ClosesInThePast),
        ({"closes_at": "2020-10-04T12:00:01Z"}, InvalidCalendar),  # after the tie lot
        (
            {"phase": "voting", "closes_at": "2020-09-30T18:00:00Z"},
            errors.ClosesInThePast,
        ),
    ],
)
def test_a_change_must_make_sense(
    registry: Registry, wish: dict[str, str], refusal: type[Exception]
):
    with pytest.raises(refusal):
        propose(registry, **wish)
    assert shown(registry) == []


def test_a_phase_that_is_not_planned_cannot_be_moved(registry: Registry):
    without = registry.calendar_without("preparation")
    registry.define(primary="short-2020", calendar=without)

    with pytest.raises(PhaseNotPlanned):
        propose(registry, phase="preparation")


def test_a_proposal_can_come_too_late(registry: Registry):
    propose(registry)
    registry.clock.set(LATER)

    with pytest.raises(errors.ClosesInThePast):
        approve(registry, 2)


def test_the_calendar_is_the_whole_country_s(registry: Registry):
    regional = registry.officer(scope="KZ-AKM")

    with pytest.raises(errors.NotYourTerritory):
        propose(registry, regional)
    propose(registry)
    with pytest.raises(errors.NotYourTerritory):
        approve(registry, 2, registry.officer(scope="KZ-AKM", name="second"))


@pytest.mark.parametrize(
    ("event", "handler", "facts", "answer"),
    [
        (CalendarChangeAccepted, handlers.keep_acceptance, {}, ("accepted", None)),
        (
            CalendarChangeRefused,
            handlers.keep_refusal,
            {"reason": "A board is sealed."},
            ("refused", "A board is sealed."),
        ),
    ],
)
def test_voting_s_answer_is_kept_and_shown(
    registry: Registry, event: Any, handler: Any, facts: Any, answer: Any
):
    propose(registry)
    approve(registry, 2)

    told(registry, handler, event, version=2, **facts)

    [change] = shown(registry)
    assert (change["answer"], change["answer_reason"]) == answer


def test_an_answer_about_the_first_version_changes_nothing(registry: Registry):
    told(registry, handlers.keep_acceptance, CalendarChangeAccepted, version=1)

    assert shown(registry) == []
