from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.calendar import Calendar, InvalidCalendar, Phase, PhaseNotPlanned
from tests.support.definitions import a_definition_document

OPENING = datetime(2020, 9, 30, 18, tzinfo=UTC)
CLOSING = datetime(2020, 10, 3, 8, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def a_calendar_document() -> dict[str, Any]:
    return a_definition_document()["calendar"]


def a_calendar() -> Calendar:
    return Calendar.from_document(a_calendar_document())


def problems_of(document: object) -> dict[str, str]:
    with pytest.raises(InvalidCalendar) as refusal:
        Calendar.from_document(document)
    problems = cast(list[dict[str, str]], refusal.value.params["problems"])
    return {problem["pointer"]: problem["detail"] for problem in problems}


def test_a_phase_is_open_at_its_opening_and_closed_at_its_closing_instant():
    calendar = a_calendar()
    assert not calendar.is_open("voting", OPENING - MOMENT)
    assert calendar.is_open("voting", OPENING)
    assert calendar.is_open("voting", CLOSING - MOMENT)
    assert not calendar.is_open("voting", CLOSING)


@given(st.integers(-10, 20), st.integers(1, 10))
def test_a_phase_is_open_for_exactly_its_length(start: int, length: int):
    phase = Phase(
        opens_at=OPENING + timedelta(hours=start),
        closes_at=OPENING + timedelta(hours=start + length),
    )
    hours = [OPENING + timedelta(hours=hour) for hour in range(-10, 31)]
    assert sum(phase.is_open(at) for at in hours) == length


def test_the_phases_open_at_a_moment_come_in_the_calendars_order():
    saturday_morning = datetime(2020, 10, 3, 3, tzinfo=UTC)
    assert a_calendar().open_phases(saturday_morning) == (
        "campaigning",
        "enrolment_suspended",
        "voting",
        "paper_voting",
    )


def test_a_phase_nobody_planned_is_never_open_and_cannot_be_asked_for():
    document = a_calendar_document()
    del document["phases"]["paper_voting"]
    calendar = Calendar.from_document(document)
    assert not calendar.is_open("paper_voting", OPENING)
    with pytest.raises(PhaseNotPlanned, match="paper_voting"):
        calendar.phase("paper_voting")
    with pytest.raises(PhaseNotPlanned, match="second_round"):
        calendar.instant("second_round")


def test_a_calendar_survives_the_way_to_a_document_and_back():
    document = a_calendar_document()
    assert a_calendar().to_document() == document
    assert Calendar.from_document(a_calendar().to_document()) == a_calendar()


def test_an_extension_makes_the_next_version_and_leaves_the_old_one_alone():
    calendar = a_calendar()
    extended = calendar.with_closing("voting", CLOSING + timedelta(days=1))
    assert (calendar.version, extended.version) == (1, 2)
    assert calendar.phase("voting").closes_at == CLOSING
    assert extended.phase("voting").opens_at == OPENING
    assert extended.is_open("voting", CLOSING)
    assert extended.phase("paper_voting") == calendar.phase("paper_voting")


def test_an_extension_beyond_the_publication_is_refused():
    with pytest.raises(InvalidCalendar) as refusal:
        a_calendar().with_closing("voting", CLOSING + timedelta(days=3))
    assert refusal.value.params["problems"] == [
        {
            "pointer": "/instants/tie_lot",
            "detail": "This must not come before /phases/voting/closes_at.",
        }
    ]


def test_publication_can_be_put_off():
    later = datetime(2020, 10, 7, tzinfo=UTC)
    changed = a_calendar().changed(instants={"publication": later})
    assert changed.instant("publication") == later
    assert changed.version == 2


@pytest.mark.parametrize("closes_at", ["2020-08-16T18:00:00Z", "2020-08-01T00:00:00Z"])
def test_a_phase_that_closes_before_it_opens_is_refused(closes_at: str):
    document = a_calendar_document()
    document["phases"]["nomination"]["closes_at"] = closes_at
    assert "/phases/nomination/closes_at" in problems_of(document)


@pytest.mark.parametrize(
    ("phase", "moment", "value", "pointer"),
    [
        ("vetting", "opens_at", "2020-08-10T00:00:00Z", "/phases/vetting/opens_at"),
        ("voting", "opens_at", "2020-09-01T00:00:00Z", "/phases/voting/opens_at"),
        (
            "campaigning",
            "opens_at",
            "2020-08-20T00:00:00Z",
            "/phases/campaigning/opens_at",
        ),
        ("debates", "opens_at", "2020-09-01T00:00:00Z", "/phases/debates/opens_at"),
    ],
)
def test_phases_in_an_impossible_order_are_refused(
    phase: str, moment: str, value: str, pointer: str
):
    document = a_calendar_document()
    document["phases"][phase][moment] = value
    assert pointer in problems_of(document)


@pytest.mark.parametrize(
    "written",
    [
        "2020-10-05T06:00:00",
        "2020-10-05T12:00:00+06:00",
        "2020-10-05",
        "2020-13-05T06:00:00Z",
        "20201005T060000Z",
        "tomorrow",
        1601877600,
        None,
    ],
)
def test_only_an_instant_in_utc_is_an_instant(written: object):
    document = a_calendar_document()
    document["instants"]["publication"] = written
    assert "/instants/publication" in problems_of(document)


def test_a_phase_of_another_name_or_a_missing_one_is_refused():
    document = a_calendar_document()
    document["phases"]["second_round"] = document["phases"].pop("voting")
    assert problems_of(document).keys() == {
        "/phases/second_round",
        "/phases/voting",
    }
