from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from contracts.calendar import Phase
from contracts.definition.model import Hours
from services.campaign.slots import slots_of
from tests.support.definitions import a_definition

RULES = a_definition().debates
ALMATY = ZoneInfo("Asia/Almaty")
ORAL = ZoneInfo("Asia/Oral")
EARLIER = datetime(2020, 9, 1, tzinfo=UTC)
DEBATES = a_definition().calendar.phase("debates")


def test_every_day_has_as_many_slots_as_its_hours_hold():
    slots = slots_of(RULES, DEBATES, ALMATY, not_before=EARLIER)

    days = {slot.day for slot in slots}
    assert len(days) == 17
    assert len(slots) == 17 * 7  # twelve hours in slots of a hundred minutes
    assert min(slots, key=lambda s: s.opens_at).opens_at == datetime(
        2020, 9, 14, 3, 0, tzinfo=UTC
    )


def test_slots_lie_inside_the_hours_of_the_regions_own_clock():
    for zone in (ALMATY, ORAL):
        for slot in slots_of(RULES, DEBATES, zone, not_before=EARLIER):
            opens = slot.opens_at.astimezone(zone)
            closes = (slot.opens_at + timedelta(minutes=100)).astimezone(zone)
            assert time(9) <= opens.time() < closes.time() <= time(21)
            assert opens.date() == slot.day


def test_slots_do_not_overlap():
    slots = slots_of(RULES, DEBATES, ALMATY, not_before=EARLIER)

    starts = sorted(slot.opens_at for slot in slots)
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert min(gaps) == timedelta(minutes=100)


def test_a_slot_must_be_over_when_the_phase_closes():
    phase = Phase(
        opens_at=datetime(2020, 9, 14, 4, 0, tzinfo=UTC),  # 10:00, after the first
        closes_at=datetime(2020, 9, 14, 7, 59, tzinfo=UTC),  # before the third ends
    )

    [slot] = slots_of(RULES, phase, ALMATY, not_before=EARLIER)

    assert slot.opens_at == datetime(2020, 9, 14, 4, 40, tzinfo=UTC)


def test_what_has_begun_is_no_slot_any_more():
    now = datetime(2020, 9, 30, 12, 0, tzinfo=UTC)

    slots = slots_of(RULES, DEBATES, ALMATY, not_before=now)

    assert slots
    assert all(slot.opens_at >= now for slot in slots)


def test_a_clock_change_moves_no_slot_out_of_the_hours():
    berlin = ZoneInfo("Europe/Berlin")  # on 25 October 2020 the clock went back at 3:00
    night = replace(RULES, hours=Hours(opens=time(0, 30), closes=time(6)))
    phase = Phase(
        opens_at=datetime(2020, 10, 24, 22, tzinfo=UTC),
        closes_at=datetime(2020, 10, 25, 23, tzinfo=UTC),
    )

    slots = slots_of(night, phase, berlin, not_before=EARLIER)

    assert len(slots) == 3  # six hours and a half, and not five and a half
    assert {slot.day for slot in slots} == {date(2020, 10, 25)}
    last = slots[-1].opens_at + timedelta(minutes=100)
    assert last.astimezone(berlin).time() <= time(6)
