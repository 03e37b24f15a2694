"""Who is asking: a principal, signed by registration, checked by everybody.

The signature is Ed25519 over a JSON Web Token (RFC 8037). Every service checks
it with the public key alone, so the gateway cannot make one up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from chassis.clock import Clock
from chassis.errors import PrincipalRefused

_AUDIENCE = "primaries"
_STATION_AUDIENCE = "station"
_ALGORITHM = "EdDSA"


class Role(StrEnum):
    """What a person may be in a primary; one person may be several."""

    MEMBER = "member"
    VOTER = "voter"  # who holds a voting token: may vote, and nothing else
    CANDIDATE = "candidate"
    SECRETARY = "secretary"  # of a primary party organisation
    OFFICER = "officer"  # of the organising committee
    STATION_OFFICER = "station_officer"
    TRUSTEE = "trustee"
    OBSERVER = "observer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role, and where it holds: a PPO, a station, a territory, a trustee's number.

    An empty scope means the whole primary.
    """

    role: Role
    scope: str = ""


@dataclass(frozen=True, kw_only=True)
class Voter:
    """A member as voting knows them: a reference that means nothing elsewhere."""

    reference: str
    board: str  # which voting district's board their ballot goes to


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Somebody who has signed in, in one primary."""

    subject: str  # the member's id
    primary: str
    grants: tuple[Grant, ...]
    voter: Voter | None = None

    def has_any(self, roles: frozenset[Role]) -> bool:
        """Does this principal hold one of the roles, anywhere?"""
        return any(grant.role in roles for grant in self.grants)

    def has(self, role: Role, scope: str = "") -> bool:
        """Does this principal hold `role` for `scope`, or for everything?"""
        return any(g.role == role and g.scope in ("", scope) for g in self.grants)

    def scopes(self, role: Role) -> frozenset[str]:
        """Everywhere this principal holds `role`; "" stands for everywhere."""
        return frozenset(g.scope for g in self.grants if g.role == role)


def sign_principal(
    principal: Principal, key: Ed25519PrivateKey, clock: Clock, lifetime: timedelta
) -> str:
    """The token that proves `principal` until `lifetime` from now has passed."""
    claims: dict[str, Any] = {
        "aud": _AUDIENCE,
        "sub": principal.subject,
        "primary": principal.primary,
        "grants": [[grant.role, grant.scope] for grant in principal.grants],
        "exp": int((clock.now() + lifetime).timestamp()),
    }
    if principal.voter:
        claims["voter"] = [principal.voter.reference, principal.voter.board]
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read_principal(token: str, key: Ed25519PublicKey, clock: Clock) -> Principal:
    """The principal that registration signed, or `PrincipalRefused`."""
    claims = _claims(token, key, _AUDIENCE, "sub", "primary", "grants")
    _require_fresh(claims, clock)
    voter = claims.get("voter")
    return Principal(
        subject=claims["sub"],
        primary=claims["primary"],
        grants=tuple(Grant(role=Role(r), scope=s) for r, s in claims["grants"]),
        voter=Voter(reference=voter[0], board=voter[1]) if voter else None,
    )


def sign_voter(
    voter: Voter,
    key: Ed25519PrivateKey,
    clock: Clock,
    lifetime: timedelta,
    *,
    primary: str,
) -> str:
    """The token by which a polling station names a voter to voting.

    It says nothing about the person, and is no principal: nobody signs in with it.
    """
    claims: dict[str, Any] = {
        "aud": _STATION_AUDIENCE,
        "primary": primary,
        "voter": [voter.reference, voter.board],
        "exp": int((clock.now() + lifetime).timestamp()),
    }
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read_voter(
    token: str, key: Ed25519PublicKey, clock: Clock, *, primary: str
) -> Voter:
    """The voter of `primary` that registration named, or `PrincipalRefused`."""
    claims = _claims(token, key, _STATION_AUDIENCE, "primary", "voter")
    _require_fresh(claims, clock)
    if claims["primary"] != primary:
        raise PrincipalRefused(reason="of another primary")
    reference, board = claims["voter"]
    return Voter(reference=reference, board=board)


def _claims(
    token: str, key: Ed25519PublicKey, audience: str, *required: str
) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            audience=audience,
            options={"verify_exp": False, "require": ["exp", *required]},
        )
    except jwt.InvalidSignatureError:
        raise PrincipalRefused(reason="signed by another key") from None
    except jwt.InvalidTokenError:
        raise PrincipalRefused(reason="unreadable") from None


def _require_fresh(claims: dict[str, Any], clock: Clock) -> None:
    # our clock, not the library's: a rehearsal has its own time
    if datetime.fromtimestamp(claims["exp"], UTC) <= clock.now():
        raise PrincipalRefused(reason="expired")


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Reads the tokens of one service's callers."""

    key: Ed25519PublicKey
    clock: Clock

    def read(self, token: str | None) -> Principal | None:
        """The principal behind `token`; None where nobody signed in."""
        return read_principal(token, self.key, self.clock) if token else None

    def read_voter(self, token: str, *, primary: str) -> Voter:
        """The voter behind a polling station's `token`."""
        return read_voter(token, self.key, self.clock, primary=primary)
