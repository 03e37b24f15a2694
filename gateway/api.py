"""The API: a request becomes a question to a service, its answer a response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from chassis.clock import Clock
from chassis.wire import load
from gateway.bodies import read_payload, stamp, types_of
from gateway.own_answers import OwnAnswers
from gateway.reads import Reads, to_json
from gateway.route import Route
from gateway.sessions import (
    Call,
    Sessions,
    end_cookie,
    give_cookie,
    is_own_page,
    session_of,
)

PREFIX = "/api/v1"


@dataclass(frozen=True, kw_only=True)
class Api:
    """Answers the routes."""

    call: Call
    clock: Clock
    sessions: Sessions
    reads: Reads
    own: OwnAnswers

    def answer(
        self, route: Route, request: Request, path: Mapping[str, Any]
    ) -> Response:
        """The response to one request, or an error."""
        arrived_at = self.clock.now()
        form = route.operation.Request
        payload = read_payload(request, path, form, route.max_body)
        if local := self.own.by_operation.get(route.operation):
            found = local(request, load(form, payload))
            response = found if isinstance(found, Response) else _private(found, 200)
            return _for_any_site(response) if route.method == "GET" else response
        if route.cache:
            return self._public(route, request, payload)
        stamped = stamp(route.operation, payload, arrived_at)
        return self._ask(route, request, stamped)

    def _public(
        self, route: Route, request: Request, payload: dict[str, Any]
    ) -> Response:
        """An answer that anybody may be shown, also one asked for before."""
        if request.cache_control.no_cache and self.sessions.token_for(request):
            answer = self.reads.read_anew(route.operation, payload)
        else:
            answer = self.reads.read(route.operation, payload, route.cache)
        response = Response(answer.text, content_type="application/json")
        response.set_etag(answer.tag)
        response.cache_control.public = True
        response.cache_control.max_age = int(route.cache)
        return _for_any_site(response).make_conditional(request)

    def _ask(self, route: Route, request: Request, payload: dict[str, Any]) -> Response:
        opens = "session" in types_of(route.operation.Response)
        # who signs in is whoever the proof says, not whoever was here before
        token = None if opens else self.sessions.token_for(request)
        body = self.call(route.operation, payload, token)
        response = _private(body, route.status)
        if opens and is_own_page(request):
            give_cookie(response, body["session"])
        if route.method == "DELETE" and route.path.endswith("/session"):
            self.sessions.forget(session_of(request) or "")
            end_cookie(response)
        return response


def _for_any_site(response: Response) -> Response:
    """What is everybody's may be read by the pages of other sites, a region's say."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _private(body: dict[str, Any], status: int) -> Response:
    response = Response(to_json(body), status, content_type="application/json")
    response.cache_control.no_store = True
    return response
