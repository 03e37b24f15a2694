"""Sessions: opened with a code or the administrator's secret, read by the gateway."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.auth import Grant, Principal, Role, Voter
from chassis.clock import Clock
from chassis.ids import new_id
from chassis.vault import Vault
from contracts.copies import the_primary
from contracts.registration.errors import SecretRefused, SessionEnded, SignInRefused
from services.registration import queries
from services.registration.models import Primary, SignedIn
from services.registration.sign_in_codes import hash_of, spend_attempt, use_code

LIFETIME = timedelta(hours=8)
#: however often it is kept, after so long one signs in again
LONGEST = timedelta(hours=24)
VOTING_LIFETIME = timedelta(minutes=15)
PRINCIPAL_LIFETIME = timedelta(minutes=5)
_SECRET_BYTES = 32
_ADMINISTRATOR = (Grant(role=Role.ADMINISTRATOR),)
_VOTER = (Grant(role=Role.VOTER),)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A session as its owner gets it: the only time its secret is seen."""

    session: str
    expires_at: datetime
    roles: tuple[Grant, ...]


def count_attempt(
    session: Session, clock: Clock, vault: Vault, *, primary: str, iin: str
) -> str:
    """Count an attempt to sign in; gives what the person is found by."""
    definition = the_primary(session, Primary, primary).definition
    found_by = hash_of(vault, clock, definition, iin)
    spend_attempt(session, clock, primary=primary, found_by=found_by)
    return found_by


def sign_in(
    session: Session, clock: Clock, vault: Vault, *, primary: str, **proof: str
) -> Opened:
    """Open a member's session with the code from their telephone."""
    use_code(session, vault, primary=primary, **proof)
    member = queries.find_member(session, primary, proof["found_by"])
    if member is None or member.ended_at:
        raise SignInRefused(attempts_left=0)
    roles = _roles_of(session, member.member)
    return _open(session, clock, primary=primary, subject=member.member, roles=roles)


def open_administrator_session(
    session: Session, clock: Clock, *, given: str, secret: str
) -> Opened:
    """Open an administrator's session, if the secret is the installation's."""
    if not secrets.compare_digest(given.encode(), secret.encode()):
        raise SecretRefused
    subject = f"administrator-{new_id()}"
    return _open(session, clock, primary="", subject=subject, roles=_ADMINISTRATOR)


def open_voting_token(
    session: Session, clock: Clock, principal: Principal
) -> dict[str, Any]:
    """Open a session for the booth, which can vote and nothing else."""
    token, row = _new_row(
        clock, VOTING_LIFETIME, primary=principal.primary, subject=principal.subject
    )
    row.voting_only = True
    session.add(row)
    return {
        "token": token,
        "expires_at": row.expires_at,
        "valid_seconds": int(VOTING_LIFETIME.total_seconds()),
    }


def close_session(session: Session, *, secret: str) -> None:
    """Sign out on one device; the secret shows whose it is."""
    mine = SignedIn.session_hash == _hash(secret)
    session.execute(sa.delete(SignedIn).where(mine))


def end_sessions(session: Session, principal: Principal) -> None:
    """Sign a person out, everywhere."""
    mine = SignedIn.subject == principal.subject
    session.execute(sa.delete(SignedIn).where(mine))


@dataclass(frozen=True, kw_only=True)
class Believed:
    """Who holds a session, how long that may be believed, and when it ends."""

    principal: Principal
    lifetime: timedelta
    ends_at: datetime


def read_session(session: Session, clock: Clock, *, secret: str) -> Believed:
    """Who holds this session, and for how long that may be believed."""
    row = _living(session, clock, secret)
    return Believed(
        principal=_principal(session, row),
        lifetime=min(PRINCIPAL_LIFETIME, row.expires_at - clock.now()),
        ends_at=row.expires_at,
    )


def keep_session(session: Session, clock: Clock, *, secret: str) -> datetime:
    """Let somebody stay signed in; gives when the session ends now."""
    row = _living(session, clock, secret)
    if row.voting_only:
        raise SessionEnded
    row.expires_at = min(clock.now() + LIFETIME, row.opened_at + LONGEST)
    return row.expires_at


def _living(session: Session, clock: Clock, secret: str) -> SignedIn:
    row = session.get(SignedIn, _hash(secret))
    if row is None or row.expires_at <= clock.now():
        raise SessionEnded
    return row


def _principal(session: Session, row: SignedIn) -> Principal:
    if not row.primary:
        return Principal(subject=row.subject, primary="", grants=_ADMINISTRATOR)
    entry = queries.find_roll_entry(session, row.subject)
    return Principal(
        subject=row.subject,
        primary=row.primary,
        grants=_VOTER if row.voting_only else _roles_of(session, row.subject),
        voter=Voter(reference=entry.voter, board=entry.board) if entry else None,
    )


def _roles_of(session: Session, member: str) -> tuple[Grant, ...]:
    given = queries.grants_of(session, member)
    return (
        Grant(role=Role.MEMBER),
        *(Grant(role=Role(each.role), scope=each.scope) for each in given),
    )


def _open(
    session: Session,
    clock: Clock,
    *,
    primary: str,
    subject: str,
    roles: tuple[Grant, ...],
) -> Opened:
    secret, row = _new_row(clock, LIFETIME, primary=primary, subject=subject)
    session.add(row)
    return Opened(session=secret, expires_at=row.expires_at, roles=roles)


def _new_row(clock: Clock, lifetime: timedelta, **owner: str) -> tuple[str, SignedIn]:
    """A fresh secret, and the session that it opens."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    now = clock.now()
    row = SignedIn(
        session_hash=_hash(secret),
        voting_only=False,
        opened_at=now,
        expires_at=now + lifetime,
        **owner,
    )
    return secret, row


def _hash(secret: str) -> str:
    # 32 random bytes cannot be guessed, so a plain hash keeps them safe
    return hashlib.sha256(secret.encode()).hexdigest()
