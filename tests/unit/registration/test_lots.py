"""A lot's public value: entered by two officers, once, and not too early."""

from __future__ import annotations

import pytest

from chassis.auth import Principal
from chassis.testing import recorded
from contracts.registration import errors
from contracts.registration.events import LotDrawn
from services.registration import lots, queries
from services.registration.models import Lot
from tests.support.registration import Registry

DEBATE_LOT, TIE_LOT = "2020-09-06T18:00:00Z", "2020-10-04T12:00:00Z"
VALUE = "Block 645,001: 000000000000000000086a1b"


@pytest.fixture
def registry(registry: Registry) -> Registry:
    registry.clock.set(DEBATE_LOT)
    return registry


def enter(registry: Registry, officer: Principal | None = None, **entry: str) -> Lot:
    facts = {"lot": "debates", "value": VALUE, "source": "Any block explorer"} | entry
    return registry.write(
        lots.enter_lot,
        registry.clock,
        officer or registry.officer(name="first"),
        primary=registry.primary,
        **facts,
    )


def approve(registry: Registry, officer: Principal | None = None, **entry: str) -> Lot:
    return registry.write(
        lots.approve_lot,
        registry.clock,
        officer or registry.officer(name="second"),
        primary=registry.primary,
        **({"lot": "debates", "value": VALUE} | entry),
    )


def drawn(registry: Registry) -> list[str]:
    return [event["value"] for event in registry.read(recorded, LotDrawn)]


def test_a_lot_is_drawn_when_two_officers_enter_the_same_value(registry: Registry):
    assert enter(registry).state == "entered"
    assert drawn(registry) == []

    assert approve(registry).state == "drawn"

    [event] = registry.read(recorded, LotDrawn)
    assert (event["lot"], event["value"]) == ("debates", VALUE)
    assert event["source"] == "Any block explorer"


def test_nobody_is_shown_a_value_before_a_second_officer_has_entered_it(
    registry: Registry,
):
    assert lots.show_lot(enter(registry))["value"] is None

    assert lots.show_lot(approve(registry))["value"] == VALUE


def test_one_officer_is_not_two(registry: Registry):
    enter(registry)

    with pytest.raises(errors.SecondOfficerNeeded):
        approve(registry, registry.officer(name="first"))
    assert drawn(registry) == []


def test_the_second_officer_must_have_read_the_same(registry: Registry):
    enter(registry)

    with pytest.raises(errors.LotValuesDiffer):
        approve(registry, value=VALUE + "c")
    assert drawn(registry) == []


def test_a_slip_is_corrected_before_it_counts(registry: Registry):
    enter(registry, value="a slip of the pen")
    enter(registry)
    approve(registry)

    assert drawn(registry) == [VALUE]


def test_who_corrects_an_entry_does_not_approve_it(registry: Registry):
    enter(registry, value="a slip of the pen")
    enter(registry, registry.officer(name="second"))

    with pytest.raises(errors.SecondOfficerNeeded):
        approve(registry)


def test_a_lot_is_drawn_once_and_for_all(registry: Registry):
    enter(registry)
    approve(registry)

    with pytest.raises(errors.LotIsDrawn):
        enter(registry, value="a better value")
    with pytest.raises(errors.LotIsDrawn):
        approve(registry, registry.officer(name="third"))
    assert drawn(registry) == [VALUE]


@pytest.mark.parametrize(
    ("lot", "instant"), [("debates", DEBATE_LOT), ("ties", TIE_LOT)]
)
def test_nobody_enters_a_value_before_its_instant(
    registry: Registry, lot: str, instant: str
):
    registry.clock.set(instant)
    registry.clock.tick(seconds=-1)
    with pytest.raises(errors.TooEarly) as refusal:
        enter(registry, lot=lot)
    assert refusal.value.params["at"] == instant

    registry.clock.tick(seconds=1)
    assert enter(registry, lot=lot)


def test_there_must_be_something_to_approve(registry: Registry):
    with pytest.raises(errors.UnknownLot):
        approve(registry)


def test_lots_are_the_whole_country_s(registry: Registry):
    with pytest.raises(errors.NotYourTerritory):
        enter(registry, registry.officer(scope="KZ-AKM"))


def test_the_lots_are_listed(registry: Registry):
    enter(registry)

    [lot] = registry.read(queries.lots, registry.primary)
    assert (lot.lot, lot.value, lot.drawn_at) == ("debates", VALUE, None)
