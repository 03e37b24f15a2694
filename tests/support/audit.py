"""Looks at pages in a browser and prints what is wrong with them, as JSON.

Runs as a program of its own: the tests' process has its sockets replaced.

    python -m tests.support.audit light http://127.0.0.1:8080 / /status?lang=kk
"""

from __future__ import annotations

import json
import sys
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

PHONE: Any = {"width": 320, "height": 640}
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
WIDER = "document.documentElement.scrollWidth - window.innerWidth"


def main(scheme: Any, base: str, paths: list[str]) -> None:
    """Print a finding for each page that has one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS
        )
        page = browser.new_page(
            viewport=PHONE, color_scheme=scheme, service_workers="block"
        )
        found = [_look(page, base, path) for path in paths]
        browser.close()
    wrong = [each for each in found if each["rules"] or each["wider"] > 0]
    sys.stdout.write(json.dumps(wrong, ensure_ascii=False))


def _look(page: Page, base: str, path: str) -> dict[str, Any]:
    page.goto(base + path)
    violations = Axe().run(page, options=OPTIONS).response["violations"]
    return {
        "path": path,
        "wider": page.evaluate(WIDER),
        "rules": {each["id"]: _where(each) for each in violations},
    }


def _where(violation: dict[str, Any]) -> list[str]:
    return [node["html"][:160] for node in violation["nodes"][:3]]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
