"""Files that officers and administrators hand in, and what was wrong in their rows."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from chassis.auth import Role
from chassis.errors import DomainError, InvalidPayload
from chassis.operations import Operation
from contracts.registration.errors import UnreadableFile
from contracts.registration.operations import (
    ImportMembers,
    ImportOfficers,
    ImportPpos,
)
from contracts.voting.operations import ImportStations, ListStations
from gateway.pages.forms import Form, Goes, Outcome, Refused, Stays, new_key
from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _
from gateway.pages.office.frame import office_page
from gateway.pages.page import Page
from gateway.pages.shown import Task

_MIB = 2**20
_MOST_ROWS = 200
_A_PAGE = 50
STATION_COLUMNS = ("station", "district", "name", "address")
_MEMBERS = (
    "iin,name,birth_date,sex,telephone,ppo,territory,joined_on,resident_since,"
    "occupation"
)
#: what can be imported: the operation, its title and its columns
_REGISTERS: dict[str, tuple[type[Operation], str, str]] = {
    "ppos": (ImportPpos, N_("Party organisations"), "ppo,name,territory"),
    "members": (
        ImportMembers,
        N_("Members"),
        _MEMBERS,
    ),
    "officers": (ImportOfficers, N_("Officers and other roles"), "iin,role,scope"),
}


def registers(page: Page) -> dict[str, Any]:
    """The three registers, and what became of the file that was just sent."""
    listed = [(name, _(title)) for name, (_ask, title, _columns) in _REGISTERS.items()]
    columns = {name: columns for name, (_ask, _title, columns) in _REGISTERS.items()}
    return {
        "registers": listed,
        "columns": columns,
        "verdict": None,
        "rows": [],
    } | _anew()


def check_register(page: Page) -> Outcome:
    """Say what a file would do, and do nothing."""
    return _import(page, dry_run=True)


def take_register(page: Page) -> Outcome:
    """Take in all of a file, or nothing of it."""
    return _import(page, dry_run=False)


def _import(page: Page, *, dry_run: bool) -> Outcome:
    name = page.form.text("register")
    if name not in _REGISTERS:
        raise Refused(register=_("Choose what the file holds."))
    asked = {"csv": _text(page.form), "dry_run": dry_run}
    verdict = page.ask(_REGISTERS[name][0], **asked)
    worth_reading = [each for each in verdict["rows"] if each["problems"]]
    return Stays({"verdict": verdict, "rows": worth_reading[:_MOST_ROWS]})


def stations(page: Page) -> dict[str, Any]:
    """The stations there are, and the form for more."""
    return {
        "found": page.ask(ListStations, limit=_A_PAGE, **page.given("after")),
        "columns": ",".join(STATION_COLUMNS),
        "voting": page.phase("voting"),
        "rows": [],
    } | _anew()


def take_stations(page: Page) -> Outcome:
    """Add stations or change them, all of the file or nothing of it."""
    rows = _rows(_text(page.form))
    try:
        page.ask(ImportStations, stations=rows)
    except InvalidPayload as error:
        return Stays({"rows": _row_problems(error)})
    return Goes(to=page.link("office", "stations"), notice="stations_taken")


def _rows(text: str) -> list[dict[str, str]]:
    """The rows of a file of stations; refused where its columns are others."""
    reader = csv.DictReader(StringIO(text), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise UnreadableFile(reason=str(error)) from None
    if tuple(reader.fieldnames or ()) != STATION_COLUMNS:
        columns = ",".join(STATION_COLUMNS)
        raise Refused(file=_("The first line must be: %(columns)s", columns=columns))
    return [{name: row[name] or "" for name in STATION_COLUMNS} for row in rows]


def _row_problems(error: DomainError) -> list[dict[str, Any]]:
    """What is wrong by row, counted from 1 as the file counts them."""
    found: Any = error.params.get("problems", [])
    places = [(each["pointer"].strip("/").split("/"), each) for each in found]
    return [
        {
            "row": int(steps[1]) + 1 if len(steps) > 1 else 0,
            "problems": [{"field": steps[-1], "reason": each["detail"]}],
        }
        for steps, each in places
    ]


def _anew() -> dict[str, Any]:
    """The key of the next file: sent again, a file is looked at again."""
    return {"fresh": new_key()}


def _text(form: Form) -> str:
    """The content of the file as text."""
    try:
        text = form.file("file").decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(file=_("This file is not text in UTF-8.")) from None
    if not text.strip():
        raise Refused(file=_("Choose the file."))
    return text


PAGES = (
    office_page(
        Role.ADMINISTRATOR,
        "/office/registers",
        "registers",
        registers,
        deeds={"check": check_register, "take": take_register},
        blamed={UnreadableFile: "file"},
        max_body=9 * _MIB,
        tasks=(
            Task(
                Role.ADMINISTRATOR,
                N_("Registers"),
                N_("Take in party organisations, members, officers and other roles."),
            ),
        ),
    ),
    office_page(
        Role.OFFICER,
        "/office/stations",
        "stations",
        stations,
        deeds={"take": take_stations},
        blamed={UnreadableFile: "file"},
        max_body=_MIB,
        tasks=(
            Task(
                Role.OFFICER,
                N_("Polling stations"),
                N_("Add stations or change them before voting opens."),
            ),
        ),
    ),
)
