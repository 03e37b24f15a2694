"""The party's register of members: taken in from files, ended one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import Clock
from chassis.ids import new_id
from chassis.vault import Vault
from contracts.copies import KnownPrimary, the_primary
from contracts.definition import Definition, IdentityScheme
from contracts.registration.errors import MembershipIsOver, RollIsFrozen
from services.registration import iin, queries
from services.registration.files import (
    Row,
    Verdicts,
    a_date,
    a_text,
    one_of,
    read_rows,
    refuse_repeated,
    settle,
)
from services.registration.models import Member, Primary, SignedIn
from services.registration.numbers import (
    number_hash,
    read_number,
    read_telephone,
    telephone_hash,
    the_member,
)
from services.registration.offices import require_office

HEADER = (
    "iin",
    "name",
    "birth_date",
    "sex",
    "telephone",
    "ppo",
    "territory",
    "joined_on",
    "resident_since",
    "occupation",
)
_SHARED = "shared_telephone"
#: how the file's columns are called in the register
_COLUMNS = {
    "name": "name",
    "birth_date": "born_on",
    "sex": "sex",
    "ppo": "ppo",
    "territory": "territory",
    "joined_on": "joined_on",
    "resident_since": "resident_since",
    "occupation": "occupation",
    "telephone_hash": "telephone_hash",
    "iin_hash": "number_hash",
}


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a row is judged by, apart from the rest of the register."""

    definition: Definition
    ppos: frozenset[str]
    on: date


def rules_of(session: Session, clock: Clock, *, primary: str) -> Rules:
    """The rules of today; raise `UnknownPrimary`."""
    definition = the_primary(session, Primary, primary).definition
    ppos = frozenset(each.ppo for each in queries.ppos(session, primary))
    return Rules(definition=definition, ppos=ppos, on=definition.day_of(clock.now()))


def read_members(text: str, rules: Rules, vault: Vault) -> list[Row]:
    """Read and judge the rows by themselves; touches no database, takes its time."""
    rows = read_rows(text, HEADER, (*HEADER, _SHARED))
    for row in rows:
        _understand(row, rules)
        _cross_check(row, rules)
        _make_findable(row, rules.definition.primary, vault)
    refuse_repeated(rows, "iin", "iin_hash")
    return rows


def import_members(
    session: Session, clock: Clock, vault: Vault, rows: list[Row], **how: Any
) -> Verdicts:
    """Take the rows that were read into the register, all of them or none."""
    primary, dry_run = how["primary"], how["dry_run"]
    known = the_primary(session, Primary, primary)
    _recognise(session, primary, rows)
    _refuse_shared_telephones(session, primary, rows)
    if closed := _why_closed(session, clock, known):
        _refuse_new(rows, closed)
    verdicts = settle(rows, dry_run=dry_run)
    if verdicts.applied:
        new = [_member(primary, row.facts, vault) for row in rows if row.is_new]
        for some in queries.chunks(new):
            session.execute(sa.insert(Member), some)
    return verdicts


def end_membership(
    session: Session, clock: Clock, vault: Vault, principal: Principal, **facts: str
) -> None:
    """End a membership while the roll is open; the person is signed out."""
    primary = facts["primary"]
    known = the_primary(session, Primary, primary)
    on = known.definition.day_of(clock.now())
    number = read_number(known.definition, facts["iin"], on=on)
    member = the_member(session, vault, primary, number)
    require_office(principal, known.definition, member.territory)
    if session.get_one(Primary, primary, with_for_update={"read": True}).roll_frozen_at:
        raise RollIsFrozen
    if member.ended_at:
        raise MembershipIsOver
    member.ended_at = clock.now()
    member.ended_by = principal.subject
    member.end_reason = facts["reason"]
    session.execute(sa.delete(SignedIn).where(SignedIn.subject == member.member))


