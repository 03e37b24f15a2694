"""The one way through which all requests go, and how each of them ends."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import structlog
from eventlet.event import Event as Signal
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, PathConverter, RequestRedirect, Rule
from werkzeug.wrappers import Request, Response

from chassis.clock import Clock
from chassis.errors import DomainError
from chassis.ids import new_id
from chassis.metrics import HTTP_REQUESTS, HTTP_SECONDS, OTHER
from chassis.telemetry import place_of
from gateway.admission import Admission
from gateway.api import PREFIX, Api
from gateway.errors import (
    InternalError,
    LengthMissing,
    Overloaded,
    from_werkzeug,
    headers_of,
    problem,
    status_of,
)
from gateway.feed import Feed
from gateway.own_answers import OwnAnswers
from gateway.pages.languages import SOURCE, preferred, speaking
from gateway.pages.mould import Pages
from gateway.pages.site import PAGES
from gateway.pages.visitors import Visitors
from gateway.reads import Reads, to_json
from gateway.route import Route
from gateway.routes import ROUTES
from gateway.sessions import Call, Sessions
from gateway.streams import Streams

log = structlog.get_logger()

_SHOWN_AGAIN = 2  # seconds for which nginx may show an answer to others
_SMALL = 64 * 1024  # bytes worth reading to keep a connection
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; worker-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # with "no-referrer" browsers hide from us that a form comes from our own page
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}


class _Rest(PathConverter):
    """The rest of an address, which may begin with a slash: so may a tracker."""

    part_isolating = False
    regex = ".+?"


class Application:
    """The gateway as a WSGI application."""

    def __init__(
        self,
        call: Call,
        clock: Clock,
        *,
        is_demo: bool,
        contact: str = "",
        stopping: Signal | None = None,
        admission: Admission | None = None,
    ) -> None:
        reads = Reads(call, clock)
        sessions = Sessions(call, clock)
        own = OwnAnswers(
            call=call,
            feed=Feed(call, clock),
            reads=reads,
            streams=Streams(stopping or Signal()),
            is_demo=is_demo,
        )
        self._api = Api(
            call=call,
            clock=clock,
            sessions=sessions,
            reads=reads,
            own=own,
        )
        self._pages = Pages(
            reads=reads,
            clock=clock,
            is_demo=is_demo,
            contact=contact,
            visitors=Visitors(call, clock, sessions),
        )
        self._admission = admission or Admission()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request; where there is no place for it, say so at once."""
        try:
            with self._admission.place_for(environ.get("PATH_INFO", "")):
                response = self._answer(Request(environ))
        except Overloaded as error:
            response = self._turn_away(Request(environ), error)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        started = time.monotonic()
        trace_id = request.environ["primaries.request"] = _trace_id(request)
        response = self._respond(request, trace_id)
        _share(response)
        _sign(response, trace_id)
        _tell(request, response.status_code, time.monotonic() - started, trace_id)
        return response

    def _turn_away(self, request: Request, error: Overloaded) -> Response:
        """As little as possible: whoever comes in a crowd must not cost as one served.

        So no line is logged for each; `Admission` tells how many they are.
        """
        trace_id = _trace_id(request)
        if (request.content_length or 0) > _SMALL:
            request.environ.get("primaries.close", _nothing)()
        if _is_api(request):
            response = _told(request, error, trace_id)
        else:
            response = self._pages.turn_away(request, error)
        response.headers.update(headers_of(error))
        response.cache_control.no_store = True
        status = str(response.status_code)
        HTTP_REQUESTS.labels(method=OTHER, rule=OTHER, status=status).inc()
        return _sign(response, trace_id)

    def _respond(self, request: Request, trace_id: str) -> Response:
        try:
            return self._dispatch(request)
        except RequestRedirect as redirect:
            return Response("", redirect.code, {"Location": _here(redirect.new_url)})
        except HTTPException as error:
            return self._refuse(request, from_werkzeug(error), trace_id)
        except DomainError as error:
            return self._refuse(request, error, trace_id)
        except Exception as error:
            # its message and its frames may quote what must not be logged
            log.error("request_failed", error=place_of(error), request=trace_id)  # noqa: TRY400
            return self._refuse(request, InternalError(), trace_id)

    def _dispatch(self, request: Request) -> Response:
        if request.headers.get("Transfer-Encoding"):
            raise LengthMissing
        rule, path = _urls().bind_to_environ(request.environ).match(return_rule=True)
        request.environ["primaries.rule"] = rule
        if isinstance(rule.endpoint, Route):
            return self._api.answer(rule.endpoint, request, path)
        return self._pages.answer(rule.endpoint, request, path)

    def _refuse(self, request: Request, error: DomainError, trace_id: str) -> Response:
        """An error, as the API or as a page tells it."""
        if getattr(error, "closes", False) or (request.content_length or 0) > _SMALL:
            request.environ.get("primaries.close", _nothing)()
        if _is_api(request):
            response = _told(request, error, trace_id)
        else:
            response = self._pages.refuse(request, error, trace_id)
        response.headers.update(headers_of(error))
        response.cache_control.no_store = True
        return response


