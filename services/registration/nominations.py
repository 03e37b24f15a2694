"""Nominations: by oneself or by one's party organisation, once in a primary."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.auth import Principal, Role
from chassis.clock import Clock
from chassis.ids import ordered_id
from chassis.vault import Vault
from contracts.copies import the_primary
from contracts.definition import Contest, Definition, Route
from contracts.registration.errors import (
    AlreadyNominated,
    MemberOfAnotherPpo,
    MembershipIsOver,
    NominationNotStanding,
    NotACandidate,
    NotYourNomination,
    RouteClosed,
    UnknownMember,
    UnknownNomination,
)
from contracts.registration.events import (
    CandidacyWithdrawn,
    NominationSubmitted,
    NominationWithdrawn,
)
from contracts.registration.operations import NominationState
from services.registration import queries
from services.registration.announcements import announce
from services.registration.eligibility import require_documents, require_eligible
from services.registration.iin import Sex
from services.registration.models import Member, Nomination, Primary, RoleGrant
from services.registration.numbers import read_number, the_member
from services.registration.offices import require_office
from services.registration.organisations import require_secretary


def submit_nomination(
    session: Session,
    clock: Clock,
    vault: Vault,
    principal: Principal,
    **application: Any,
) -> Nomination:
    """Put a member forward for a contest while nominations are open."""
    known = the_primary(session, Primary, application["primary"])
    known.require_open("nomination", clock.now())
    definition = known.definition
    contest = definition.contest(application["contest"])
    route = application["route"]
    if route not in definition.nomination.routes:
        raise RouteClosed(route=route)
    on = definition.day_of(clock.now())
    if route is Route.SELF:
        member = _the_person(session, principal)
    else:
        require_secretary(session, principal, definition.primary, application["ppo"])
        number = read_number(definition, application["member"], on=on)
        member = the_member(session, vault, definition.primary, number)
    _require_fit(session, definition, contest, member, application)
    nomination = _nomination(definition, contest, member, application)
    nomination.submitted_by = principal.subject
    nomination.submitted_at = clock.now()
    nomination.submitted_on = on
    session.add(nomination)
    session.flush()
    _announce_submission(session, clock, definition, nomination)
    return nomination


def withdraw_nomination(
    session: Session,
    clock: Clock,
    principal: Principal,
    *,
    primary: str,
    nomination: str,
    reason: str,
) -> Nomination:
    """End a nomination that stands: stood down, or removed by an officer."""
    definition = the_primary(session, Primary, primary).definition
    row = the_nomination(session, primary, nomination)
    own = row.member == principal.subject
    _require_may_end(row, definition, principal, own=own)
    if row.candidacy:
        _end_candidacy(session, clock, definition, row, own=own)
    else:
        _announce_withdrawal(session, clock, definition, row)
    row.state = NominationState.WITHDRAWN if own else NominationState.REMOVED
    row.ended_by = principal.subject
    row.ended_at = clock.now()
    row.reason_code = "stood_down" if own else "removed"
    row.reason = reason
    return row


def the_nomination(session: Session, primary: str, nomination: str) -> Nomination:
    """The nomination of that id, held until the transaction ends."""
    held = queries.held_nominations(session, primary, [nomination])
    if nomination not in held:
        raise UnknownNomination(nomination=nomination)
    return held[nomination].Nomination


def _the_person(session: Session, principal: Principal) -> Member:
    member = session.get(Member, principal.subject)
    if member is None:
        raise UnknownMember
    return member


def _require_fit(
    session: Session,
    definition: Definition,
    contest: Contest,
    member: Member,
    application: dict[str, Any],
) -> None:
    if member.ended_at:
        raise MembershipIsOver
    if application["ppo"] not in (None, member.ppo):
        raise MemberOfAnotherPpo(ppo=application["ppo"])
    require_eligible(definition, contest, member)
    require_documents(definition, application["route"], application["documents"])
    if queries.has_live_nomination(session, member.member):
        raise AlreadyNominated


def _nomination(
    definition: Definition,
    contest: Contest,
    member: Member,
    application: dict[str, Any],
) -> Nomination:
    return Nomination(
        nomination=str(ordered_id()),
        primary=definition.primary,
        member=member.member,
        contest=contest.id,
        territory=contest.territory,
        route=application["route"],
        ppo=application["ppo"],
        woman=member.sex == Sex.FEMALE,
        young=definition.is_young(member.born_on),
        statement=application["statement"],
        documents=sorted(set(application["documents"])),
        minutes=application["minutes"],
        state=NominationState.SUBMITTED,
    )


def _announce_submission(
    session: Session, clock: Clock, definition: Definition, row: Nomination
) -> None:
    announce(
        session,
        clock,
        definition,
        NominationSubmitted,
        row.territory,
        nomination=row.nomination,
        contest=row.contest,
        route=row.route,
        woman=row.woman,
        young=row.young,
    )


def _announce_withdrawal(
    session: Session, clock: Clock, definition: Definition, row: Nomination
) -> None:
    announce(
        session,
        clock,
        definition,
        NominationWithdrawn,
        row.territory,
        nomination=row.nomination,
        contest=row.contest,
    )


def _require_may_end(
    row: Nomination, definition: Definition, principal: Principal, *, own: bool
) -> None:
    if not own and not principal.has_any(frozenset({Role.OFFICER})):
        raise NotYourNomination
    if not own:
        require_office(principal, definition, row.territory)
    if not row.stands:
        raise NominationNotStanding(nomination=row.nomination, state=row.state)
    if not own and row.candidacy is None:
        raise NotACandidate(nomination=row.nomination)


def _end_candidacy(
    session: Session,
    clock: Clock,
    definition: Definition,
    row: Nomination,
    *,
    own: bool,
) -> None:
    session.execute(
        sa.delete(RoleGrant).where(
            RoleGrant.member == row.member,
            RoleGrant.role == Role.CANDIDATE,
            RoleGrant.scope == row.candidacy,
        )
    )
    announce(
        session,
        clock,
        definition,
        CandidacyWithdrawn,
        row.territory,
        candidacy=row.candidacy,
        contest=row.contest,
        reason_code="stood_down" if own else "removed",
    )
