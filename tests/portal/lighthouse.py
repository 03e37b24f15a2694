"""Asks Lighthouse about home, ballot and results, as on a telephone with a slow line.

    python -W ignore -m tests.portal.lighthouse

npm fetches Lighthouse into var/lighthouse, so this is no part of the tests. The
platform stands behind nginx, as deployed. Reports lie in var/lighthouse/reports; the
exit code is 1 where a page is below what the portal promises.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from tests.deploy.site import Site, render, serving
from tests.support.portal import Portal, portal_in_voting
from tests.support.sources import ROOT

_LIGHTHOUSE = "lighthouse@13.5.0"
_HERE = ROOT / "var" / "lighthouse"
_REPORTS = _HERE / "reports"
_PROGRAMS = ROOT / ".venv" / "bin"
_LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
#: what search engines are kept out of
_HIDDEN = "ballot"
_SHARE = 100  # Lighthouse gives shares of one
_WIDE = 120
#: what is shown beside the scores: which audit, in which unit, with how many digits
_FIGURES = {
    "LCP, s": ("largest-contentful-paint", 1000, 1),
    "TBT, ms": ("total-blocking-time", 1, 0),
    "CLS": ("cumulative-layout-shift", 1, 2),
    "kB": ("total-byte-weight", 1000, 0),
}


@click.command()
def main() -> None:
    """Measure the three pages; for example: make lighthouse."""
    _install()
    with _portal_behind_nginx() as (portal, site):
        member = portal.sessions()["member"]
        seen = _look(
            [
                _visit(portal, site, "home", ""),
                _visit(portal, site, "ballot", "vote", session=member)
                | {"press": '[data-action="start"]', "awaited": "[data-list] li"},
            ]
        )
        portal.play_first_days()
        portal.finish()
        contest = f"results/{portal.a_candidate().contest}"
        seen += _look(
            [
                _visit(portal, site, "results", "results"),
                _visit(portal, site, "result", contest),
            ]
        )
    _print(seen)
    sys.exit(1 if any(_low(view) for view in seen) else 0)


@contextmanager
def _portal_behind_nginx() -> Iterator[tuple[Portal, Site]]:
    """A primary in its vote, compressed and encrypted as people get it."""
    with (
        tempfile.TemporaryDirectory(prefix="primaries-lighthouse-") as folder,
        tempfile.TemporaryDirectory(prefix="primaries-nginx-") as web,
        portal_in_voting(Path(folder)) as portal,
    ):
        Path(web).chmod(0o711)  # nginx' own account walks through
        site = render(Path(web), portal.origin.removeprefix("http://"))
        with serving(site):
            yield portal, site


def _visit(
    portal: Portal, site: Site, name: str, path: str, session: str = ""
) -> dict[str, str]:
    address = portal.address(path, lang="en").replace(portal.origin, site.url)
    return {"name": name, "address": address, "session": session}


def _install() -> None:
    """Let npm fetch Lighthouse, unless it is there."""
    _npm_run(
        "npm", "install", _LIGHTHOUSE, f"--prefix={_HERE}", "--no-save", "--no-audit",
        "--no-fund", "--prefer-offline", "--loglevel=error",
    )  # fmt: skip


def _look(visits: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """What Lighthouse says of these pages."""
    plan = {
        "modules": str(_HERE / "node_modules"),
        "reports": str(_REPORTS),
        "visits": visits,
    }
    said = _npm_run("node", "tests/portal/lighthouse.mjs", given=json.dumps(plan))
    return json.loads(said)


def _npm_run(program: str, *arguments: str, given: str = "") -> str:
    ran = subprocess.run(
        [str(_PROGRAMS / program), *arguments],
        cwd=ROOT, input=given, stdout=subprocess.PIPE, text=True, check=True,
        env=os.environ | {
            "PATH": f"{_PROGRAMS}:{os.defpath}",
            "npm_config_cache": str(_HERE / "cache"),
        },
    )  # fmt: skip
    return ran.stdout


def _print(seen: Sequence[Mapping[str, Any]]) -> None:
    """The scores and figures in a table, then what costs points."""
    table = Table("view", *_LEAST, *_FIGURES)
    for view in seen:
        figures = [_figure(view, name) for name in _FIGURES]
        table.add_row(view["view"], *(_score(view, name) for name in _LEAST), *figures)
    console = Console(width=_WIDE)
    console.print(table)
    for view in seen:
        for audit in view["costly"]:
            told = f"{audit['score']:.2f} {audit['id']} {audit['told']}"
            console.print(f"{view['view']}: {told}", highlight=False)


def _score(view: Mapping[str, Any], name: str) -> str:
    if name not in view["scores"]:
        return ""
    score = view["scores"][name]
    shown = "none" if score is None else str(round(_SHARE * score))
    return f"[bold red]{shown}[/]" if name in _low(view) else shown


def _figure(view: Mapping[str, Any], name: str) -> str:
    audit, unit, digits = _FIGURES[name]
    value = view["figures"][audit]
    return "" if value is None else f"{value / unit:.{digits}f}"


def _low(view: Mapping[str, Any]) -> set[str]:
    """The categories in which a view is worse than promised."""
    hidden = {"seo"} if view["view"].startswith(_HIDDEN) else set()
    asked = view["scores"].keys() - hidden
    return {name for name in asked if _points(view, name) < _LEAST[name]}


def _points(view: Mapping[str, Any], name: str) -> int:
    """A score of a hundred; what could not be measured is not reached."""
    return round(_SHARE * (view["scores"][name] or 0))


if __name__ == "__main__":
    main()
