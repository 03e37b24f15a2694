"""Primary party organisations, from a file."""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contracts.copies import the_primary
from contracts.definition import Definition
from services.registration import queries
from services.registration.files import (
    Row,
    Verdicts,
    a_text,
    read_rows,
    refuse_repeated,
    settle,
)
from services.registration.models import Ppo, Primary

HEADER = ("ppo", "name", "territory")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def import_ppos(session: Session, *, primary: str, csv: str, dry_run: bool) -> Verdicts:
    """Take in organisations; one that is there already must be the same."""
    definition = the_primary(session, Primary, primary).definition
    rows = read_rows(csv, HEADER)
    for row in rows:
        _understand(row, definition)
    refuse_repeated(rows, "ppo", "ppo")
    _recognise(session, primary, rows)
    verdicts = settle(rows, dry_run=dry_run)
    new = [{"primary": primary, **row.facts} for row in rows if row.is_new]
    if verdicts.applied and new:
        session.execute(sa.insert(Ppo), new)
    return verdicts


def a_ppo_id(text: str) -> str:
    """An organisation's id."""
    if not _ID.fullmatch(text):
        raise ValueError("Write up to 64 letters, digits, dots, hyphens.")
    return text


def _understand(row: Row, definition: Definition) -> None:
    row.read("ppo", a_ppo_id)
    row.read("name", a_text(300))
    row.read("territory", lambda code: definition.territory(code).code)


def _recognise(session: Session, primary: str, rows: list[Row]) -> None:
    known = {each.ppo: each for each in queries.ppos(session, primary)}
    for row in rows:
        same = known.get(row.facts.get("ppo", ""))
        if same is None:
            continue
        row.known = True
        for name in ("name", "territory"):
            if row.facts.get(name) != getattr(same, name):
                row.refuse(name, "differs", "The register says otherwise.")
