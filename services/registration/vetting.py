"""Vetting: a nomination becomes a candidacy, or is refused with a reason."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Principal, Role
from chassis.clock import Clock
from chassis.ids import new_id
from contracts.copies import the_primary
from contracts.definition import Definition
from contracts.registration.errors import (
    MembershipIsOver,
    NominationDecided,
    UnknownNomination,
)
from contracts.registration.events import CandidacyRegistered, NominationRefused
from contracts.registration.operations import Decision, NominationState
from services.registration import queries
from services.registration.announcements import announce
from services.registration.models import Member, Nomination, Primary, RoleGrant
from services.registration.offices import require_office


def decide_nominations(
    session: Session,
    clock: Clock,
    principal: Principal,
    *,
    primary: str,
    decisions: list[dict[str, Any]],
) -> list[Nomination]:
    """Decide nominations while vetting is open, all of them or none."""
    known = the_primary(session, Primary, primary)
    known.require_open("vetting", clock.now())
    ids = [decision["nomination"] for decision in decisions]
    held = queries.held_nominations(session, primary, ids)
    with session.no_autoflush:  # the rows are written together, at the end
        return [
            _decide(session, clock, principal, known.definition, held, **decision)
            for decision in decisions
        ]


def _decide(
    session: Session,
    clock: Clock,
    principal: Principal,
    definition: Definition,
    held: dict[str, Any],
    **decision: Any,
) -> Nomination:
    if decision["nomination"] not in held:
        raise UnknownNomination(nomination=decision["nomination"])
    row, member = held[decision["nomination"]]
    require_office(principal, definition, row.territory)
    if row.state != NominationState.SUBMITTED:
        raise NominationDecided(nomination=row.nomination, state=row.state)
    row.decided_by = principal.subject
    row.decided_at = clock.now()
    row.decided_on = definition.day_of(clock.now())
    if decision["decision"] is Decision.REGISTER:
        _register(session, clock, definition, row, member)
    else:
        row.reason_code, row.reason = decision["reason_code"], decision["reason"]
        _refuse(session, clock, definition, row)
    return row


def _register(
    session: Session,
    clock: Clock,
    definition: Definition,
    row: Nomination,
    member: Member,
) -> None:
    if member.ended_at:
        raise MembershipIsOver
    row.state = NominationState.REGISTERED
    row.candidacy = str(new_id())
    session.add(
        RoleGrant(
            primary=row.primary,
            member=row.member,
            role=Role.CANDIDATE,
            scope=row.candidacy,
            granted_at=clock.now(),
        )
    )
    announce(
        session,
        clock,
        definition,
        CandidacyRegistered,
        row.territory,
        candidacy=row.candidacy,
        contest=row.contest,
        route=row.route,
        woman=row.woman,
        young=row.young,
        member=row.member,
        name=member.name,
        birth_year=member.born_on.year,
        occupation=member.occupation,
    )


def _refuse(
    session: Session, clock: Clock, definition: Definition, row: Nomination
) -> None:
    row.state = NominationState.REFUSED
    announce(
        session,
        clock,
        definition,
        NominationRefused,
        row.territory,
        nomination=row.nomination,
        contest=row.contest,
        reason_code=row.reason_code,
    )
