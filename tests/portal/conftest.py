"""The portal in a browser: one platform in the middle of its vote for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support.booth import Booth, Bring
from tests.support.browser import a_telephone, chromium
from tests.support.portal import Portal, portal_in_voting
from tools.demo.people import Person


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A platform of its own, paused in voting."""
    with portal_in_voting(tmp_path_factory.mktemp("portal")) as portal:
        yield portal


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Another platform, with its results published.

    Not the one that tests vote on: they let its time pass and turn it back.
    """
    with portal_in_voting(tmp_path_factory.mktemp("finished")) as portal:
        portal.play_first_days()
        portal.finish()
        yield portal


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def at_the_booth(portal: Portal, browser: Browser) -> Iterator[Bring]:
    """Bring somebody to the booth; each time a fresh telephone."""
    with ExitStack() as telephones:

        def bring(
            voter: Person | None = None,
            language: str = "en",
            *,
            by_clock: bool = False,
            **options: Any,
        ) -> Booth:
            context = telephones.enter_context(a_telephone(browser, **options))
            if by_clock:  # so that a test can let time pass on the telephone
                context.clock.install()
            someone = voter or portal.a_voter()
            booth = Booth(context.new_page(), portal, someone)
            booth.open(language)
            return booth

        yield bring
