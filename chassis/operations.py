"""What a service can be asked: declared once, served there, called from here.

An operation is a class in `contracts`: its docstring is what it does, its
`Request` and `Response` are its forms, its `roles` who may ask. The service
method named like it is decorated with `serves`, which authenticates, loads,
calls and dumps, so that the method holds nothing but the call.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import eventlet
import structlog
from nameko.rpc import rpc
from sqlalchemy.exc import DataError, IntegrityError

from chassis.auth import Principal, Role
from chassis.bus import FAILURES
from chassis.db import is_outage, is_too_large
from chassis.errors import (
    DomainError,
    InvalidPayload,
    NotSignedIn,
    OtherPrimary,
    RoleMissing,
    ServiceFailed,
    ServiceUnavailable,
    SimultaneousChange,
)
from chassis.metrics import CALLS_SERVED, timed
from chassis.names import snake_case
from chassis.telemetry import place_of
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
        ) -> dict[str, Any]:
            measured = timed(CALLS_SERVED, service=self.name, operation=operation.name)
            with measured, _typed_failures(self.name, operation.name):
                _require_caller(self.name, operation.name, until)
                principal = authorise(operation, self.identity.read(token))
                request = load(operation.Request, payload)
                require_same_primary(principal, request)
                work = functools.partial(method, self, principal, **request)
                return dump(operation.Response, _after_a_race(work))

        setattr(entrypoint, "operation", operation)  # noqa: B010 (for the contract tests)
        # with options nameko decorates in a second call; in one it drops them
        return rpc(expected_exceptions=(DomainError, ServiceFailed))(entrypoint)

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


def _require_caller(service: str, operation: str, until: float) -> None:
    """Nobody waits any more: do nothing. `until` is by our clock (`admission`)."""
    if until and time.time() > until:
        log.warning("call_outlived_its_caller", operation=operation)
        raise ServiceUnavailable(service=service)


def _after_a_race(work: Callable[[], Any]) -> Any:
    """What `work` returns; once more if somebody was quicker at the same moment.

    A request that is sent again while the first one is still at work may meet it in
    the database. What has been done by then is seen at the second try, and answered
    as it would be a moment later.
    """
    try:
        return work()
    except IntegrityError:
        return work()


@contextmanager
def _typed_failures(service: str, operation: str) -> Iterator[None]:
    """Whatever goes wrong leaves as a type; no text of it travels or is logged."""
    try:
        yield
    except (DomainError, ServiceFailed):
        raise
    except FAILURES as error:
        answer = _answer_to(error, service)
        say = log.error if isinstance(answer, ServiceFailed) else log.warning
        say(snake_case(type(answer).__name__), call=operation, error=place_of(error))
        raise answer from None


def _answer_to(error: BaseException, service: str) -> Exception:
    """A race lost, a value refused or a silent database is an answer, not a crash."""
    if is_outage(error) or isinstance(error, eventlet.Timeout):
        return ServiceUnavailable(service=service)
    if isinstance(error, IntegrityError):
        return SimultaneousChange()
    # what PostgreSQL's driver and SQLite's say of a number that they cannot hold
    if isinstance(error, DataError | OverflowError) or is_too_large(error):
        detail = "A value is too long, too large or cannot be stored."
        return InvalidPayload(problems=[{"pointer": "/", "detail": detail}])
    return ServiceFailed(type(error).__name__)
