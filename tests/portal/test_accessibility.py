"""Every page of a platform that runs, in a browser on the smallest telephone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.portal import Portal
from tests.support.sources import ROOT
from tests.support.visits import Visit, own_visits, public_visits, unseen

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SCHEMES = {"kk": "light", "ru": "dark", "en": "light"}
ALL_IS_WELL = {language: (0, {}) for language in SCHEMES}


def looked_at(
    portal: Portal, visits: Sequence[Visit], folder: Path
) -> dict[str, tuple[int, object]]:
    """What a browser finds wrong with the pages, by language; all languages at once."""
    programs = {
        language: begin(portal, visits, language, folder) for language in SCHEMES
    }
    codes = {language: program.wait() for language, program in programs.items()}
    return {
        language: (code, json.loads((folder / f"{language}.found").read_text()))
        for language, code in codes.items()
    }


def begin(
    portal: Portal, visits: Sequence[Visit], language: str, folder: Path
) -> subprocess.Popen[bytes]:
    """Start to look at the pages in one language."""
    plan = {
        "origin": portal.origin,
        "scheme": SCHEMES[language],
        "visits": [visit.in_language(language) for visit in visits],
    }
    (folder / f"{language}.plan").write_text(json.dumps(plan))
    with (
        (folder / f"{language}.plan").open() as asked,
        (folder / f"{language}.found").open("w") as found,
    ):
        return subprocess.Popen(
            [sys.executable, "-m", "tests.support.audit"],
            cwd=ROOT, stdin=asked, stdout=found,
        )  # fmt: skip


def test_no_page_breaks_a_rule_while_people_vote(portal: Portal, tmp_path):
    anybody = public_visits(portal.origin, portal.primary)
    own = own_visits(portal.origin, portal.primary, portal.sessions())

    assert looked_at(portal, [*anybody, *own], tmp_path) == ALL_IS_WELL


def test_no_page_breaks_a_rule_after_the_results(finished: Portal, tmp_path):
    anybody = public_visits(finished.origin, finished.primary)

    assert looked_at(finished, anybody, tmp_path) == ALL_IS_WELL


def test_a_link_leads_to_every_page(portal: Portal):
    anybody = public_visits(portal.origin, portal.primary)
    own = own_visits(portal.origin, portal.primary, portal.sessions())
    not_while_voting = {
        "/<primary>/programmes/<territory>/suggest",
        "/<primary>/office/calendar/<version>",
        "/<primary>/office/disputes/<board>",
    }

    assert unseen([*anybody, *own]) <= not_while_voting
