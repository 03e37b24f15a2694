"""What a service can be asked: declared once, served there, called from here.

An operation is a class in `contracts`: its docstring is what it does, its
`Request` and `Response` are its forms, its `roles` who may ask. The service
method named like it is decorated with `serves`, which authenticates, loads,
calls and dumps, so that the method holds nothing but the call.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any, ClassVar

import structlog
from nameko.rpc import rpc
from sqlalchemy.exc import IntegrityError, OperationalError

from chassis.auth import Principal, Role
from chassis.errors import (
    DomainError,
    NotSignedIn,
    OtherPrimary,
    RoleMissing,
    ServiceUnavailable,
    SimultaneousChange,
)
from chassis.names import snake_case
from chassis.wire import Schema, dump, load

log = structlog.get_logger()

#: The roles of an operation that anybody may ask.
PUBLIC: frozenset[Role] = frozenset()


class Nothing(Schema):
    """A form without fields."""


class Operation:
    """One thing a service can be asked to do or to show."""

    service: ClassVar[str]
    name: ClassVar[str]
    Request: ClassVar[type[Schema]] = Nothing
    Response: ClassVar[type[Schema]] = Nothing
    #: who may ask; empty means anybody, signed in or not
    roles: ClassVar[frozenset[Role]] = PUBLIC
    #: what the caller should be ready for, besides a wrong form or a wrong role
    errors: ClassVar[tuple[type[DomainError], ...]] = ()
    #: seconds that a caller waits at most
    timeout: ClassVar[float] = 10.0

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.name = snake_case(cls.__name__)
        if "service" not in cls.__dict__:
            cls.service = cls.__module__.split(".")[1]
        cls.roles = frozenset(cls.roles)


def serves(operation: type[Operation]) -> Callable[..., Any]:
    """Make a method the answer to `operation`.

    The method is called as `method(self, principal, **request)`, `principal`
    being None for an operation open to all that nobody signed in for. What it
    returns is dumped as the operation's response.
    """

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def entrypoint(
            self: Any, payload: object, token: str | None = None, until: float = 0.0
        ) -> dict[str, Any] | None:
            if until and time.time() > until:
                log.warning("call_outlived_its_caller", operation=operation.name)
                return None
            principal = authorise(operation, self.identity.read(token))
            request = load(operation.Request, payload)
            require_same_primary(principal, request)
            return dump(operation.Response, _call(self, method, principal, request))

        setattr(entrypoint, "operation", operation)  # noqa: B010 (for the contract tests)
        return rpc(entrypoint, expected_exceptions=DomainError)

    return decorate


def authorise(
    operation: type[Operation], principal: Principal | None
) -> Principal | None:
    """The principal, if this operation is theirs to ask; else an error."""
    if operation.roles == PUBLIC:
        return principal
    names = ", ".join(sorted(operation.roles))
    if principal is None:
        raise NotSignedIn(roles=names)
    if not principal.has_any(operation.roles):
        raise RoleMissing(roles=names)
    return principal


def require_same_primary(principal: Principal | None, request: dict[str, Any]) -> None:
    """Nobody acts in another primary than the one they signed in to.

    An administrator's principal belongs to no primary and may act in all.
    """
    asked = request.get("primary")
    if principal and principal.primary and asked not in (None, principal.primary):
        raise OtherPrimary(primary=principal.primary)


def _call(
    service: Any, method: Callable[..., Any], principal: object, request: dict[str, Any]
) -> object:
    """Call the method; a race lost in the database is an answer, not a crash."""
    try:
        return method(service, principal, **request)
    except IntegrityError as error:
        log.warning("simultaneous_change", constraint=type(error.orig).__name__)
        raise SimultaneousChange from error
    except OperationalError as error:
        log.warning("database_unavailable", error=type(error.orig).__name__)
        raise ServiceUnavailable(service=service.name) from error
