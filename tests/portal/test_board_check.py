"""Boards and trackers checked by whoever looks, in their own browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.booth import Bring
from tests.support.browser import Watch, a_telephone, problems, sign_in
from tests.support.portal import Portal

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ARCHIVE = "**/archive.bel"
HEAD_CAME = """() => performance.getEntriesByType("resource")
    .some(({ name }) => name.endsWith("/tree-head"))"""
PRESS_BOTH = """() => {
  for (const action of ["begin", "stop"])
    document.querySelector(`[data-verify] [data-action="${action}"]`).click();
}"""


@pytest.fixture
def telephone(browser: Browser) -> Iterator[Page]:
    """Somebody's who wants to see for themselves."""
    # axe puts a script into the page, which the page's policy refuses
    with a_telephone(browser, bypass_csp=True) as context:
        yield context.new_page()


def checked(page: Page) -> str:
    """Press the button; what the check ends with."""
    page.click('[data-verify] [data-action="begin"]')
    page.wait_for_selector("[data-result] .banner")
    return page.inner_text("[data-result]")


def fact(page: Page, slot: str) -> str:
    """A figure of an accepted board."""
    return page.inner_text(f'[data-result] [data-slot="{slot}"]')


def tampered(archive: bytes) -> bytes:
    """The archive with one digit of the last ballot's signature changed."""
    at = archive.rindex(b'"response":"') + len(b'"response":"')
    digit = b"1" if archive[at : at + 1] != b"1" else b"2"
    return archive[:at] + digit + archive[at + 1 :]


def test_anybody_checks_a_board_and_sees_when_it_was_tampered_with(
    portal: Portal, at_the_booth: Bring, telephone: Page, tmp_path: Path
):
    booth = at_the_booth()
    booth.vote()
    board, ballots = booth.board, booth.ballots_on_board()
    archive = portal.archive(board)
    telephone.goto(portal.address(f"boards/{board}", lang="en"))

    said = checked(telephone)
    assert "Everything that was checked here is in order" in said
    assert f"primaries verify {board}.bel" in said
    assert "The trustees' keys, their partial decryptions, and the result." in said
    assert (fact(telephone, "ballots"), fact(telephone, "size")) == (
        str(ballots),
        fact(telephone, "records"),
    )
    assert problems(telephone) == []

    telephone.route(ARCHIVE, lambda route: route.fulfill(body=tampered(archive)))
    said = checked(telephone)
    assert "This board is not in order" in said
    assert "it was changed, or is cut off" in said
    assert "Where: after event" in said
    assert problems(telephone) == []

    telephone.route(ARCHIVE, lambda route: route.abort())
    assert "This says nothing about it" in checked(telephone)

    kept = tmp_path / "kept.bel"
    kept.write_bytes(archive)
    telephone.set_input_files("#kept", kept)
    telephone.wait_for_selector("[data-result] .banner-good")
    assert fact(telephone, "ballots") == str(ballots)
    assert telephone.locator("[data-result] [data-if-signed]:visible").count() == 0


def test_a_check_that_is_stopped_at_once_does_not_go_on(
    portal: Portal, telephone: Page
):
    [board, *_] = portal.api.get(portal.stage.path("/boards"))["items"]
    telephone.goto(portal.address(f"boards/{board['board']}", lang="en"))
    telephone.evaluate(PRESS_BOTH)
    telephone.wait_for_function(HEAD_CAME)
    telephone.wait_for_timeout(500)

    assert telephone.inner_text("[data-result]") == ""
    assert telephone.workers == []


def test_an_observer_checks_a_board_from_their_own_page(
    portal: Portal, browser: Browser
):
    watch = Watch()
    session = portal.sessions()["observer"]
    with a_telephone(browser) as context:
        sign_in(context, portal.origin, session)
        page = context.new_page()
        watch.listen(page)
        page.goto(portal.address("observer", lang="en"))
        page.locator("text=Signed head, check here").last.click()
        said = checked(page)

    assert "Everything that was checked here is in order" in said
    assert watch.problems == []


def test_a_proof_that_does_not_hold_is_not_believed(
    portal: Portal, at_the_booth: Bring
):
    booth = at_the_booth()
    found = booth.vote()

    def lie(route):
        said = route.fetch().json()
        event = json.loads(said["event"])
        said["event"] = json.dumps(event | {"payload": "00" * 32})
        route.fulfill(json=said)

    booth.page.route("**/inclusion", lie)
    escaped = found.replace("+", "%2B")
    booth.page.goto(portal.address("check") + f"#tracker={escaped}")
    booth.page.wait_for_selector("text=The proof does not hold")

    assert booth.page.locator("text=Verified in this browser").count() == 0
