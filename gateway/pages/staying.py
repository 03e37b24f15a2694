"""Staying signed in: every page says in time when a session ends, and asks here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contracts.registration.operations import KeepSession
from contracts.registration.operations.people import ANYBODY
from gateway.pages.forms import Outcome, Stays
from gateway.pages.page import Page
from gateway.pages.shown import Shown


def stay(page: Page) -> dict[str, Any]:
    """Until when the visitor is signed in."""
    assert page.visitor.holder
    return _until(page, page.visitor.holder.ends_at)


def keep(page: Page) -> Outcome:
    """Stay signed in for longer."""
    assert page.visitors
    kept = page.ask(KeepSession, session=page.visitor.session)
    page.visitors.forget(page.visitor)
    return Stays(_until(page, datetime.fromisoformat(kept["ends_at"])))


def _until(page: Page, ends_at: datetime) -> dict[str, Any]:
    return {"ends_at": ends_at.isoformat(), "left": page.seconds_until(ends_at)}


PAGES = tuple(
    Shown(address, "own/stay", stay, roles=ANYBODY, deeds={"": keep})
    for address in ("/<primary>/stay", "/stay")
)
