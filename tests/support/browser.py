"""A real browser: Chromium, driven inside the cooperative test process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import eventlet
import eventlet.hubs
import greenlet
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from gateway.sessions import COOKIE

TELEPHONE = {"width": 360, "height": 740}
PATIENCE = 60_000  # milliseconds; a shared machine may be slow
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_OFTEN = 0.05  # seconds


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium, and end it."""
    manager = sync_playwright()
    driver = manager.__enter__()
    browser = driver.chromium.launch(
        executable_path=shutil.which("chromium"), args=list(QUIET)
    )
    try:
        yield browser
    finally:
        browser.close()
        _return_after(manager._dispatcher_fiber, greenlet.getcurrent())
        manager.__exit__(None, None, None)


def _return_after(fiber: greenlet.greenlet, here: greenlet.greenlet) -> None:
    """Come back once Playwright's own greenlet has ended.

    Eventlet's hub has become its parent, so that it ends there and not here.
    """
    if fiber.dead:
        here.switch()
    else:
        hub = eventlet.hubs.get_hub()
        hub.schedule_call_global(_OFTEN, _return_after, fiber, here)


@dataclass
class Watch:
    """What a page did that it should not, and which hosts it asked."""

    problems: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    bodies: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Note what this page says and asks from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.hosts.add(request.url.split("/")[2])


def problems(page: Page) -> list[str]:
    """What axe finds wrong with a page as it is just now."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:80]}" for one in found for node in one["nodes"]
    ]


def sign_in(context: BrowserContext, origin: str, session: str) -> None:
    """Give a browser the cookie of somebody who has signed in."""
    address = origin.replace("http:", "https:")  # it is for nothing else
    context.add_cookies([{"name": COOKIE, "value": session, "url": address}])


@contextmanager
def a_telephone(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A small screen that is touched; nothing of another test is on it."""
    settings = {"viewport": TELEPHONE, "has_touch": True, "locale": "en-GB"} | options
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()
