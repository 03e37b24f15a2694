from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from chassis.errors import SimultaneousChange
from chassis.testing import FrozenClock, recorded
from chassis.wire import dump, load
from contracts.campaign import operations
from contracts.campaign.errors import (
    AttendanceIncomplete,
    CapacityShort,
    DebateAlreadyHeld,
    DebateAlreadyStarted,
    DebateNotScheduled,
    DebateNotStarted,
    NotARegion,
    OutsideYourTerritory,
    UnknownDebate,
)
from contracts.campaign.events import (
    DebateCancelled,
    DebateHeld,
    DebatePostponed,
    DebateScheduled,
)
from contracts.definition import UnknownTerritory
from services.campaign import agenda, candidates, debates, scheduling, timetables
from tests.support.campaign import (
    AFTER_THE_LOT,
    DISTRICT_CONTEST,
    OFFICE,
    PRIMARY,
    REGION,
    REGION_CONTEST,
    draw,
    register_candidates,
    schedule,
)
from tests.support.definitions import a_definition
from tests.support.timetables import faults

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

FIRST = f"{DISTRICT_CONTEST}-1"
WHICH = {"primary": PRIMARY, "debate": FIRST}


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(AFTER_THE_LOT)


@pytest.fixture
def drawn(session: Session, clock: FrozenClock) -> None:
    """Three debates in the region: two of the district, one of the region."""
    register_candidates(session, range(11), contest=DISTRICT_CONTEST)
    register_candidates(session, range(20, 25), contest=REGION_CONTEST)
    draw(session, clock)


@pytest.fixture
def scheduled(drawn: None, session: Session, clock: FrozenClock) -> dict[str, Any]:
    return schedule(session, clock)


def read(session: Session, debate: str = FIRST) -> dict[str, Any]:
    which = {"primary": PRIMARY, "debate": debate}
    shown = agenda.read_debate(session, **which)
    return dump(operations.ReadDebate.Response, shown)


def listed(session: Session, **filters: Any) -> dict[str, Any]:
    request = load(operations.ListDebates.Request, {"primary": PRIMARY, **filters})
    return agenda.list_debates(session, **request)


def speakers(session: Session, debate: str = FIRST) -> list[str]:
    return [each["candidacy"] for each in read(session, debate)["speakers"]]


def withdraw(session: Session, clock: FrozenClock, candidacies: Iterable[str]) -> None:
    for candidacy in candidacies:
        who = {"primary": PRIMARY, "candidacy": candidacy}
        candidates.strike_page(session, reason_code="stood_down", **who)
        debates.drop_speaker(session, clock, **who)


def start(session: Session, clock: FrozenClock, debate: str = FIRST) -> None:
    clock.set(agenda.read_debate(session, primary=PRIMARY, debate=debate)["opens_at"])


def record(session: Session, clock: FrozenClock, **attendance: list[str]) -> None:
    debates.record_attendance(session, clock, scopes=OFFICE, **WHICH, **attendance)


def postpone(session: Session, clock: FrozenClock) -> None:
    debates.postpone_debate(
        session, clock, scopes=OFFICE, reason="The hall is flooded.", **WHICH
    )


def test_every_debate_of_the_region_is_scheduled_and_announced(
    session: Session, scheduled: dict[str, Any]
):
    announced = recorded(session, DebateScheduled)

    assert (scheduled["scheduled"], scheduled["kept"]) == (3, 0)
    assert {event["debate"] for event in announced} == {
        FIRST,
        f"{DISTRICT_CONTEST}-2",
        f"{REGION_CONTEST}-1",
    }
    for event in announced:
        shown = read(session, event["debate"])
        assert shown["state"] == "scheduled"
        assert event["speakers"] == [each["candidacy"] for each in shown["speakers"]]
        assert event["region"] == REGION


def test_a_published_timetable_is_right(
    session: Session, clock: FrozenClock, drawn: None
):
    where = {"primary": PRIMARY, "region": REGION}
    question = scheduling.read_region(session, clock, scopes=OFFICE, **where)

    placements = timetables.schedule(question)

    phase = a_definition().calendar.phase("debates")
    assert faults(question, placements, phase) == []


def test_a_debate_ends_when_its_speakers_have_spoken(
    session: Session, scheduled: dict[str, Any]
):
    shown = agenda.read_debate(session, **WHICH)
    length = (shown["closes_at"] - shown["opens_at"]).total_seconds()

    times = a_definition().debates.times
    assert length == times.debate_seconds(len(shown["speakers"]))


