"""The voting booth and the page on which anybody checks a tracker.

Both are documents of their own under a stricter policy than the other pages. What
the voter does there happens in the browser; the server only fills in the texts.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from chassis.auth import Role
from contracts.registration.operations import ReadDefinition
from contracts.voting.operations import FindTracker
from gateway.pages import booth_texts, words
from gateway.pages.assets import asset
from gateway.pages.languages import N_
from gateway.pages.page import Page
from gateway.pages.shown import Task
from gateway.sessions import COOKIE, csrf_token

#: what the documents of the booth may load and do
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types booth"
)
TASK = Task(
    Role.MEMBER,
    N_("Vote"),
    N_("Choose, seal and send your ballot; as often as you like, the last one counts."),
    "voting",
)
_TRACKER = re.compile(r"[A-Za-z0-9+/]{43}", re.ASCII)


def booth(page: Page) -> dict[str, Any]:
    """The booth, or why it is closed."""
    return {
        "stage": page.stage("voting"),
        "extension": _extension(page),
        "facts": _facts(page) | _close(page) | {"texts": booth_texts.texts()},
    }


def check(page: Page) -> dict[str, Any]:
    """What a board knows of a tracker; for whoever has no script, from the server."""
    tracker = "".join(page.query("tracker").split())
    return {
        "facts": _facts(page) | {"texts": {"title": "{step}"}},
        "tracker": tracker,
        "status": _status(page, tracker) if tracker else None,
    }


def _facts(page: Page) -> dict[str, Any]:
    """What the scripts know from the beginning."""
    primary = page.path["primary"]
    zone = page.primary["zone"]
    session = page.request.cookies.get(COOKIE, "")
    return {
        "api": f"/api/v1/primaries/{primary}",
        "primary": primary,
        "name": str(page.text(page.primary["title"]).striptags()),
        "language": page.language,
        "zone": zone,
        "zone_name": words.place_of(zone),
        "months": booth_texts.months(),
        "numbers": page.read_own(ReadDefinition)["document"]["identity"]["scheme"],
        "worker": asset("worker.js").url,
        "check_address": page.link("check"),
        # what shows that a request with the session's cookie comes from this page
        "csrf": csrf_token(session) if session else "",
    }


def _close(page: Page) -> dict[str, Any]:
    """When the vote closes, and in how many seconds."""
    closes_at = page.calendar["phases"]["voting"]["closes_at"]
    left = page.seconds_until(datetime.fromisoformat(closes_at))
    return {"closes_at": closes_at, "closes_in": left}


def _extension(page: Page) -> dict[str, Any] | None:
    """The last change of the voting's end that is in force."""
    changes = page.calendar["changes"]
    mine = [each for each in changes if each["phase"] == "voting"]
    return next((each for each in mine[::-1] if each["answer"] == "accepted"), None)


def _status(page: Page, tracker: str) -> str:
    """recorded, replaced, spoiled, unknown or unreadable."""
    if not _TRACKER.fullmatch(tracker):
        return "unreadable"
    found = page.find_own(FindTracker, tracker=tracker)
    return found["status"] if found else "unknown"
