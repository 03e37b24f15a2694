"""The portal as an application on a telephone: installed, and without a connection."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.support.browser import QUIET, Watch, a_telephone, sign_in
from tests.support.portal import Portal

pytestmark = [pytest.mark.integration, pytest.mark.slow]

READY = "navigator.serviceWorker.ready.then(() => true)"
KEPT = """async () => {
  const names = await caches.keys();
  const pages = await Promise.all(names.map(async name =>
    (await (await caches.open(name)).keys()).map(one => new URL(one.url).pathname)));
  return pages.flat();
}"""


def sign_in_somebody(portal: Portal, context: BrowserContext) -> None:
    session = portal.stage.signed_in(portal.a_voter()).session
    sign_in(context, portal.origin, session)


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
    with a_telephone(browser) as context:
        sign_in_somebody(portal, context)
        page = context.new_page()
        page.goto(portal.address("me"))
        page.evaluate(READY)
        page.goto(portal.address("vote"))
        kept = page.evaluate(KEPT)

    assert kept
    assert not any(portal.primary in path for path in kept)


def test_whoever_is_about_to_be_signed_out_stays_and_loses_nothing(
    portal: Portal, browser: Browser
):
    before = portal.stage.now
    with a_telephone(browser) as context:
        page = context.new_page()
        sign_in_somebody(portal, context)
        try:
            portal.set_time(before + timedelta(hours=8, seconds=-90))
            page.goto(portal.address("candidates", lang="en"))
            page.fill("#text", "half a na")
            page.get_by_role("button", name="Stay signed in").click()
            page.wait_for_selector("text=You stay signed in.", state="attached")
            kept = page.locator(".ribbon-ending").count(), page.input_value("#text")

            portal.set_time(before + timedelta(hours=16, minutes=-3))
            page.goto(portal.address("candidates", lang="en"))
            page.wait_for_selector("text=In two minutes you will be signed out.")
            page.fill("#text", "half a na")
            portal.set_time(before + timedelta(hours=17))
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            page.wait_for_selector("text=You are not signed in any more.")
        finally:
            portal.set_time(before)

        assert kept == (0, "half a na")
        assert page.input_value("#text") == "half a na"
        assert page.get_by_role("link", name="Sign in, in a new tab").is_visible()


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
