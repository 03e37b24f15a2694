"""Asks Lighthouse about home, ballot and results; npx fetches it, so it is optional.

    python -W ignore -m tests.portal.lighthouse

Exit code 1 where a page is below what the portal promises.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from tests.support.portal import Portal, portal_in_voting
from tests.support.sources import ROOT

_LIGHTHOUSE = "lighthouse@13.5.0"
_LEAST = {"performance": 95, "accessibility": 100}
_SHARE = 100  # Lighthouse gives shares of one
_PAGES = {"home": "", "ballot": "vote"}
_PUBLISHED = {"results": "results"}


@click.command()
def main() -> None:
    """Measure the three pages; for example: make lighthouse."""
    with (
        tempfile.TemporaryDirectory(prefix="primaries-lighthouse-") as folder,
        portal_in_voting(Path(folder)) as portal,
    ):
        low = _measure(portal, _PAGES)
        portal.play_first_days()
        portal.finish()
        low += _measure(portal, _PUBLISHED)
    sys.exit(1 if low else 0)


def _measure(portal: Portal, pages: Mapping[str, str]) -> list[str]:
    """Print the scores of pages; the names of those that are too low."""
    low = []
    for name, path in pages.items():
        scores = _scores(portal.address(path))
        click.echo(f"{name:<8} {scores}")
        if any(scores[each] < least for each, least in _LEAST.items()):
            low.append(name)
    return low


def _scores(address: str) -> dict[str, int]:
    bin_folder = ROOT / ".venv" / "bin"
    ran = subprocess.run(
        [
            str(bin_folder / "npx"), "--yes", _LIGHTHOUSE, address, "--output=json",
            "--quiet", f"--only-categories={','.join(_LEAST)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-quic",
        ],
        env=os.environ
        | {"CHROME_PATH": "/usr/bin/chromium", "PATH": f"{bin_folder}:{os.defpath}"},
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    report = json.loads(ran.stdout)
    _explain(report)
    found = report["categories"]
    return {name: round(_SHARE * found[name]["score"]) for name in _LEAST}


def _explain(report: dict) -> None:
    """Print what costs points."""
    for audit in report["audits"].values():
        if audit.get("score") is not None and audit["score"] < 1:
            click.echo(f"    {audit['score']:.2f} {audit['title']}")


if __name__ == "__main__":
    main()
