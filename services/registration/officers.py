"""Offices: given to members from a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Role
from chassis.clock import Clock
from chassis.vault import Vault
from contracts.copies import the_primary
from contracts.definition import Definition
from services.registration import queries
from services.registration.files import (
    Row,
    Verdicts,
    one_of,
    read_rows,
    refuse_repeated,
    settle,
)
from services.registration.models import Primary, RoleGrant
from services.registration.numbers import number_hash, read_number

HEADER = ("iin", "role", "scope")
_ROLES = (
    Role.OFFICER,
    Role.SECRETARY,
    Role.STATION_OFFICER,
    Role.TRUSTEE,
    Role.OBSERVER,
)
_LONGEST_SCOPE = 64


def import_officers(
    session: Session, clock: Clock, vault: Vault, *, primary: str, **file: Any
) -> Verdicts:
    """Give members the offices of the file, all of them or none."""
    definition = the_primary(session, Primary, primary).definition
    rows = read_rows(file["csv"], HEADER)
    ppos = {each.ppo for each in queries.ppos(session, primary)}
    on = definition.day_of(clock.now())
    for row in rows:
        row.read("iin", lambda text: read_number(definition, text, on=on))
        row.read("role", one_of(*_ROLES))
        row.read("scope", lambda text, row=row: _scope(row, text, definition, ppos))
    _find_members(session, vault, primary, rows)
    refuse_repeated(rows, "iin", "member", "role", "scope")
    _recognise(rows, queries.offices(session, primary))
    verdicts = settle(rows, dry_run=file["dry_run"])
    if verdicts.applied:
        session.add_all(
            RoleGrant(primary=primary, granted_at=clock.now(), **_grant(row))
            for row in rows
            if row.is_new
        )
    return verdicts


def _scope(row: Row, scope: str, definition: Definition, ppos: set[str]) -> str:
    """The scope, if the row's role can have it."""
    known = {
        Role.SECRETARY: lambda: scope in ppos,
        Role.TRUSTEE: lambda: scope in _trustee_numbers(definition),
        # voting knows the stations
        Role.STATION_OFFICER: lambda: 0 < len(scope) <= _LONGEST_SCOPE,
    }.get(row.facts.get("role", ""), lambda: _is_place(scope, definition))
    if not known():
        raise ValueError("This role cannot be held there.")
    return scope


def _trustee_numbers(definition: Definition) -> set[str]:
    return {str(number) for number in range(1, definition.trustees + 1)}


def _is_place(scope: str, definition: Definition) -> bool:
    return scope == "" or any(scope == each.code for each in definition.territories)


def _find_members(
    session: Session, vault: Vault, primary: str, rows: list[Row]
) -> None:
    hashes = {
        row.row: number_hash(vault, primary, row.facts["iin"])
        for row in rows
        if "iin" in row.facts
    }
    members = queries.members_by_number(session, primary, list(hashes.values()))
    for row in rows:
        member = members.get(hashes.get(row.row, ""))
        if member is not None and member.ended_at is None:
            row.facts["member"] = member.member
        elif "iin" in row.facts:
            row.refuse("iin", "unknown_member", "No member has this number.")


def _recognise(rows: Iterable[Row], offices: Iterable[RoleGrant]) -> None:
    """Mark known offices; a trustee's number is one person's."""
    held = {(each.member, each.role, each.scope) for each in offices}
    trustees = {scope: member for member, role, scope in held if role == Role.TRUSTEE}
    for row in rows:
        if row.refused:
            continue
        grant = _grant(row)
        row.known = (grant["member"], grant["role"], grant["scope"]) in held
        if grant["role"] == Role.TRUSTEE:
            holder = trustees.setdefault(grant["scope"], grant["member"])
            if holder != grant["member"]:
                row.refuse("scope", "taken", "Somebody else is this trustee.")


def _grant(row: Row) -> dict[str, Any]:
    return {name: row.facts[name] for name in ("member", "role", "scope")}
