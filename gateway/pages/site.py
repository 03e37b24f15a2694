"""All pages together: which address is which page, and how it is rendered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from chassis.clock import Clock
from chassis.errors import DomainError
from gateway.errors import BodyTooLarge, NoSuchResource, status_of, title_of
from gateway.pages import about, campaign, front, results, voting, words
from gateway.pages.page import Page
from gateway.reads import Reads

View = Callable[[Page], dict[str, Any]]

_HERE = Path(__file__).parent
_STATIC = {
    "primaries.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_FILES = {name: (_HERE / "static" / name).read_bytes() for name in _STATIC}
_TAGS = {name: hashlib.sha256(text).hexdigest()[:16] for name, text in _FILES.items()}
_FRESH = 2  # seconds
_KEPT = 86_400  # seconds; the style's address changes with its content

_PAGES: tuple[tuple[str, str, View], ...] = (
    ("/", "primaries", front.primaries),
    ("/status", "status", about.status),
    ("/problems/<code>", "problem", about.problem),
    ("/<primary>/", "home", front.home),
    ("/<primary>/territories", "territories", front.territories),
    ("/<primary>/territories/<code>", "territory", front.territory),
    ("/<primary>/candidates", "candidates", campaign.candidates),
    ("/<primary>/candidates/<candidacy>", "candidate", campaign.candidate),
    ("/<primary>/programmes", "programmes", campaign.programmes),
    ("/<primary>/programmes/<territory>", "programme", campaign.programme),
    ("/<primary>/debates", "debates", campaign.debates),
    ("/<primary>/turnout", "turnout", voting.turnout),
    ("/<primary>/results", "results", results.results),
    ("/<primary>/results/<contest>", "contest_result", results.contest_result),
    ("/<primary>/lists", "lists", results.lists),
    ("/<primary>/lists/<contest>", "party_list", results.party_list),
    ("/<primary>/boards", "boards", voting.boards),
    ("/<primary>/boards/<board>", "board", voting.board),
)


class Pages:
    """Renders the pages."""

    def __init__(self, *, reads: Reads, clock: Clock, is_demo: bool) -> None:
        self._page = partial(Page, reads=reads, clock=clock, is_demo=is_demo)
        self._templates = _templates()

    def rules(self) -> Iterable[Rule]:
        """The addresses of the pages."""
        yield Rule("/static/<name>", methods=["GET"], endpoint=_file)
        for address, template, view in _PAGES:
            endpoint = partial(self._answer, template, view)
            yield Rule(address, methods=["GET"], endpoint=endpoint)

    def refuse(self, request: Request, error: DomainError, trace_id: str) -> Response:
        """A page that says what went wrong."""
        facts = {"title": title_of(type(error)), "error": error, "trace_id": trace_id}
        text = self._render("error", self._page(request=request), facts)
        return Response(text, status_of(error), content_type="text/html; charset=utf-8")

    def _answer(
        self, template: str, view: View, request: Request, path: Mapping[str, Any]
    ) -> Response:
        if request.content_length:
            raise BodyTooLarge(most=0)
        if not all(text.isprintable() for text in path.values()):
            raise NoSuchResource
        page = self._page(request=request, path=path)
        text = self._render(template, page, view(page))
        response = Response(text, content_type="text/html; charset=utf-8")
        response.cache_control.public = True
        response.cache_control.max_age = _FRESH
        return response

    def _render(self, template: str, page: Page, facts: dict[str, Any]) -> str:
        found = self._templates.get_template(f"{template}.html")
        return found.render(page=page, style_tag=_TAGS["primaries.css"], **facts)


def _file(request: Request, path: Mapping[str, Any]) -> Response:
    name = path["name"]
    if name not in _FILES:
        raise NoSuchResource
    response = Response(_FILES[name], content_type=_STATIC[name])
    response.set_etag(_TAGS[name])
    response.cache_control.public = True
    response.cache_control.max_age = _KEPT
    return response.make_conditional(request)


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=words.number,
        percent=words.percent,
        state=words.state,
        reason=words.reason,
        day=words.day,
        tracker=words.tracker,
    )
    return environment
