"""A real browser: Chromium, driven inside the cooperative test process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import eventlet
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

TELEPHONE = {"width": 360, "height": 740}
PATIENCE = 60_000  # milliseconds; a shared machine may be slow
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_FAREWELL = 2.0  # seconds


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium, and end it."""
    manager = sync_playwright()
    driver = manager.__enter__()
    browser = driver.chromium.launch(
        executable_path=shutil.which("chromium"), args=list(_QUIET)
    )
    try:
        yield browser
    finally:
        browser.close()
        # Eventlet's hub has become the parent of Playwright's own greenlet, which
        # therefore does not come back here when it ends.
        with eventlet.Timeout(_FAREWELL, exception=False):
            manager.__exit__(None, None, None)


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
