"""What an error looks like over HTTP: the one table of status codes, RFC 9457.

HttpProblem        the request itself, before any service is asked
 ├── MalformedJson, BodyRefused, …
"""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from werkzeug.exceptions import HTTPException, MethodNotAllowed

from chassis.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    Unauthorized,
    Unavailable,
)
from gateway.pages.languages import gettext as _

#: The only place where kinds of errors meet numbers.
_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (Invalid, 422),
    (Unauthorized, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Unavailable, 503),
)
_LATEST = 4  # seconds; not all at once, who were turned away at once


class HttpProblem(DomainError):
    """The request cannot be understood."""

    status: ClassVar[int] = 400
    #: the rest of what the client sends is not worth reading
    closes: ClassVar[bool] = False


class MalformedJson(HttpProblem):
    """The body is not JSON as we read it: {reason}."""


class BodyIncomplete(HttpProblem):
    """The body ended, or paused too long, before its announced length."""

    closes = True


class LengthMissing(HttpProblem):
    """Announce the length of the body in Content-Length."""

    status = 411
    closes = True


class BodyTooLarge(HttpProblem):
    """The body may have {most} bytes here."""

    status = 413
    closes = True


class NotJson(HttpProblem):
    """Send the body as application/json."""

    status = 415


class NotAForm(HttpProblem):
    """Send the form as a browser does."""

    status = 415


class FormUnreadable(HttpProblem):
    """The form that was sent cannot be read."""


class NoSuchDeed(HttpProblem):
    """The form asks for something that its page cannot do."""


class NoSuchResource(HttpProblem):
    """There is nothing under this address."""

    status = 404


class WrongMethod(HttpProblem):
    """This address does not know that method; it knows {allowed}."""

    status = 405


class InternalError(HttpProblem):
    """Something is broken on our side. Quote the trace id when you report it."""

    status = 500


class NameTwice(Invalid):
    """The field {name} is given more than once."""


class FieldNotYours(Invalid):
    """The field {name} is filled in by the gateway."""


class CursorRefused(Invalid):
    """This cursor is not one of ours. Start without one, or use `next`."""


class OriginRefused(Forbidden):
    """A change asked for with a cookie must come from our own pages."""


class FormIsStale(Conflict):
    """This page was made before you signed in. Look through it and send it again."""


class CookieNotKept(Invalid):
    """Your browser has not kept our cookie, so that it could not stay signed in.

    Either it keeps no cookies, or this address begins with http:// and is not of the
    machine itself: use the address that begins with https://.
    """


class Overloaded(Unavailable):
    """Too much is asked at this moment. Try again shortly."""


def status_of(error: DomainError | type[DomainError]) -> int:
    """The status code of an error."""
    kind = error if isinstance(error, type) else type(error)
    if issubclass(kind, HttpProblem):
        return kind.status
    return next((code for base, code in _STATUS if issubclass(kind, base)), 500)


def headers_of(error: DomainError) -> dict[str, str]:
    """The headers that belong to an error."""
    match status_of(error):
        case 401:
            return {"WWW-Authenticate": "Bearer"}
        case 405:
            return {"Allow": str(error.params["allowed"])}
        case 503:
            return {"Retry-After": str(1 + secrets.randbelow(_LATEST))}
    return {}


def title_of(kind: type[DomainError]) -> str:
    """A few words for a kind of error."""
    return kind.code.replace("_", " ").capitalize()


def problem(error: DomainError, instance: str, trace_id: str) -> dict[str, Any]:
    """The error as RFC 9457 describes it, in the language spoken."""
    params = {key: value for key, value in error.params.items() if key != "problems"}
    body = {
        "type": f"/problems/{error.code}",
        "title": _(title_of(type(error))),
        "status": status_of(error),
        "detail": error.filled(_(error.message())),
        "instance": instance,
        "code": error.code,
        "trace_id": trace_id,
    }
    if params:
        body["params"] = params
    if "problems" in error.params:
        body["errors"] = error.params["problems"]
    return body


def from_werkzeug(error: HTTPException) -> DomainError:
    """What werkzeug's routing found wrong, in our words."""
    if isinstance(error, MethodNotAllowed):
        return WrongMethod(allowed=", ".join(sorted(error.valid_methods or ())))
    return NoSuchResource()