def test_only_the_regions_own_debates_are_scheduled(
    session: Session, clock: FrozenClock
):
    register_candidates(session, range(4), contest=DISTRICT_CONTEST)
    register_candidates(session, range(4, 8), contest="mazhilis-kz-akm")
    register_candidates(session, range(8, 12), contest="maslikhat-kz-kus")
    draw(session, clock)

    outcome = schedule(session, clock)

    assert outcome["scheduled"] == 2
    assert read(session, "maslikhat-kz-kus-1")["state"] == "drawn"
    assert read(session, "mazhilis-kz-akm-1")["venue"]["id"] == "hall-kz-akm"


def test_scheduling_again_moves_nothing(
    session: Session, clock: FrozenClock, scheduled: dict[str, Any]
):
    before = read(session)

    again = schedule(session, clock)

    assert (again["scheduled"], again["kept"]) == (0, 3)
    assert read(session) == before


def test_too_many_debates_for_the_halls_change_nothing(
    session: Session, clock: FrozenClock
):
    clock.set("2020-09-30T14:00:00+00:00")  # 20:00: one slot is left to nobody
    register_candidates(session, range(4))
    draw(session, clock)

    with pytest.raises(CapacityShort):
        schedule(session, clock)

    assert read(session)["state"] == "drawn"
    assert recorded(session, DebateScheduled) == []


def test_two_officers_scheduling_at_once_do_not_both_publish(
    session: Session, clock: FrozenClock, drawn: None
):
    where = {"primary": PRIMARY, "region": REGION}
    question = scheduling.read_region(session, clock, scopes=OFFICE, **where)
    placements = timetables.schedule(question)
    scheduling.publish_timetable(session, clock, placements=placements, **where)

    with pytest.raises(SimultaneousChange):
        scheduling.publish_timetable(session, clock, placements=placements, **where)


def test_officers_schedule_the_regions_of_their_office(
    session: Session, clock: FrozenClock, drawn: None
):
    where = {"primary": PRIMARY, "region": REGION}
    with pytest.raises(OutsideYourTerritory):
        scheduling.read_region(session, clock, scopes=frozenset({"KZ-KUS"}), **where)
    with pytest.raises(UnknownTerritory):
        scheduling.read_region(
            session, clock, scopes=OFFICE, primary=PRIMARY, region="KZ-XXX"
        )

    with pytest.raises(NotARegion):
        scheduling.read_region(
            session, clock, scopes=OFFICE, primary=PRIMARY, region="KZ-111000000"
        )

    assert scheduling.read_region(session, clock, scopes=frozenset({REGION}), **where)


def test_a_debate_put_off_is_held_later_and_the_others_keep_their_time(
    session: Session, clock: FrozenClock, scheduled: dict[str, Any]
):
    before = {each["debate"]: each for each in listed(session)["items"]}

    postpone(session, clock)
    put_off = read(session)
    outcome = schedule(session, clock)

    after = {each["debate"]: each for each in listed(session)["items"]}
    assert (put_off["state"], put_off["opens_at"]) == ("drawn", None)
    assert (outcome["scheduled"], outcome["kept"]) == (1, 2)
    assert after[FIRST]["opens_at"] > before[FIRST]["opens_at"]
    assert all(
        after[other]["opens_at"] == before[other]["opens_at"]
        for other in before.keys() - {FIRST}
    )
    [event] = recorded(session, DebatePostponed)
    assert event["reason"] == "The hall is flooded."


def test_a_debate_that_has_begun_cannot_be_put_off(
    session: Session, clock: FrozenClock, scheduled: dict[str, Any]
):
    start(session, clock)

    with pytest.raises(DebateAlreadyStarted):
        postpone(session, clock)


def test_who_withdraws_drops_out_of_their_debate(
    session: Session, clock: FrozenClock, scheduled: dict[str, Any]
):
    leaving = speakers(session)[0]

    withdraw(session, clock, [leaving])

    shown = read(session)
    assert shown["state"] == "scheduled"
    withdrawn = [s["candidacy"] for s in shown["speakers"] if s["withdrawn"]]
    assert withdrawn == [leaving]


def test_a_debate_with_one_speaker_left_is_called_off_and_frees_its_place(
    session: Session, clock: FrozenClock, scheduled: dict[str, Any]
):
    withdraw(session, clock, speakers(session)[1:])

    shown = read(session)
    assert (shown["state"], shown["venue"]) == ("cancelled", None)
    assert [event["debate"] for event in recorded(session, DebateCancelled)] == [FIRST]
    assert schedule(session, clock)["kept"] == 2