def _understand(row: Row, rules: Rules) -> None:
    definition = rules.definition
    row.read("iin", lambda text: read_number(definition, text, on=rules.on))
    row.read("name", a_text(200))
    row.read("birth_date", lambda text: _past(a_date(text), rules.on))
    row.read("sex", one_of(*iin.Sex))
    row.read("telephone", read_telephone)
    row.read("ppo", lambda text: _known_ppo(text, rules.ppos))
    row.read("territory", lambda code: _voting_district(code, definition))
    row.read("joined_on", lambda text: _past(a_date(text), rules.on))
    row.read("resident_since", lambda text: _past(a_date(text), rules.on))
    row.read("occupation", a_text(200))
    row.values.setdefault(_SHARED, "")
    row.read(_SHARED, one_of("", "no", "yes"))


def _past(day: date, on: date) -> date:
    if day > on:
        raise ValueError("This lies in the future.")
    return day


def _known_ppo(ppo: str, ppos: frozenset[str]) -> str:
    if ppo not in ppos:
        raise ValueError("There is no such primary party organisation.")
    return ppo


def _voting_district(code: str, definition: Definition) -> str:
    if not definition.is_voting_district(code):
        raise ValueError("This is not a voting district of this primary.")
    return code


def _cross_check(row: Row, rules: Rules) -> None:
    """Compare the row with what its number tells."""
    facts = row.facts
    if row.refused or rules.definition.identity.scheme is not IdentityScheme.KZ_IIN:
        return
    if facts["birth_date"] != iin.birth_date(facts["iin"]):
        row.refuse("birth_date", "differs", "The number tells another birth date.")
    if facts["sex"] != iin.sex(facts["iin"]):
        # sex may have been corrected in the register, the number stays as it was
        row.remark("sex", "differs", "The number tells another sex; kept as given.")


def _make_findable(row: Row, primary: str, vault: Vault) -> None:
    if number := row.facts.get("iin"):
        row.facts["iin_hash"] = number_hash(vault, primary, number)
    if telephone := row.facts.get("telephone"):
        row.facts["telephone_hash"] = telephone_hash(vault, primary, telephone)


def _recognise(session: Session, primary: str, rows: list[Row]) -> None:
    """Mark the rows that the register holds; refuse those it holds otherwise."""
    hashes = [row.facts["iin_hash"] for row in rows if "iin_hash" in row.facts]
    known = queries.members_by_number(session, primary, hashes)
    for row in rows:
        same = known.get(row.facts.get("iin_hash", ""))
        if same is None or row.refused:
            continue
        row.known = True
        for name, column in _COLUMNS.items():
            if row.facts[name] != getattr(same, column):
                shown = name.removesuffix("_hash")
                row.refuse(shown, "differs", "The register says otherwise.")


def _refuse_shared_telephones(session: Session, primary: str, rows: list[Row]) -> None:
    new = [row for row in rows if row.is_new]
    hashes = [row.facts["telephone_hash"] for row in new]
    taken = queries.telephones_in_use(session, primary, hashes)
    for row in new:
        telephone = row.facts["telephone_hash"]
        if telephone in taken and row.facts[_SHARED] != "yes":
            row.refuse("telephone", "shared", "Another member has this telephone.")
        taken.add(telephone)


def _why_closed(
    session: Session, clock: Clock, known: KnownPrimary
) -> tuple[str, str] | None:
    """The code and the reason for which nobody can join now, if there is one."""
    # with the freeze, one waits for the other
    row = session.get_one(
        Primary, known.definition.primary, with_for_update={"read": True}
    )
    if row.roll_frozen_at:
        return "roll_is_frozen", RollIsFrozen().detail
    if known.calendar.is_open("enrolment_suspended", clock.now()):
        return "enrolment_suspended", "The admission of new members is suspended."
    return None


def _refuse_new(rows: Iterable[Row], closed: tuple[str, str]) -> None:
    for row in rows:
        if row.is_new:
            row.refuse("iin", *closed)


def _member(primary: str, facts: dict[str, Any], vault: Vault) -> dict[str, Any]:
    return {
        "member": str(new_id()),
        "primary": primary,
        "number": vault.encrypt(facts["iin"], purpose="number"),
        "telephone": vault.encrypt(facts["telephone"], purpose="telephone"),
        **{column: facts[name] for name, column in _COLUMNS.items()},
    }
