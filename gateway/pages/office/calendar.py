"""Changes of the calendar: one officer proposes, another approves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chassis.auth import Role
from contracts.fields import SHORTEST_REASON, write_instant
from contracts.registration import errors
from contracts.registration.operations import (
    ApproveCalendarChange,
    ProposeCalendarChange,
    ShowCalendar,
)
from gateway.pages import words
from gateway.pages.forms import Goes, Outcome
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.office.frame import office_page, require_confirmed
from gateway.pages.page import Page
from gateway.pages.shown import Task
from gateway.pages.steps import Step, Steps

_STATES = {
    "proposed": (N_("waits for a second officer"), "warn"),
    "approved": (N_("in force"), "good"),
    "outdated": (N_("overtaken by another change"), ""),
}
_ANSWERS = {
    "accepted": N_("The ballot box has taken it over."),
    "refused": N_("The ballot box has refused it:"),
}


def overview(page: Page) -> dict[str, Any]:
    """The calendar in force, and every change of it."""
    calendar = page.ask(ShowCalendar)
    changes = [_told(each) for each in calendar["changes"]]
    return {
        "phases": [page.phase(name) for name in calendar["phases"]],
        "version": calendar["version"],
        "changes": sorted(changes, key=lambda change: -change["version"]),
    }


def propose(page: Page) -> dict[str, Any]:
    """A proposal in two steps: the change, then what voters will see of it."""
    chosen = page.form.text("phase")
    return STEPS.facts(page) | {
        "phases": [
            (name, words.phase(name))
            for name in page.calendar["phases"]
            if page.phase(name).state != "after"
        ],
        "before": page.calendar["phases"].get(chosen, {}).get("closes_at"),
        "now": _closing(page),
    }


def send(page: Page) -> Outcome:
    """Propose the change."""
    STEPS.check(page)
    made = page.ask(
        ProposeCalendarChange,
        phase=page.form.text("phase"),
        closes_at=_closing(page),
        reason=page.form.text("reason"),
    )
    there = page.link("office", "calendar", str(made["version"]))
    return Goes(to=there, notice="change_proposed")


def change(page: Page) -> dict[str, Any]:
    """One change, for the officer who approves it."""
    calendar = page.ask(ShowCalendar)
    found = _the_change(calendar, page.path["version"])
    return {
        "change": _told(found),
        "before": calendar["phases"][found["phase"]]["closes_at"],
    }


def approve(page: Page) -> Outcome:
    """Put the change in force."""
    require_confirmed(page)
    version = _the_change(page.ask(ShowCalendar), page.path["version"])["version"]
    page.ask(ApproveCalendarChange, version=version)
    return Goes(to=page.link("office", "calendar"), notice="change_approved")


def _the_change(calendar: dict[str, Any], version: str) -> dict[str, Any]:
    for each in calendar["changes"]:
        if str(each["version"]) == version:
            return each
    raise errors.UnknownCalendarChange(version=version)


def _told(found: dict[str, Any]) -> dict[str, Any]:
    state, kind = _STATES.get(found["state"], (found["state"], ""))
    answer = _ANSWERS.get(found["answer"] or "", "")
    return found | {
        "state_words": _(state),
        "state_kind": kind,
        "answer_words": _(answer) if answer else "",
    }


def _closing(page: Page) -> str:
    """The new moment of closing, which is written in the primary's zone."""
    try:
        local = datetime.fromisoformat(page.form.text("closes_at"))
    except ValueError:
        return ""
    zone = ZoneInfo(page.primary["zone"])
    return write_instant(local.replace(tzinfo=local.tzinfo or zone).astimezone(UTC))


def _change_is_whole(page: Page) -> Mapping[str, str]:
    problems = {}
    if page.form.text("phase") not in page.calendar["phases"]:
        problems["phase"] = _("Choose what shall close at another time.")
    if not _closing(page):
        problems["closes_at"] = _("Write a day and a time.")
    elif page.is_past(_closing(page)):
        problems["closes_at"] = _("This moment has passed.")
    if len(page.form.text("reason")) < SHORTEST_REASON:
        problems["reason"] = _("Write the reason, in a few words at least.")
    return problems


STEPS = Steps(
    Step(
        "change",
        N_("Propose a change of the calendar"),
        ("phase", "closes_at", "reason"),
        _change_is_whole,
    ),
    Step("preview", N_("What voters will see")),
)
_BLAMED = {errors.ClosesInThePast: "closes_at"}

PAGES = (
    office_page(
        Role.OFFICER,
        "/office/calendar",
        "calendar",
        overview,
        tasks=(
            Task(
                Role.OFFICER,
                N_("Calendar and extensions"),
                N_("Propose another closing time, or approve a colleague's proposal."),
            ),
        ),
    ),
    office_page(
        Role.OFFICER,
        "/office/calendar/propose",
        "calendar_propose",
        propose,
        deeds=STEPS.deeds | {"send": send},
        blamed=_BLAMED,
    ),
    office_page(
        Role.OFFICER,
        "/office/calendar/<version>",
        "calendar_change",
        change,
        deeds={"approve": approve},
        blamed=_BLAMED,
    ),
)
