"""Lots: one officer enters a public value, another enters the same."""

from __future__ import annotations

from typing import Any

from chassis.auth import Role
from contracts.registration import errors
from contracts.registration.operations import ApproveLot, EnterLot, ListLots
from contracts.registration.operations.primaries import LOTS, SHORTEST_VALUE
from gateway.pages.forms import Goes, Outcome, Refused
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.office.frame import office_page, reason_of
from gateway.pages.page import Page
from gateway.pages.shown import Task

#: what each lot decides, and from when on its value may be entered
_LOTS = {
    "debates": (N_("Groups of the debates"), "debate_lot"),
    "ties": (N_("Order of candidates with equal votes"), "tie_lot"),
}


def lots(page: Page) -> dict[str, Any]:
    """Each lot as far as it has come."""
    known = {each["lot"]: each for each in page.ask(ListLots)["items"]}
    return {"lots": [_told(page, lot, known.get(lot)) for lot in LOTS]}


def enter(page: Page) -> Outcome:
    """Enter the value of a lot, and where it stands."""
    lot = _lot(page)
    source = reason_of(page.form, f"{lot}.source")
    page.ask(EnterLot, lot=lot, value=_value(page, lot), source=source)
    return Goes(to=page.link("office", "lots"), notice="lot_entered")


def approve(page: Page) -> Outcome:
    """Enter the same value as another officer; that draws the lot."""
    lot = _lot(page)
    page.ask(ApproveLot, lot=lot, value=_value(page, lot))
    return Goes(to=page.link("office", "lots"), notice="lot_drawn")


def _lot(page: Page) -> str:
    lot = page.form.text("lot")
    if lot not in LOTS:
        raise errors.UnknownLot(lot=lot)
    return lot


def _value(page: Page, lot: str) -> str:
    value = page.form.text(f"{lot}.value")
    if len(value) < SHORTEST_VALUE:
        raise Refused(**{f"{lot}.value": _("Write the value as it is published.")})
    return value


def _told(page: Page, lot: str, known: dict[str, Any] | None) -> dict[str, Any]:
    title, instant = _LOTS[lot]
    moment = page.calendar["instants"][instant]
    return {
        "lot": lot,
        "title": _(title),
        "from": moment,
        "may": page.is_past(moment),
        "known": known,
    }


PAGES = (
    office_page(
        Role.OFFICER,
        "/office/lots",
        "lots",
        lots,
        deeds={"enter": enter, "approve": approve},
        tasks=(
            Task(
                Role.OFFICER,
                N_("Lots"),
                N_("Enter a public value, or enter a colleague's once more."),
            ),
        ),
    ),
)
