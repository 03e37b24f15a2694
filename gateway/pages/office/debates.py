"""Debates: groups by lot, the timetable, what is put off, who came."""

from __future__ import annotations

from typing import Any

from chassis.auth import Role
from contracts.campaign.operations import (
    DrawDebates,
    ListDebates,
    PostponeDebate,
    ReadDebate,
    RecordAttendance,
    ScheduleDebates,
)
from contracts.campaign.views import Attendance, DebateState
from contracts.registration.operations import ListLots
from gateway.pages import words
from gateway.pages.forms import Goes, Outcome, Refused
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.office.frame import office_page, reason_of
from gateway.pages.page import Page
from gateway.pages.shown import Task

_A_PAGE = 50


def overview(page: Page) -> dict[str, Any]:
    """The debates by place and state, and what makes more of them."""
    filters = page.given("region", "state", "after")
    lots = {each["lot"]: each["state"] for each in page.ask(ListLots)["items"]}
    return {
        "found": page.ask(ListDebates, limit=_A_PAGE, **filters),
        "filters": filters,
        "lot_is_drawn": lots.get("debates") == "drawn",
        "regions": _regions(page),
        "states_offered": [(each.value, words.state(each)) for each in DebateState],
        "stage": page.stage("debates"),
    }


def draw(page: Page) -> Outcome:
    """Make the groups by the lot."""
    page.ask(DrawDebates)
    return Goes(to=page.link("office", "debates"), notice="debates_drawn")


def schedule(page: Page) -> Outcome:
    """Give the debates of a region their times."""
    region = page.form.text("region")
    if region not in page.territories:
        raise Refused(region=_("Choose the region."))
    page.ask(ScheduleDebates, region=region)
    there = page.link("office", "debates", region=region)
    return Goes(to=there, notice="debates_scheduled")


def debate(page: Page) -> dict[str, Any]:
    """One debate: put it off before it starts, record who came afterwards."""
    found = page.ask(ReadDebate, debate=page.path["debate"])
    is_on = found["state"] == DebateState.SCHEDULED
    started = bool(found["opens_at"]) and page.is_past(found["opens_at"])
    return {
        "debate": found,
        "speakers": [each for each in found["speakers"] if not each["withdrawn"]],
        "may_postpone": is_on and not started,
        "may_record": is_on and started,
        "ways": [(each.value, words.state(each)) for each in Attendance],
    }


def postpone(page: Page) -> Outcome:
    """Put the debate off, for a reason that everybody can read."""
    reason = reason_of(page.form)
    page.ask(PostponeDebate, debate=page.path["debate"], reason=reason)
    return Goes(to=page.again(), notice="debate_postponed")


def record(page: Page) -> Outcome:
    """Put on record who came."""
    speakers = debate(page)["speakers"]
    came = {each["candidacy"]: _attendance(page, each) for each in speakers}
    asked = {
        way.value: [who for who, w in came.items() if w == way] for way in Attendance
    }
    missing = [who for who, way in came.items() if not way]
    if missing:
        told = _("Choose whether this speaker came.")
        raise Refused(**{f"came.{who}": told for who in missing})
    page.ask(RecordAttendance, debate=page.path["debate"], **asked)
    return Goes(to=page.again(), notice="attendance_recorded")


def _attendance(page: Page, speaker: dict[str, Any]) -> str:
    given = page.form.text(f"came.{speaker['candidacy']}")
    return given if given in set(Attendance) else ""


def _regions(page: Page) -> list[tuple[str, str]]:
    return [
        (code, page.text(each["name"]).striptags())
        for code, each in page.territories.items()
        if each["level"] == "region"
    ]


PAGES = (
    office_page(
        Role.OFFICER,
        "/office/debates",
        "debates",
        overview,
        deeds={"draw": draw, "schedule": schedule},
        tasks=(
            Task(
                Role.OFFICER,
                N_("Debates"),
                N_("Draw the groups, make the timetable, put off, record who came."),
                "debates",
            ),
        ),
    ),
    office_page(
        Role.OFFICER,
        "/office/debates/<debate>",
        "debate",
        debate,
        deeds={"postpone": postpone, "record": record},
    ),
)
