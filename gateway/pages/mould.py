"""The mould of every page: looked at with GET, its forms sent with POST.

GET   who may see it? -> view -> template
POST  from a page of ours? -> who may? -> deed -> on to another page (303),
      or the same page again with what is wrong beside each field
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from werkzeug.wrappers import Request, Response

from chassis.clock import Clock
from chassis.errors import (
    DomainError,
    NotSignedIn,
    OtherPrimary,
    PrincipalRefused,
    RoleMissing,
)
from contracts.registration.errors import SessionEnded
from gateway.bounded import Shared
from gateway.errors import (
    BodyTooLarge,
    HttpProblem,
    NoSuchDeed,
    NoSuchResource,
    OriginRefused,
    status_of,
)
from gateway.pages.forms import TOKEN, Goes, Outcome, problems_of, read_form
from gateway.pages.languages import COOKIE as LANGUAGE
from gateway.pages.languages import speaking
from gateway.pages.page import Page
from gateway.pages.rendering import templates
from gateway.pages.roles import offices
from gateway.pages.shown import Direct, File, Shown
from gateway.pages.telling import tell, title
from gateway.pages.visitors import NOTICE, TRIED, Visitors, require_own_form
from gateway.reads import Reads
from gateway.sessions import COOKIE, end_cookie, give_cookie

_FRESH = 2  # seconds
_YEAR = 31_536_000  # seconds for which the choice of a language is kept
_MOST_DEEDS = 5000
_DEEDS_KEPT = 600.0  # seconds in which the same form does nothing twice
_NOT_SIGNED_IN = (NotSignedIn, SessionEnded, PrincipalRefused)
_UNWELCOME = (RoleMissing, OtherPrimary)


class Pages:
    """Answers the pages."""

    def __init__(
        self,
        *,
        reads: Reads,
        clock: Clock,
        is_demo: bool,
        visitors: Visitors,
        contact: str = "",
    ) -> None:
        self._page = partial(
            Page,
            reads=reads,
            clock=clock,
            is_demo=is_demo,
            visitors=visitors,
            contact=contact,
        )
        self._done: Shared[Outcome] = Shared(clock, _MOST_DEEDS)
        self._templates = templates()
        self._busy: dict[tuple[str, bool], bytes] = {}

    def answer(
        self, shown: Shown | File | Direct, request: Request, path: Mapping[str, Any]
    ) -> Response:
        """The page, or the file, under an address."""
        if not all(text.isprintable() for text in path.values()):
            raise NoSuchResource
        if request.method != "POST" and request.content_length:
            raise BodyTooLarge(most=0)
        page = self._page(request=request, path=path)
        with speaking(page.language):
            if isinstance(shown, File):
                return shown.answer(request, path.get("name", ""))
            if isinstance(shown, Direct):
                return shown.answer(page)
            if request.method == "POST":
                return self._act(shown, page)
            return self._look(shown, page)

    def refuse(self, request: Request, error: DomainError, trace_id: str) -> Response:
        """A page that says what went wrong, and asks no service for it."""
        page = self._page(request=request, visitors=None)
        with speaking(page.language):
            return self._state("error", page, error, trace_id=trace_id)

    def turn_away(self, request: Request, error: DomainError) -> Response:
        """A page for a crowd: made once in each language, of nobody's address.

        Whoever has sent a form is told that it has not been taken.
        """
        language = self._page(request=request, visitors=None).language
        sent = request.method == "POST"
        if (language, sent) not in self._busy:
            blank = Request(
                {"REQUEST_METHOD": "GET", "QUERY_STRING": f"lang={language}"}
            )
            page = self._page(request=blank, visitors=None)
            with speaking(language):
                made = self._rendered("busy", page, {"sent": sent}, status_of(error))
            self._busy[language, sent] = made.get_data()
        text = self._busy[language, sent]
        return Response(text, status_of(error), content_type="text/html; charset=utf-8")

    def _look(self, shown: Shown, page: Page) -> Response:
        try:
            return self._show(shown, page)
        except _NOT_SIGNED_IN:
            return _to_sign_in(page)
        except _UNWELCOME as error:
            return self._state("unwelcome", page, error)

    def _act(self, shown: Shown, page: Page) -> Response:
        page = replace(page, form=read_form(page.request, shown.max_body))
        try:
            outcome = self._outcome(shown, page)
        except DomainError as error:
            return self._refused(shown, page, error)
        if isinstance(outcome, Goes):
            return _go(page, outcome)
        return self._show(shown, page, more=outcome.facts)

    def _outcome(self, shown: Shown, page: Page) -> Outcome:
        """What comes of the form: done once, however often it is sent."""
        form, visitor = page.form, page.visitor
        require_own_form(page.request, visitor, form.text(TOKEN))
        visitor.require(shown.roles, page.path.get("primary"))
        if form.deed not in shown.deeds:
            raise NoSuchDeed
        deed = shown.deeds[form.deed]
        key = (visitor.session, page.request.path, form.key, form.digest)
        return self._done.ask(key, lambda: deed(page), _DEEDS_KEPT)

    def _refused(self, shown: Shown, page: Page, error: DomainError) -> Response:
        """The page again, with what is wrong and everything that was written."""
        if isinstance(error, HttpProblem | OriginRefused):
            raise error
        if isinstance(error, _UNWELCOME):
            return self._state("unwelcome", page, error)
        if isinstance(error, _NOT_SIGNED_IN):
            return self._state("again", page, error)
        problems = problems_of(error, shown.blamed, tell(error, page))
        again = replace(page, form=replace(page.form, problems=problems))
        try:
            return self._show(shown, again, status_of(error))
        except DomainError:
            return self._state("again", page, error)

    def _show(
        self,
        shown: Shown,
        page: Page,
        status: int = 200,
        more: Mapping[str, Any] | None = None,
    ) -> Response:
        page.visitor.require(shown.roles, page.path.get("primary"))
        facts = shown.view(page) | dict(more or {})
        response = self._rendered(shown.template, page, facts, status)
        if shown.personal or shown.roles or page.is_personal:
            response.cache_control.no_store = True
        else:
            response.cache_control.public = True
            response.cache_control.max_age = _FRESH
        response.vary.update(("Accept-Language", "Cookie"))
        if shown.personal and not page.visitor.session:
            response.set_cookie(
                TRIED, "1", secure=True, httponly=True, samesite="Strict"
            )
        if shown.policy:
            response.headers["Content-Security-Policy"] = shown.policy
        if page.notice:
            response.delete_cookie(NOTICE, secure=True, httponly=True)
        return _remember_language(response, page)

    def _state(
        self, template: str, page: Page, error: DomainError, trace_id: str = ""
    ) -> Response:
        """A page about an error instead of the page that was asked for."""
        facts = {
            "title": title(type(error)),
            "error": error,
            "told": tell(error, page),
            "offices": offices(str(error.params.get("roles", ""))),
            "signed_out": isinstance(error, _NOT_SIGNED_IN),
            "trace_id": trace_id or page.support_code,
        }
        response = self._rendered(template, page, facts, status_of(error))
        response.cache_control.no_store = True
        return response

    def _rendered(
        self, template: str, page: Page, facts: Mapping[str, Any], status: int
    ) -> Response:
        found = self._templates.get_template(f"{template}.html")
        text = found.render(page=page, **facts)
        return Response(text, status, content_type="text/html; charset=utf-8")


def _remember_language(response: Response, page: Page) -> Response:
    """Whoever chose a language keeps it, on this device."""
    if page.query("lang") == page.language != page.request.cookies.get(LANGUAGE):
        response.set_cookie(
            LANGUAGE, page.language, max_age=_YEAR, samesite="Lax", httponly=True
        )
        response.cache_control.public = False
        response.cache_control.private = True
    return response


def _to_sign_in(page: Page) -> Response:
    response = Response("", 303, {"Location": page.sign_in})
    response.cache_control.no_store = True
    if page.request.cookies.get(COOKIE):
        end_cookie(response)
    return response


def _go(page: Page, goes: Goes) -> Response:
    response = Response("", 303, {"Location": goes.to})
    response.cache_control.no_store = True
    if goes.notice:
        response.set_cookie(
            NOTICE, goes.notice, secure=True, httponly=True, samesite="Strict"
        )
    if goes.session:
        give_cookie(response, goes.session)
    if goes.ends_session:
        assert page.visitors
        page.visitors.forget(page.visitor)
        end_cookie(response)
    return response
