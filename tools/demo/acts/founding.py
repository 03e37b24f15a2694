"""The primary is defined, and its registers are read in."""

from __future__ import annotations

import click

from tools.api import Api
from tools.demo.people import Person, members_file, officers_file, ppos_file
from tools.demo.stage import Stage

_ROWS = 5000  # of the members' file in one request


def found_primary(stage: Stage) -> None:
    """Bring the definition and the files to the platform, as its administrator."""
    stage.act("The primary is defined")
    administrator = stage.administrator()
    administrator.post("/primaries", document=stage.definition.document)
    stage.wait_until_idle()
    people = sorted(stage.cast.everybody(), key=lambda person: person.iin)
    _import(stage, administrator, "ppos", ppos_file(stage.cast.ppos))
    for start in range(0, len(people), _ROWS):
        _import_members(stage, administrator, people[start : start + _ROWS])
    _import(stage, administrator, "officers", officers_file(stage.cast.offices.rows()))
    stage.report.table(
        "The registers",
        ("what", "how many"),
        (
            ("territories", len(stage.definition.territories)),
            ("contests", len(stage.definition.contests)),
            ("voting districts with members", len(stage.cast.members)),
            ("primary party organisations", len(stage.cast.ppos)),
            ("members", len(people)),
        ),
    )


def _import_members(stage: Stage, administrator: Api, people: list[Person]) -> None:
    _import(stage, administrator, "members", members_file(people))


def _import(stage: Stage, administrator: Api, what: str, text: str) -> None:
    """Try the file first, as a careful administrator does; then apply it."""
    for dry_run in (True, False):
        answer = administrator.post(
            stage.path(f"/imports/{what}"), csv=text, dry_run=dry_run
        )
        if answer["refused"]:
            wrong = [row for row in answer["rows"] if row["verdict"] == "refused"]
            raise click.ClickException(f"The {what} were refused: {wrong[:3]}")
