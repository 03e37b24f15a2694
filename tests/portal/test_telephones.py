"""The demonstration's telephones beside the booth, in one browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.booth import Booth
from tests.support.portal import Portal

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def look_into(portal: Portal, page: Page, number: str) -> None:
    page.goto(f"{portal.origin}/demo/telephone?lang=en")
    page.fill("#number", number)
    page.click("main button[type=submit]")


def test_codes_arrive_by_themselves_before_and_after_signing_in(
    portal: Portal, at_the_booth: Callable[..., Booth]
):
    booth = at_the_booth()
    inbox = booth.page.context.new_page()
    look_into(portal, inbox, booth.voter.iin)
    codes = inbox.locator("[data-inbox] strong")
    expect(codes).to_have_count(0)

    booth.sign_in()
    expect(codes).to_have_count(1)
    booth.choose(blank=True)
    booth.seal()
    booth.confirm()
    expect(codes).to_have_count(2)
