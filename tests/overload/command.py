"""The measurement as a command."""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tests.overload.measure import Measurement
from tests.overload.people import People
from tests.overload.scene import first_hour
from tests.overload.trial import Trials
from tools.demo.offline import leave_interrupts_alone
from tools.demo.report import Report

_WIDTH = 130


@click.command()
@click.option("--voters", default=3600, show_default=True, help="Prepared beforehand.")
@click.option("--seconds", default=60.0, show_default=True, help="Of ten times.")
@click.option("--highest", type=float, help="The highest rate, where it is known.")
@click.option("--facts", "facts_only", is_flag=True, help="Times decide nothing.")
@click.option("--json", "to", type=click.Path(path_type=Path), help="Where to, too.")
def overload(*, voters: int, seconds: float, to: Path | None, **how: Any) -> None:
    """Find the highest rate a platform bears, bring ten times that, and look after it.

    \b
      python -m tests.overload --voters 400 --seconds 20
    """
    console = Console(highlight=False, width=_WIDTH)
    report = Report(console)
    workers = ProcessPoolExecutor(
        os.cpu_count() or 1,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=leave_interrupts_alone,
    )
    with (
        tempfile.TemporaryDirectory(prefix="primaries-overload-") as name,
        workers,
        first_hour(Path(name), report, workers, voters=voters) as scene,
    ):
        plan = People(scene.stage).plan()
        trials = Trials(plan=plan, site=scene.site, folder=Path(name))
        measured = Measurement(scene=scene, trials=trials, console=console)
        measured.go(seconds, how["highest"])
    if to:
        to.write_text(json.dumps(measured.document), encoding="utf-8")
    claims = measured.facts | ({} if how["facts_only"] else measured.times)
    for claim, holds in claims.items():
        report.say(f"{'holds ' if holds else 'BROKEN'} {claim}")
    if not all(claims.values()):
        raise click.ClickException("Not everything holds.")
