"""Long lists, page by page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.vault import Vault
from contracts.copies import the_primary
from contracts.registration.errors import UnknownNomination
from services.registration import queries
from services.registration.models import Nomination, Primary
from services.registration.offices import territories_reached

ROLL_PURPOSE = "roll"


def list_ppos(
    session: Session,
    *,
    primary: str,
    territory: str | None,
    after: str | None,
    limit: int,
) -> dict[str, Any]:
    """Organisations in the order of their ids."""
    definition = the_primary(session, Primary, primary).definition
    inside = None if territory is None else definition.codes_in(territory)
    rows = queries.ppos_page(session, primary, inside, after or "", limit + 1)
    return a_page(rows, limit, "ppo")


def list_nominations(
    session: Session, principal: Principal, *, primary: str, **wish: Any
) -> dict[str, Any]:
    """Nominations where the asking officer's office reaches, oldest first."""
    definition = the_primary(session, Primary, primary).definition
    reached = territories_reached(principal, definition, wish["territory"])
    after = _nomination_after(session, primary, wish["after"])
    rows = queries.nominations_page(
        session,
        primary,
        reached,
        after,
        state=wish["state"],
        contest=wish["contest"],
        limit=wish["limit"] + 1,
    )
    people = [with_person(row.Nomination, row.Member) for row in rows]
    return a_page(people, wish["limit"], "nomination")


def list_own_nominations(
    session: Session, principal: Principal
) -> Sequence[Nomination]:
    """A member's own nominations, newest first."""
    return queries.nominations_of(session, principal.subject)


def list_roll(
    session: Session,
    vault: Vault,
    roll_vault: Vault,
    *,
    primary: str,
    **wish: Any,
) -> dict[str, Any]:
    """A page of a board's voters, their telephones encrypted for voting."""
    the_primary(session, Primary, primary)
    limit = wish["limit"]
    rows = queries.roll_page(
        session, primary, wish["board"], wish["after"] or "", limit + 1
    )
    entries = [
        {"voter": row.voter, "telephone": _sealed(row.telephone, vault, roll_vault)}
        for row in rows
    ]
    return a_page(entries, limit, "voter")


def _sealed(telephone: bytes, vault: Vault, roll_vault: Vault) -> str:
    plain = vault.decrypt(telephone, purpose="telephone")
    return b64encode(roll_vault.encrypt(plain, purpose=ROLL_PURPOSE)).decode()


def _nomination_after(
    session: Session, primary: str, nomination: str | None
) -> Nomination | None:
    if nomination is None:
        return None
    row = session.get(Nomination, nomination)
    if row is None or row.primary != primary:
        raise UnknownNomination(nomination=nomination)
    return row


def with_person(nomination: Nomination, member: Any) -> dict[str, Any]:
    """A nomination as those who decide on it, or made it, see it."""
    return vars(nomination) | {
        "name": member.name,
        "birth_year": member.born_on.year,
        "occupation": member.occupation,
        "member_ppo": member.ppo,
        "member_territory": member.territory,
    }


def a_page(rows: Sequence[Any], limit: int, key: str) -> dict[str, Any]:
    """At most `limit` of the rows, and where the next page begins."""
    shown = rows[:limit]
    return {"items": shown, "next": _key(shown[-1], key) if rows[limit:] else None}


def _key(row: Any, key: str) -> str:
    return row[key] if isinstance(row, dict) else getattr(row, key)