def test_withdrawing_after_the_debate_changes_no_record_of_it(
    session: Session, clock: FrozenClock, scheduled: dict[str, Any]
):
    everybody = speakers(session)
    start(session, clock)
    record(session, clock, present=everybody, absent=[])

    withdraw(session, clock, everybody)

    assert read(session)["state"] == "held"
    assert recorded(session, DebateCancelled) == []


def test_attendance_is_put_on_record(
    session: Session, clock: FrozenClock, scheduled: dict[str, Any]
):
    absent, *present = speakers(session)
    start(session, clock)

    record(session, clock, present=present, absent=[absent])

    shown = read(session)
    assert shown["state"] == "held"
    attendance = {each["candidacy"]: each["attendance"] for each in shown["speakers"]}
    assert attendance == {absent: "absent"} | dict.fromkeys(present, "present")
    [event] = recorded(session, DebateHeld)
    assert (event["present"], event["absent"]) == (present, [absent])


def test_no_attendance_before_the_debate_begins(
    session: Session, clock: FrozenClock, scheduled: dict[str, Any]
):
    start(session, clock)
    clock.tick(microseconds=-1)

    with pytest.raises(DebateNotStarted) as refusal:
        record(session, clock, present=speakers(session), absent=[])

    assert refusal.value.params == {"opens_at": read(session)["opens_at"]}


def test_attendance_speaks_of_every_speaker_and_of_nobody_else(
    session: Session, clock: FrozenClock, scheduled: dict[str, Any]
):
    first, second, *others = speakers(session)
    start(session, clock)

    with pytest.raises(AttendanceIncomplete) as refusal:
        record(session, clock, present=[second, *others], absent=[second, "stranger"])

    assert refusal.value.params == {
        "missing": [first],
        "unknown": ["stranger"],
        "twice": [second],
    }
    assert recorded(session, DebateHeld) == []


def test_who_has_withdrawn_need_not_attend(
    session: Session, clock: FrozenClock, scheduled: dict[str, Any]
):
    leaving, *staying = speakers(session)
    withdraw(session, clock, [leaving])
    start(session, clock)

    record(session, clock, present=staying, absent=[])

    assert read(session)["state"] == "held"


def test_attendance_is_recorded_once(
    session: Session, clock: FrozenClock, scheduled: dict[str, Any]
):
    everybody = speakers(session)
    start(session, clock)
    record(session, clock, present=everybody, absent=[])

    with pytest.raises(DebateAlreadyHeld):
        record(session, clock, present=[], absent=everybody)


def test_a_debate_without_a_time_has_no_attendance(
    session: Session, clock: FrozenClock, drawn: None
):
    with pytest.raises(DebateNotScheduled):
        record(session, clock, present=speakers(session), absent=[])


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 3),
        ({"region": REGION}, 3),
        ({"region": "KZ-KUS"}, 0),
        ({"territory": REGION}, 3),
        ({"territory": "KZ-111000000"}, 2),
        ({"contest": REGION_CONTEST}, 1),
        ({"candidacy": "candidacy-003"}, 1),
        ({"day": "2020-09-13"}, 0),
        ({"state": "scheduled"}, 3),
        ({"state": "held"}, 0),
    ],
)
def test_debates_are_found_by_what_they_are(
    session: Session, scheduled: dict[str, Any], filters: dict[str, Any], count: int
):
    assert len(listed(session, **filters)["items"]) == count


def test_debates_come_in_the_order_of_time_and_those_without_one_last(
    session: Session, clock: FrozenClock
):
    register_candidates(session, range(20), contest=DISTRICT_CONTEST)
    register_candidates(session, range(20, 40), contest="maslikhat-kz-kus")
    draw(session, clock)
    schedule(session, clock)
    seen: list[dict[str, Any]] = []
    cursor = None

    for _ in range(4):
        page = listed(session, after=cursor, limit=2)
        seen += page["items"]
        cursor = page["next"]

    assert cursor is None
    assert len({each["debate"] for each in seen}) == 8
    times = [each["opens_at"] for each in seen]
    assert times[:4] == sorted(times[:4])
    assert times[4:] == [None] * 4


def test_a_days_debates_are_those_of_the_local_day(
    session: Session, scheduled: dict[str, Any]
):
    for each in listed(session)["items"]:
        found = listed(session, day=each["day"].isoformat())["items"]
        assert each["debate"] in {one["debate"] for one in found}


def test_a_debate_that_does_not_exist_is_not_found(session: Session):
    with pytest.raises(UnknownDebate):
        read(session, "no-such-debate")
    with pytest.raises(UnknownDebate):
        listed(session, after="no-such-debate")
