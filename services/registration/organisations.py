"""What secretaries see of their party organisation: its members, its nominations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.auth import Principal, Role
from contracts.copies import the_primary
from contracts.registration.errors import (
    NotSecretaryOfPpo,
    UnknownMember,
    UnknownPpo,
)
from services.registration.listings import a_page, with_person
from services.registration.models import (
    LIVE_STATES,
    Member,
    Nomination,
    Ppo,
    Primary,
)


def list_nominations(
    session: Session, principal: Principal, *, primary: str, ppo: str
) -> dict[str, Any]:
    """Whom the organisation has put forward, newest first."""
    require_secretary(session, principal, primary, ppo)
    rows = _nominations(session, primary, ppo)
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
    organisation = require_secretary(session, principal, primary, ppo)
    last = _last(session, primary, ppo, after)
    rows = _members(session, primary, ppo, last, limit + 1)
    nominated = _nominated(session, [row.member for row in rows])
    people = [_shown(row, nominated) for row in rows]
    total = _count(session, primary, ppo)
    more = {"organisation": organisation, "total": total}
    return a_page(people, limit, "member") | more


def require_secretary(
    session: Session, principal: Principal, primary: str, ppo: str
) -> Ppo:
    """The organisation, if this is a secretary of it; else an error."""
    the_primary(session, Primary, primary)
    organisation = session.get(Ppo, (primary, ppo))
    if organisation is None:
        raise UnknownPpo(ppo=ppo)
    if not principal.has(Role.SECRETARY, ppo):
        raise NotSecretaryOfPpo(ppo=ppo)
    return organisation


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


def _nominations(session: Session, primary: str, ppo: str) -> Sequence[Any]:
    """The nominations of an organisation with their members, newest first."""
    query = (
        sa.select(Nomination, Member)
        .join(Member, Member.member == Nomination.member)
        .where(Nomination.primary == primary, Nomination.ppo == ppo)
    )
    order = (Nomination.submitted_at.desc(), Nomination.nomination)
    return session.execute(query.order_by(*order)).all()


def _nominated(session: Session, members: Sequence[str]) -> set[str]:
    """Those of the members who are nominated."""
    query = sa.select(Nomination.member).where(
        Nomination.member.in_(members), Nomination.state.in_(LIVE_STATES)
    )
    return set(session.scalars(query))


def _members(
    session: Session, primary: str, ppo: str, after: Member | None, limit: int
) -> Sequence[Member]:
    """The members of an organisation in good standing after one of them, by name."""
    order = (Member.name, Member.member)
    query = sa.select(Member).where(*_of_ppo(primary, ppo))
    if after is not None:
        query = query.where(sa.tuple_(*order) > (after.name, after.member))
    return session.scalars(query.order_by(*order).limit(limit)).all()


def _count(session: Session, primary: str, ppo: str) -> int:
    """How many they are."""
    query = sa.select(sa.func.count()).where(*_of_ppo(primary, ppo))
    return session.scalar(query) or 0


def _of_ppo(primary: str, ppo: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Member.primary == primary,
        Member.ppo == ppo,
        Member.ended_at.is_(None),
    )
