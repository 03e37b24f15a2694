"""All pages together: which address is which page, and how it is rendered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from werkzeug.wrappers import Request, Response

from chassis.clock import Clock
from chassis.errors import DomainError
from gateway.errors import BodyTooLarge, NoSuchResource, status_of, title_of
from gateway.pages import about, campaign, front, results, voting
from gateway.pages.files import FILES
from gateway.pages.languages import COOKIE, speaking
from gateway.pages.page import Page
from gateway.pages.rendering import templates
from gateway.reads import Reads

View = Callable[[Page], dict[str, Any]]

_FRESH = 2  # seconds
_REMEMBERED = 31_536_000  # seconds for which the choice of a language is kept


@dataclass(frozen=True)
class Shown:
    """A page: its address, its template, and what fills it."""

    address: str
    template: str
    view: View


@dataclass(frozen=True)
class File:
    """A file that pages refer to: its address, and what answers it."""

    address: str
    answer: Callable[[Request, str], Response]


PAGES: tuple[Shown | File, ...] = (
    *(File(address, answer) for address, answer in FILES.items()),
    Shown("/", "primaries", front.primaries),
    Shown("/offline", "offline", about.offline),
    Shown("/styleguide", "styleguide", about.styleguide),
    Shown("/status", "status", about.status),
    Shown("/problems/<code>", "problem", about.problem),
    Shown("/<primary>/", "home", front.home),
    Shown("/<primary>/territories", "territories", front.territories),
    Shown("/<primary>/territories/<code>", "territory", front.territory),
    Shown("/<primary>/candidates", "candidates", campaign.candidates),
    Shown("/<primary>/candidates/<candidacy>", "candidate", campaign.candidate),
    Shown("/<primary>/programmes", "programmes", campaign.programmes),
    Shown("/<primary>/programmes/<territory>", "programme", campaign.programme),
    Shown("/<primary>/debates", "debates", campaign.debates),
    Shown("/<primary>/turnout", "turnout", voting.turnout),
    Shown("/<primary>/results", "results", results.results),
    Shown("/<primary>/results/<contest>", "contest_result", results.contest_result),
    Shown("/<primary>/lists", "lists", results.lists),
    Shown("/<primary>/lists/<contest>", "party_list", results.party_list),
    Shown("/<primary>/boards", "boards", voting.boards),
    Shown("/<primary>/boards/<board>", "board", voting.board),
)


class Pages:
    """Renders the pages."""

    def __init__(self, *, reads: Reads, clock: Clock, is_demo: bool) -> None:
        self._page = partial(Page, reads=reads, clock=clock, is_demo=is_demo)
        self._templates = templates()

    def answer(
        self, shown: Shown | File, request: Request, path: Mapping[str, Any]
    ) -> Response:
        """The page, or the file, under an address."""
        if request.content_length:
            raise BodyTooLarge(most=0)
        if not all(text.isprintable() for text in path.values()):
            raise NoSuchResource
        page = self._page(request=request, path=path)
        with speaking(page.language):
            if isinstance(shown, File):
                return shown.answer(request, path.get("name", ""))
            text = self._render(shown.template, page, shown.view(page))
        response = Response(text, content_type="text/html; charset=utf-8")
        response.cache_control.public = True
        response.cache_control.max_age = _FRESH
        response.vary.update(("Accept-Language", "Cookie"))
        return _remember_language(response, page)

    def refuse(self, request: Request, error: DomainError, trace_id: str) -> Response:
        """A page that says what went wrong."""
        facts = {"title": title_of(type(error)), "error": error, "trace_id": trace_id}
        page = self._page(request=request)
        with speaking(page.language):
            text = self._render("error", page, facts)
        return Response(text, status_of(error), content_type="text/html; charset=utf-8")

    def _render(self, template: str, page: Page, facts: dict[str, Any]) -> str:
        return self._templates.get_template(f"{template}.html").render(
            page=page, **facts
        )


def _remember_language(response: Response, page: Page) -> Response:
    """Whoever chose a language keeps it, on this device."""
    if page.query("lang") == page.language != page.request.cookies.get(COOKIE):
        response.set_cookie(
            COOKIE, page.language, max_age=_REMEMBERED, samesite="Lax", httponly=True
        )
        response.cache_control.public = False
        response.cache_control.private = True
    return response
