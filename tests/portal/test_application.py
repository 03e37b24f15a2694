"""The portal as an application on a telephone: installed, and without a connection."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browser import QUIET, Watch, a_telephone
from tests.support.portal import Portal

pytestmark = [pytest.mark.integration, pytest.mark.slow]

READY = "navigator.serviceWorker.ready.then(() => true)"
KEPT = """async () => {
  const names = await caches.keys();
  const pages = await Promise.all(names.map(async name =>
    (await (await caches.open(name)).keys()).map(one => new URL(one.url).pathname)));
  return pages.flat();
}"""


def test_a_browser_offers_to_install_it(
    portal: Portal, browser: Browser, tmp_path: Path
):
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=shutil.which("chromium"), args=list(QUIET)
    )
    page = context.new_page()
    page.goto(portal.address())
    page.evaluate(READY)
    asked = context.new_cdp_session(page).send("Page.getInstallabilityErrors")
    context.close()

    assert asked["installabilityErrors"] == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_without_a_connection_it_says_so_and_goes_on_when_there_is_one(
    portal: Portal, browser: Browser, language
):
    with a_telephone(browser) as context:
        page = context.new_page()
        page.goto(portal.address(lang=language))
        page.evaluate(READY)
        context.set_offline(True)
        page.goto(portal.address("turnout", lang=language))
        without = page.locator("main").inner_text()
        assert page.locator("html").get_attribute("lang") == language
        context.set_offline(False)
        page.goto(portal.address("turnout", lang=language))

        assert without != page.locator("main").inner_text()


def test_nothing_personal_is_kept_on_the_telephone(portal: Portal, browser: Browser):
    session = portal.sessions()["member"]
    address = portal.origin.replace("http:", "https:")
    with a_telephone(browser) as context:
        context.add_cookies([{"name": "__Host-sid", "value": session, "url": address}])
        page = context.new_page()
        page.goto(portal.address("me"))
        page.evaluate(READY)
        page.goto(portal.address("vote"))
        kept = page.evaluate(KEPT)

    assert kept
    assert not any(portal.primary in path for path in kept)


def test_pages_ask_nobody_else_and_complain_of_nothing(
    portal: Portal, browser: Browser
):
    watch = Watch()
    with a_telephone(browser) as context:
        page = context.new_page()
        watch.listen(page)
        for path in ("", "candidates", "turnout", "boards", "check"):
            page.goto(portal.address(path))

    assert watch.problems == []
    assert watch.hosts == {portal.origin.removeprefix("http://")}
