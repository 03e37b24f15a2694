"""A polling station: who may have a paper ballot, and who has been given one."""

from __future__ import annotations

from typing import Any

from chassis.auth import Role
from contracts.calendar import PhaseName, PhaseNotPlanned
from contracts.registration.errors import InvalidNumber, NotOnRoll
from contracts.registration.operations import ResolveVoter
from contracts.voting import errors
from contracts.voting.forms import UndoReason
from contracts.voting.operations import CheckVoter, ListStations, MarkVoter, UndoMark
from gateway.pages.forms import Goes, Outcome, Refused, Stays, new_key
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.office.frame import office_page
from gateway.pages.page import Page
from gateway.pages.shown import Task
from gateway.pages.stages import Stage

_REASONS = {
    UndoReason.WRONG_PERSON: N_("The wrong person was marked"),
    UndoReason.NO_PAPER_GIVEN: N_("No paper ballot was given after all"),
}
BLAMED = {
    InvalidNumber: "iin",
    NotOnRoll: "iin",
    errors.NotAVoter: "iin",
    errors.VoterOfAnotherDistrict: "iin",
}


def station_of(page: Page) -> str:
    """The station that is meant: the one asked for, or the officer's first."""
    stations = [page.query("station"), *_own(page)]
    return next((each for each in stations if each), "") or _first(page)


def paper_voting(page: Page) -> Stage:
    """When stations are open; raise `PhaseNotPlanned` where nobody votes on paper."""
    if PhaseName.PAPER_VOTING not in page.calendar["phases"]:
        raise PhaseNotPlanned(name=PhaseName.PAPER_VOTING)
    return page.phase(PhaseName.PAPER_VOTING)


def facts_of(page: Page, station: str) -> dict[str, Any]:
    """A station with the others that the officer may choose."""
    known = next(
        (e for e in page.read_every(ListStations) if e["station"] == station), None
    )
    if known is None:
        raise errors.UnknownStation(station=station)
    return {
        "station": known,
        "others": [each for each in _own(page) if each not in ("", station)],
    }


def check_in(page: Page) -> dict[str, Any]:
    """The desk of a station: one voter after the other."""
    return facts_of(page, station_of(page)) | {
        "stage": paper_voting(page),
        "reasons": [(code.value, _(words)) for code, words in _REASONS.items()],
        "fresh": new_key(),
        "checked": None,
        "mark": None,
        "voter": page.form.text("voter"),
    }


def check(page: Page) -> Outcome:
    """Look a voter up; marks nobody."""
    iin = "".join(page.form.text("iin").split())
    if not iin:
        raise Refused(iin=_("Enter the individual identification number."))
    voter = page.ask(ResolveVoter, iin=iin)["voter"]
    checked = page.ask(CheckVoter, station=station_of(page), voter=voter)
    return Stays({"checked": checked, "voter": voter})


def mark(page: Page) -> Outcome:
    """Mark the voter: a paper ballot is handed out."""
    voter = page.form.text("voter")
    made = page.ask(MarkVoter, station=station_of(page), voter=voter)
    return Stays({"mark": made, "voter": voter})


def undo(page: Page) -> Outcome:
    """Take the mark back that was just made."""
    reason = page.form.text("reason")
    if reason not in set(UndoReason):
        raise Refused(reason=_("Choose why the mark is taken back."))
    station, voter = station_of(page), page.form.text("voter")
    page.ask(UndoMark, station=station, voter=voter, reason=reason)
    return Goes(to=page.again(), notice="mark_undone")


def _own(page: Page) -> list[str]:
    return sorted(page.visitor.scopes(Role.STATION_OFFICER))


def _first(page: Page) -> str:
    """For whom holds the role everywhere: any station, to begin with."""
    items = page.ask(ListStations, limit=1)["items"]
    if not items:
        raise errors.UnknownStation(station="–")
    return items[0]["station"]


PAGES = (
    office_page(
        Role.STATION_OFFICER,
        "/station",
        "station",
        check_in,
        deeds={"check": check, "mark": mark, "undo": undo},
        blamed=BLAMED,
        tasks=(
            Task(
                Role.STATION_OFFICER,
                N_("Give out paper ballots"),
                N_("Look each voter up, mark them, hand out one paper ballot."),
            ),
        ),
    ),
)
