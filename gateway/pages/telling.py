"""How pages tell of errors: in the reader's language, times as people read them."""

from __future__ import annotations

import re

from markupsafe import Markup

from chassis.errors import DomainError, NotSignedIn, RoleMissing
from gateway.errors import title_of
from gateway.pages import roles, words
from gateway.pages.languages import gettext as _
from gateway.pages.page import Page

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)")
_CODE = re.compile(r"[a-z]+(_[a-z]+)*")


def tell(error: DomainError, page: Page) -> str:
    """What went wrong."""
    facts = {name: _fact(name, value, page) for name, value in error.params.items()}
    if isinstance(error, NotSignedIn | RoleMissing):
        facts["roles"] = ", ".join(roles.named(str(error.params.get("roles", ""))))
    return error.filled(_(error.message()), **facts)


def title(kind: type[DomainError]) -> str:
    """A few words for a kind of error."""
    return _(title_of(kind))


def _fact(name: str, value: object, page: Page) -> object:
    """A fact of an error as people write it."""
    if not isinstance(value, str):
        return value
    if _INSTANT.fullmatch(value):
        return _when(value, page).striptags()
    if not _CODE.fullmatch(value):
        return value
    return words.phase(value) if name == "phase" else words.state(value)


def _when(value: str, page: Page) -> Markup:
    zone = page.primary["zone"] if page.visitors and "primary" in page.path else "UTC"
    return words.instant(value, zone)
