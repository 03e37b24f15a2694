"""Every public page over real services, found as people find it: by following links."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from gateway.pages.shown import Direct, Shown
from gateway.pages.site import PAGES
from tests.support.outline import Outline
from tests.support.portal import Portal

pytestmark = [pytest.mark.integration, pytest.mark.slow]
_OF_A_KIND = 2  # pages of one kind are alike
#: for administrators, for those who make pages, for scripts, or when something is wrong
_UNLINKED = {
    "/offline",
    "/sign-in",
    "/styleguide",
    "/problems/<code>",
    "/.well-known/security.txt",
    "/<primary>/compare",
    "/<primary>/territory",
}
#: documents of steps, of which one is shown at a time
_BOOTHS = {"/<primary>/vote", "/<primary>/check"}
#: there is no such file before publication
_LATER = re.compile(r"/data/(results|lists)\.")


def kinds() -> dict[str, re.Pattern[str]]:
    """The public addresses, and how each is recognised; the plain ones first."""
    public = [
        page.address
        for page in PAGES
        if isinstance(page, Direct) or (isinstance(page, Shown) and not page.roles)
    ]
    return {
        address: re.compile(re.sub(r"<\w+>", "[^/]+", re.escape(address)))
        for address in sorted(public, key=lambda each: each.count("<"))
    }


def followed(portal: Portal, client: httpx.Client) -> Iterator[tuple[str, str]]:
    """Each page's kind and text; two of a kind, from the first page on."""
    known, seen = kinds(), Counter[str]()
    waiting, met = deque(["/", f"/{portal.primary}/"]), {"/"}
    while waiting:
        path = waiting.popleft()
        kind = next((k for k, shape in known.items() if shape.fullmatch(path)), "")
        if not kind or seen[kind] == _OF_A_KIND:
            continue
        seen[kind] += 1
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, path
        yield kind, answer.text
        fresh = set(links(answer)) - met
        met |= fresh
        waiting.extend(sorted(fresh))


def links(answer: httpx.Response) -> Iterator[str]:
    """The pages that a page leads to."""
    if not answer.headers["Content-Type"].startswith("text/html"):
        return
    for link in Outline(answer.text).all("a"):
        parts = urlsplit(urljoin(str(answer.url), link["href"] or ""))
        if parts.netloc == answer.url.netloc.decode():
            yield parts.path


def test_links_lead_to_every_public_page_and_each_can_be_read(portal: Portal):
    reached = set[str]()

    with httpx.Client(base_url=portal.origin, timeout=30) as client:
        for kind, text in followed(portal, client):
            reached.add(kind)
            if text.startswith("<!doctype html>") and kind not in _BOOTHS:
                Outline(text).require_readable()

    expected = {each for each in kinds() if not _LATER.search(each)}
    assert expected - reached <= _UNLINKED
