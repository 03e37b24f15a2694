"""From a session to the signed principal behind it.

A session is an opaque secret that registration keeps. The gateway exchanges it
for a short-lived token, remembers that for seconds, and passes it on unread.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from werkzeug.wrappers import Request, Response

from chassis.auth import Role
from chassis.clock import Clock
from chassis.operations import Operation
from contracts.registration.operations import ReadSession
from gateway.bounded import Memory
from gateway.errors import OriginRefused

COOKIE = "__Host-sid"
CSRF_HEADER = "X-CSRF-Token"
_REMEMBERED = 30.0  # seconds
_MOST = 20_000
_READS = frozenset({"GET", "HEAD"})


class Call(Protocol):
    """How a service is asked; `chassis.rpc.RpcClient.call`."""

    def __call__(
        self,
        operation: type[Operation],
        payload: dict[str, Any],
        token: str | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """The answer, or the error that the service raised."""
        ...


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Whose session it is; `token` proves it to the services."""

    token: str
    #: empty for an administrator, whose session belongs to none
    primary: str
    roles: tuple[tuple[Role, str], ...]
    #: when the session itself ends
    ends_at: datetime

    def has_any(self, roles: frozenset[Role]) -> bool:
        """Whether one of the roles is theirs, wherever it holds."""
        return any(role in roles for role, _ in self.roles)

    def scopes(self, role: Role) -> list[str]:
        """Where a role of theirs holds; an empty text is the whole primary."""
        return [scope for held, scope in self.roles if held is role]


class Sessions:
    """Knows for a moment which token belongs to which session."""

    def __init__(self, call: Call, clock: Clock) -> None:
        self._call = call
        self._clock = clock
        self._known: Memory[tuple[Holder, datetime]] = Memory(clock, _MOST)

    def token_for(self, request: Request) -> str | None:
        """The token of whoever asks; None where nobody has signed in."""
        session = session_of(request)
        return self.holder(session).token if session else None

    def holder(self, session: str) -> Holder:
        """Whose session this is; raise `SessionEnded`."""
        known = self._known.find(_key(session))
        if known and self._clock.now() < known[1]:
            return known[0]
        answer = self._call(ReadSession, {"session": session})
        believed = datetime.fromisoformat(answer["expires_at"])
        holder = _holder(answer)
        self._known.keep(_key(session), (holder, believed), _REMEMBERED)
        return holder

    def forget(self, session: str) -> None:
        """A session has ended."""
        self._known.forget(_key(session))


def _holder(answer: dict[str, Any]) -> Holder:
    return Holder(
        token=answer["token"],
        primary=answer["primary"],
        roles=tuple((Role(each["role"]), each["scope"]) for each in answer["roles"]),
        ends_at=datetime.fromisoformat(answer["ends_at"]),
    )


def session_of(request: Request) -> str | None:
    """The session that a request brings, from its header or its cookie."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer:
        return bearer.strip()
    session = request.cookies.get(COOKIE)
    if session and request.method not in _READS:
        _require_own_page(request, session)
    return session


def give_cookie(response: Response, session: str) -> None:
    """Let the browser of one of our own pages keep the session."""
    response.set_cookie(COOKIE, session, secure=True, httponly=True, samesite="Strict")
    response.headers[CSRF_HEADER] = csrf_token(session)


def csrf_token(session: str) -> str:
    """What a page of ours must send along with a change."""
    return hmac.new(session.encode(), b"change", hashlib.sha256).hexdigest()


def end_cookie(response: Response) -> None:
    """Let the browser forget the session."""
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict")


def is_own_page(request: Request) -> bool:
    """Whether a page of this very origin sent the request."""
    origin = f"{request.scheme}://{request.host}"
    return request.headers.get("Origin", "") in (origin, f"https://{request.host}")


def fits(token: str, session: str) -> bool:
    """Whether a page of this very session sent `token` along."""
    return hmac.compare_digest(token.encode(), csrf_token(session).encode())


def _require_own_page(request: Request, session: str) -> None:
    """A cookie travels by itself, so the request must show where it comes from."""
    shown = request.headers.get(CSRF_HEADER, "")
    if not is_own_page(request) or not fits(shown, session):
        raise OriginRefused


def _key(session: str) -> bytes:
    return hashlib.sha256(session.encode()).digest()
