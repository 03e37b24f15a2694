"""What the booth seals in the group that belenios-tool knows, too."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from belenios.verification import verify_archive
from tests.support.booth import Booth
from tests.support.browser import a_telephone
from tests.support.portal import portal_in_voting

pytestmark = [
    pytest.mark.integration,
    pytest.mark.belenios_tool,
    pytest.mark.slow,
]


def test_belenios_tool_and_our_verifier_accept_what_the_booth_sealed(
    browser: Browser, tmp_path: Path
):
    with (
        portal_in_voting(tmp_path / "portal", group="BELENIOS-2048") as portal,
        a_telephone(browser) as telephone,
    ):
        booth = Booth(telephone.new_page(), portal, portal.a_voter())
        booth.open()
        booth.vote()
        me = portal.stage.signed_in(booth.voter).get(portal.stage.path("/me"))
        archive = portal.archive(me["board"])
        uuid = portal.election(me["board"])["uuid"]
    board = tmp_path / f"{uuid}.bel"
    board.write_bytes(archive)

    with board.open("rb") as stream:
        assert verify_archive(stream).ballots == 1
    subprocess.run(["belenios-tool", "election", "verify"], cwd=tmp_path, check=True)
