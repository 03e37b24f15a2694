"""Pages about the platform itself: help, kinds of errors, and whether it works."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from eventlet import GreenPool
from werkzeug.wrappers import Response

from chassis.errors import DomainError, Unavailable
from chassis.shared_operations import ListPublicEvents, asked_of
from contracts.registration.operations import ListPrimaries
from contracts.services import SERVICES
from contracts.tally.operations import ReadCount
from gateway.errors import NoSuchResource, status_of
from gateway.pages.dates import changes_of
from gateway.pages.languages import LANGUAGES, speaking
from gateway.pages.languages import gettext as _
from gateway.pages.page import Page
from gateway.pages.telling import title

Told = dict[str, Any]

_VALID = timedelta(days=180)  # how long security.txt is


def told(_page: Page) -> dict[str, Any]:
    """A page of words alone."""
    return {}


def offline(page: Page) -> dict[str, Any]:
    """What a telephone keeps for whoever has no connection.

    It is kept once, in every language: who reads it may speak another by then.
    """
    others = (language for language in LANGUAGES if language != page.language)
    return {"said": [_offline_in(language) for language in (page.language, *others)]}


def _offline_in(language: str) -> dict[str, str]:
    with speaking(language):
        return {
            "language": language,
            "title": _("No connection"),
            "nothing": _("There is no connection. Nothing has been sent."),
            "later": _("Try again when your device is online."),
            "again": _("Try again"),
        }


def security(page: Page) -> Response:
    """Where to report a hole, as RFC 9116 writes it."""
    if not page.contact:
        raise NoSuchResource
    expires = (page.clock.now() + _VALID).replace(microsecond=0)
    lines = [
        f"Contact: {page.contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, ru, kk",
    ]
    text = "".join(f"{line}\n" for line in lines)
    return Response(text, content_type="text/plain; charset=utf-8")


def problem(page: Page) -> dict[str, Any]:
    """What a kind of error means."""
    kind = DomainError.by_code.get(page.path["code"])
    if kind is None:
        raise NoSuchResource
    _first, *more = inspect.cleandoc(kind.__doc__ or "").split("\n\n")
    return {
        "code": kind.code,
        "title": title(kind),
        "status": status_of(kind),
        "message": _(kind.message()),
        "more": [" ".join(paragraph.split()) for paragraph in more],
    }


def status(page: Page) -> dict[str, Any]:
    """Which services answer."""
    answers = GreenPool(len(SERVICES)).imap(
        lambda service: (service, _answers(page, service)), SERVICES
    )
    return {
        "services": list(answers),
        "now": page.clock.now().isoformat(),
        "decisions": [*_of_each(page, _decisions)],
        "disputes": [*_of_each(page, _disputes)],
    }


def _of_each(page: Page, ask: Callable[[Page, str], list[Told]]) -> Iterator[Told]:
    """What there is to tell of every primary whose services answer."""
    try:
        primaries = page.read(ListPrimaries)["items"]
    except DomainError:
        return
    for primary in primaries:
        with suppress(DomainError):
            for told in ask(page, primary["primary"]):
                yield told | {"title": primary["title"], "zone": primary["zone"]}


def _decisions(page: Page, primary: str) -> list[Told]:
    return changes_of(page, primary)


def _disputes(page: Page, primary: str) -> list[Told]:
    """Boards that the count could not accept."""
    boards = page.read(ReadCount, primary=primary)["boards"]
    return [board | {"primary": primary} for board in boards if board["dispute"]]


def styleguide(page: Page) -> dict[str, Any]:
    """Every part that pages are made of; in demonstrations only."""
    if not page.is_demo:
        raise NoSuchResource
    return {}


def _answers(page: Page, service: str) -> bool:
    try:
        page.read(asked_of(ListPublicEvents, service), limit=1)
    except Unavailable:
        return False
    return True
