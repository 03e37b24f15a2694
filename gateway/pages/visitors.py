"""Who looks at a page: the session behind the cookie, and what it may see and do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request

from chassis.auth import Role
from chassis.clock import Clock
from chassis.errors import DomainError, NotSignedIn, OtherPrimary, RoleMissing
from chassis.operations import PUBLIC, Operation
from contracts.registration.errors import SessionEnded
from contracts.registration.operations import ShowMe
from gateway.bodies import stamp
from gateway.bounded import Memory
from gateway.errors import FormIsStale, OriginRefused
from gateway.sessions import (
    COOKIE,
    Call,
    Holder,
    Sessions,
    csrf_token,
    fits,
    is_own_page,
)

#: the cookie that carries a word from a form to the page after it
NOTICE = "__Host-notice"
#: the cookie by which a page finds out whether the browser keeps ours
TRIED = "__Host-tried"
_NAMES = 20_000
_REMEMBERED = 60.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody at their browser, signed in or not."""

    session: str = ""
    holder: Holder | None = None

    @property
    def form_token(self) -> str:
        """What a form of this visitor's pages sends along."""
        return csrf_token(self.session) if self.session else ""

    def require(self, roles: frozenset[Role], primary: str | None) -> None:
        """Raise an error unless one of the roles is theirs, in this primary."""
        if roles == PUBLIC:
            return
        names = ", ".join(sorted(roles))
        if self.holder is None:
            raise NotSignedIn(roles=names)
        if self.holder.primary and primary not in (None, self.holder.primary):
            raise OtherPrimary(primary=self.holder.primary)
        if not self.holder.has_any(roles):
            raise RoleMissing(roles=names)

    def is_any(self, *roles: str) -> bool:
        """Whether one of these roles is theirs."""
        wanted = frozenset(Role(role) for role in roles)
        return self.holder is not None and self.holder.has_any(wanted)

    def scopes(self, role: Role) -> list[str]:
        """Where a role of theirs holds; an empty text is the whole primary."""
        return self.holder.scopes(role) if self.holder else []


NOBODY = Visitor()


class Visitors:
    """Knows visitors by their cookie, and asks services for them."""

    def __init__(self, call: Call, clock: Clock, sessions: Sessions) -> None:
        self._call = call
        self._clock = clock
        self._sessions = sessions
        self._names: Memory[str] = Memory(clock, _NAMES)

    def of(self, request: Request) -> Visitor:
        """Who sent a request; a session that has ended is nobody's."""
        session = request.cookies.get(COOKIE, "")
        if not session:
            return NOBODY
        try:
            return Visitor(session=session, holder=self._sessions.holder(session))
        except SessionEnded:
            return NOBODY

    def ask(
        self, visitor: Visitor, operation: type[Operation], payload: dict[str, Any]
    ) -> dict[str, Any]:
        """What a service answers to this visitor."""
        token = visitor.holder.token if visitor.holder else None
        stamped = stamp(operation, payload, self._clock.now())
        return self._call(operation, stamped, token)

    def name(self, visitor: Visitor) -> str:
        """What the visitor is called; empty where that cannot be told just now."""
        holder = visitor.holder
        if holder is None or not holder.primary:
            return ""
        known = self._names.find(visitor.form_token)
        if known is None:
            known = self._read_name(visitor, holder)
            self._names.keep(visitor.form_token, known, _REMEMBERED)
        return known

    def forget(self, visitor: Visitor) -> None:
        """The visitor has signed out, here or everywhere."""
        self._sessions.forget(visitor.session)

    def _read_name(self, visitor: Visitor, holder: Holder) -> str:
        try:
            return self.ask(visitor, ShowMe, {"primary": holder.primary})["name"]
        except DomainError:
            return ""


def require_own_form(request: Request, visitor: Visitor, token: str) -> None:
    """A cookie travels by itself, so a form must show which page it comes from.

    Who is not signed in has nothing to lose, but their form is ours all the same:
    nobody shall be signed in as somebody else without noticing.
    """
    if not is_own_page(request):
        raise OriginRefused
    if visitor.session and not fits(token, visitor.session):
        raise FormIsStale
