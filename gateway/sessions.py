"""From a session to the signed principal behind it.

A session is an opaque secret that registration keeps. The gateway exchanges it
for a short-lived token, remembers that for seconds, and passes it on unread.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any, Protocol

from werkzeug.wrappers import Request, Response

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


class Sessions:
    """Knows for a moment which token belongs to which session."""

    def __init__(self, call: Call, clock: Clock) -> None:
        self._call = call
        self._clock = clock
        self._known: Memory[tuple[str, datetime]] = Memory(clock, _MOST)

    def token_for(self, request: Request) -> str | None:
        """The token of whoever asks; None where nobody has signed in."""
        session = session_of(request)
        return self._exchange(session) if session else None

    def forget(self, request: Request) -> None:
        """The session of this request has ended."""
        if session := session_of(request):
            self._known.forget(_key(session))

    def _exchange(self, session: str) -> str:
        known = self._known.find(_key(session))
        if known and self._clock.now() < known[1]:
            return known[0]
        answer = self._call(ReadSession, {"session": session})
        token, expires_at = answer["token"], answer["expires_at"]
        self._known.keep(
            _key(session), (token, datetime.fromisoformat(expires_at)), _REMEMBERED
        )
        return token


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


def is_own_page(request: Request) -> bool:
    """Whether a page of this very origin sent the request."""
    origin = f"{request.scheme}://{request.host}"
    return request.headers.get("Origin", "") in (origin, f"https://{request.host}")


def _require_own_page(request: Request, session: str) -> None:
    """A cookie travels by itself, so the request must show where it comes from."""
    shown = request.headers.get(CSRF_HEADER, "").encode()
    if not is_own_page(request) or not hmac.compare_digest(
        shown, csrf_token(session).encode()
    ):
        raise OriginRefused


def _key(session: str) -> bytes:
    return hashlib.sha256(session.encode()).digest()
