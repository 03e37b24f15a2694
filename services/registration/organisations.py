"""What secretaries see of their party organisation: its members, its nominations."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Principal, Role
from contracts.copies import the_primary
from contracts.registration.errors import (
    NotSecretaryOfPpo,
    UnknownMember,
    UnknownPpo,
)
from services.registration import queries
from services.registration.listings import a_page, with_person
from services.registration.models import Member, Ppo, Primary


def list_nominations(
    session: Session, principal: Principal, *, primary: str, ppo: str
) -> dict[str, Any]:
    """Whom the organisation has put forward, newest first."""
    require_secretary(session, principal, primary, ppo)
    rows = queries.nominations_by_ppo(session, primary, ppo)
    return {"items": [with_person(row.Nomination, row.Member) for row in rows]}


def list_members(
    session: Session,
    principal: Principal,
    *,
    primary: str,
    ppo: str,
    after: str | None,
    limit: int,
) -> dict[str, Any]:
    """Its members in good standing by name, and how many of them there are."""
    require_secretary(session, principal, primary, ppo)
    last = _last(session, primary, ppo, after)
    rows = queries.members_of_ppo(session, primary, ppo, last, limit + 1)
    nominated = queries.with_live_nomination(session, [row.member for row in rows])
    people = [_shown(row, nominated) for row in rows]
    total = queries.ppo_member_count(session, primary, ppo)
    return a_page(people, limit, "member") | {"total": total}


def require_secretary(
    session: Session, principal: Principal, primary: str, ppo: str
) -> None:
    """Raise an error unless this is a secretary of the organisation."""
    the_primary(session, Primary, primary)
    if session.get(Ppo, (primary, ppo)) is None:
        raise UnknownPpo(ppo=ppo)
    if not principal.has(Role.SECRETARY, ppo):
        raise NotSecretaryOfPpo(ppo=ppo)


def _last(session: Session, primary: str, ppo: str, after: str | None) -> Member | None:
    if after is None:
        return None
    member = session.get(Member, after)
    if member is None or (member.primary, member.ppo) != (primary, ppo):
        raise UnknownMember
    return member


def _shown(member: Member, nominated: set[str]) -> dict[str, Any]:
    shown = ("member", "name", "occupation", "territory", "joined_on")
    return {name: getattr(member, name) for name in shown} | {
        "birth_year": member.born_on.year,
        "nominated": member.member in nominated,
    }
