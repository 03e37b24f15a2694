"""The siege as a command."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from tests.faults.siege.story import Story
from tools.demo.offline import leave_interrupts_alone
from tools.demo.report import Report

_WIDTH = 110


@click.command()
@click.option("--faults", default=40, show_default=True, help="At least so many.")
@click.option("--ballots", default=2000, show_default=True, help="At least so many.")
@click.option("--seed", type=int, envvar="FAULTS_SEED", help="Repeat a run's faults.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where logs and boards are left; else nothing is.",
)
def siege(*, faults: int, ballots: int, seed: int | None, folder: Path | None) -> None:
    """Break a whole platform while people vote and stand; then see what it kept.

    \b
      python -m tests.faults.siege --faults 6 --ballots 200 --seed 7
    """
    signal.signal(signal.SIGTERM, _stop)
    seed = secrets.randbelow(10**6) if seed is None else seed
    report = Report(Console(highlight=False, width=_WIDTH))
    report.say(f"FAULTS_SEED={seed}")
    with _place(folder) as place, _workers() as workers:
        story = Story(folder=place, report=report, workers=workers, seed=seed)
        wrong = story.tell(faults=faults, ballots=ballots)
    if wrong:
        raise click.ClickException("\n".join(["This is not as it should be:", *wrong]))
    report.say(f"Nothing was lost, repeated or stuck. FAULTS_SEED={seed}")


def _stop(*_: object) -> None:
    """Take down what was put up, however often one is asked."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        folder.mkdir(parents=True)
        yield folder.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="primaries-siege-") as fresh:
        yield Path(fresh)


@contextmanager
def _workers() -> Iterator[Executor]:
    """Other processors, for what voters' devices and verifiers compute."""
    with ProcessPoolExecutor(
        os.cpu_count() or 1,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=leave_interrupts_alone,
    ) as workers:
        yield workers