def _told(request: Request, error: DomainError, trace_id: str) -> Response:
    """The answer of the API to what failed, in the language that its reader prefers."""
    language = preferred(request.accept_languages) or SOURCE
    with speaking(language):
        body = to_json(problem(error, request.path, trace_id))
    response = Response(body, status_of(error), content_type="application/problem+json")
    response.headers["Content-Language"] = language
    response.vary.add("Accept-Language")
    return response


@functools.cache
def _urls() -> Map:
    """Every address there is."""
    api = [Rule(PREFIX + r.path, methods=[r.method], endpoint=r) for r in ROUTES]
    pages = [Rule(p.address, methods=p.methods, endpoint=p) for p in PAGES]
    return Map([*api, *pages], converters={"path": _Rest}, merge_slashes=False)


def _is_api(request: Request) -> bool:
    return request.path.startswith("/api/")


def _share(response: Response) -> None:
    """Let nginx show it to others for a moment, where anybody may be shown it.

    It shows nothing else (deploy/nginx): an answer is private unless it says more.
    """
    control = response.cache_control
    if control.public and "Set-Cookie" not in response.headers:
        seconds = min(control.max_age or 0, _SHOWN_AGAIN)
        response.headers["X-Accel-Expires"] = str(seconds)


def _sign(response: Response, trace_id: str) -> Response:
    """What every response says, whatever it answers."""
    response.headers["X-Request-Id"] = trace_id
    for name, value in _SECURITY.items():
        response.headers.setdefault(name, value)
    return response


def _tell(request: Request, status: int, seconds: float, trace_id: str) -> None:
    """Log and count a request: by the rule, not the address, which names things."""
    rule = str(request.environ.get("primaries.rule", ""))
    method = request.method if rule else OTHER  # else it may be any word
    HTTP_REQUESTS.labels(method=method, rule=rule or OTHER, status=str(status)).inc()
    HTTP_SECONDS.labels(rule=rule or OTHER).observe(seconds)
    log.info(
        "request",
        method=request.method,
        rule=rule,
        status=status,
        milliseconds=round(1000 * seconds),
        request=trace_id,
    )


def _here(address: str) -> str:
    """An address without its host: whoever stands in front may speak TLS."""
    parts = urlsplit(address)
    return urlunsplit(("", "", parts.path, parts.query, ""))


def _trace_id(request: Request) -> str:
    """The caller's own id of the request where it is harmless; else a fresh one."""
    given = request.headers.get("X-Request-Id", "")
    return given if _REQUEST_ID.fullmatch(given) else str(new_id())


def _nothing() -> None:
    """There is no connection to close."""
