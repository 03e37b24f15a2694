"""Which pages there are, found as people find them: by following links."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from gateway.pages.shown import Shown
from gateway.pages.site import PAGES
from gateway.sessions import COOKIE
from tests.support.outline import Outline

_SHOWN = {page.address: page for page in PAGES if isinstance(page, Shown)}
_RULES = Map([Rule(address, endpoint=address) for address in _SHOWN])
_ROUTES = _RULES.bind("localhost")
#: where nobody comes by a link
_STARTS = (
    "/", "/status", "/offline", "/styleguide", "/problems/invalid_payload", "/sign-in"
)  # fmt: skip
_UNLINKED = ("", "compare", "check", "vote")
_FOUND = 200


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One page, and in whose session it is looked at; none is anybody's."""

    path: str
    session: str = ""

    def in_language(self, language: str) -> dict[str, str]:
        """The visit as the auditing program reads it."""
        mark = "&" if "?" in self.path else "?"
        return {"path": f"{self.path}{mark}lang={language}", "session": self.session}


def public_visits(origin: str, primary: str) -> list[Visit]:
    """A page of each kind that anybody may see."""
    starts = [*_STARTS, *(f"/{primary}/{path}" for path in _UNLINKED)]
    return list(_crawl(origin, "", starts).values())


def own_visits(origin: str, primary: str, sessions: Mapping[str, str]) -> list[Visit]:
    """A page of each kind that only somebody signed in sees; "My page" for each."""
    mine = f"/{primary}/me"
    found: dict[str, Visit] = {}
    for session in sessions.values():
        found |= _crawl(origin, session, [mine, "/sign-out"], known=found)
    personal = [visit for address, visit in found.items() if _SHOWN[address].roles]
    return [*personal, *(Visit(path=mine, session=each) for each in sessions.values())]


def unseen(visits: Iterable[Visit]) -> set[str]:
    """The addresses of the site to which none of the visits leads."""
    return set(_SHOWN) - {_address_of(visit.path) for visit in visits}


def _crawl(
    origin: str, session: str, starts: list[str], known: Container[str] = ()
) -> dict[str, Visit]:
    """One page of each address, unless it is known, that links lead to."""
    found: dict[str, Visit] = {}
    waiting = deque(starts)
    with httpx.Client(base_url=origin, timeout=60) as client:
        while waiting:
            path = waiting.popleft()
            address = _address_of(path)
            if address is None or address in found:
                continue
            if address in known and path not in starts:
                continue
            answer = client.get(path, headers={"Cookie": f"{COOKIE}={session}"})
            if answer.status_code == _FOUND:
                found[address] = Visit(path=path, session=session)
                waiting.extend(_links(answer.text))
    return found


def _links(text: str) -> Iterator[str]:
    for link in Outline(text).all("a"):
        parts = urlsplit(link.get("href") or "")
        if not parts.netloc and parts.path.startswith("/"):
            yield parts.path


def _address_of(path: str) -> str | None:
    try:
        return _ROUTES.match(path, "GET")[0]
    except HTTPException:
        return None
