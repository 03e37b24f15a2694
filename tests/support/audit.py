"""Looks at pages in a browser and prints what is wrong with them, as JSON.

Runs as a program of its own: the tests' process has its sockets replaced, and two
such programs use two processors. It reads from its input what to look at:

    {"origin": "http://127.0.0.1:8080", "scheme": "dark",
     "visits": [{"path": "/status?lang=kk", "session": ""}]}
"""

from __future__ import annotations

import json
import sys
from itertools import groupby
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser import sign_in

SMALLEST: Any = {"width": 320, "height": 640}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_OPTIONS = {"runOnly": _RULES, "resultTypes": ["violations"]}
_WIDER = "document.documentElement.scrollWidth - window.innerWidth"
_PATIENCE = 120_000  # milliseconds; a shared machine may be slow


class Look:
    """One page after another in one tab; what each of them does wrong."""

    def __init__(self, page: Page, origin: str) -> None:
        self._page, self._origin = page, origin
        self._heard: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._heard.append(str(error)))
        page.on("request", self._request)

    def at(self, path: str) -> dict[str, Any]:
        """Everything that is wrong with a page; nothing when all is well."""
        self._heard.clear()
        answer = self._page.goto(self._origin + path)
        found = Axe().run(self._page, options=_OPTIONS).response["violations"]
        wrong = {
            "status": answer.status if answer and answer.status != 200 else None,
            "wider": max(0, self._page.evaluate(_WIDER)),
            "rules": {each["id"]: _where(each) for each in found},
            "heard": list(self._heard),
        }
        return {name: fault for name, fault in wrong.items() if fault}

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self._heard.append(message.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self._origin, "data:", "blob:")):
            self._heard.append(f"asks another host: {request.url}")


def main() -> None:
    """Print what is wrong, page by page."""
    plan = json.load(sys.stdin)
    visits = sorted(plan["visits"], key=_session)
    found: dict[str, Any] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS
        )
        for session, several in groupby(visits, key=_session):
            look = Look(_tab(browser, plan, session), plan["origin"])
            found |= {each["path"]: look.at(each["path"]) for each in several}
        browser.close()
    wrong = {path: faults for path, faults in found.items() if faults}
    sys.stdout.write(json.dumps(wrong, ensure_ascii=False))


def _tab(browser: Browser, plan: dict[str, Any], session: str) -> Page:
    # The booth's policy refuses what axe does; the tests of the booth keep it.
    context = browser.new_context(
        viewport=SMALLEST, color_scheme=plan["scheme"],
        bypass_csp=True,
    )  # fmt: skip
    context.set_default_timeout(_PATIENCE)
    if session:
        sign_in(context, plan["origin"], session)
    return context.new_page()


def _session(visit: dict[str, str]) -> str:
    return visit["session"]


def _where(violation: dict[str, Any]) -> list[str]:
    return [node["html"][:160] for node in violation["nodes"][:3]]


if __name__ == "__main__":
    main()
