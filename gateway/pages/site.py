"""All pages together: which address is which page, and how it is rendered."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
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


@dataclass(frozen=True)
class Shown:
    """A page: its address, its template, and what fills it."""

    address: str
    template: str
    view: View


@dataclass(frozen=True)
class File:
    """The address of the files that pages refer to."""

    address: str = "/static/<name>"


PAGES: tuple[Shown | File, ...] = (
    File(),
    Shown("/", "primaries", front.primaries),
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
        self._templates = _templates()

    def answer(
        self, shown: Shown | File, request: Request, path: Mapping[str, Any]
    ) -> Response:
        """The page, or the file, under an address."""
        if request.content_length:
            raise BodyTooLarge(most=0)
        if not all(text.isprintable() for text in path.values()):
            raise NoSuchResource
        if isinstance(shown, File):
            return _file(request, path["name"])
        page = self._page(request=request, path=path)
        text = self._render(shown.template, page, shown.view(page))
        response = Response(text, content_type="text/html; charset=utf-8")
        response.cache_control.public = True
        response.cache_control.max_age = _FRESH
        return response

    def refuse(self, request: Request, error: DomainError, trace_id: str) -> Response:
        """A page that says what went wrong."""
        facts = {"title": title_of(type(error)), "error": error, "trace_id": trace_id}
        text = self._render("error", self._page(request=request), facts)
        return Response(text, status_of(error), content_type="text/html; charset=utf-8")

    def _render(self, template: str, page: Page, facts: dict[str, Any]) -> str:
        found = self._templates.get_template(f"{template}.html")
        return found.render(page=page, style_tag=_TAGS["primaries.css"], **facts)


def _file(request: Request, name: str) -> Response:
    if name not in _FILES:
        raise NoSuchResource
    response = Response(_FILES[name], content_type=_STATIC[name])
    response.set_etag(_TAGS[name])
    response.cache_control.public = True
    response.cache_control.max_age = _KEPT
    return response.make_conditional(request)


@functools.cache
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
