"""`primaries demo`: plays a whole primary and checks what comes out of it."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random  # noqa: TID251 (a seeded choice must repeat; no secret here)
from typing import Any

import click
from rich.console import Console

from contracts.definition import Definition, parse_definition
from tools.api import Api, Problem
from tools.definitions import load_definition_file
from tools.demo.acts import (
    counting,
    debates,
    epilogue,
    founding,
    nominations,
    programmes,
    publication,
    roll,
    station,
    voting,
)
from tools.demo.cast import gather_cast
from tools.demo.offline import leave_interrupts_alone
from tools.demo.options import Options
from tools.demo.platform import running_platform
from tools.demo.report import Report
from tools.demo.sizes import SIZES
from tools.demo.stage import Stage

_GROUPS = ("Ed25519", "BELENIOS-2048")
_FOLDER = Path("var/demo")
_WIDTH = 110
_MORNING = timedelta(hours=9)


@click.command("demo")
@click.option("--seed", type=int, help="Repeat the people and choices of a run.")
@click.option("--scale", type=click.Choice(list(SIZES)), default="normal")
@click.option("--rehearsal", is_flag=True, help="Play the rehearsal's definition.")
@click.option("--group", type=click.Choice(_GROUPS), help="Of the boards.")
@click.option("--processes", is_flag=True, help="One process for each service.")
@click.option(
    "--bus", metavar="URI", help="`private`, or amqp://… (a vhost of its own)"
)
@click.option("--database", metavar="URL", help="A PostgreSQL server: postgresql://…")
@click.option("--http", metavar="HOST:PORT", help="Where the pages are.")
@click.option(
    "--folder",
    default=_FOLDER,
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the files are left; what it holds of an earlier run goes.",
)
@click.option("--exit", "leave", is_flag=True, help="End when all is played.")
def demo(*, leave: bool, seed: int | None, **chosen: Any) -> None:
    """Play a whole primary, 17 August to 5 October 2020, in about a minute.

    Invented people nominate, debate, vote and count over HTTP on a platform that is
    started for it; then every board is verified and compared with the results.
    Exit code 0 only when everything agrees. On a terminal the pages stay up
    afterwards, until Ctrl-C.

    \b
      primaries demo
      primaries demo --seed 7 --exit
      primaries demo --group BELENIOS-2048
      primaries demo --processes --bus private --database postgresql://me:x@db/postgres
      primaries demo --scale full --exit
    """
    chosen["seed"] = secrets.randbelow(10**6) if seed is None else seed
    options = Options(stays_up=sys.stdout.isatty() and not leave, **chosen)
    _check_combination(options)
    with _interruptible():
        _perform(options, Report(_console()))


def _perform(options: Options, report: Report) -> None:
    started = time.monotonic()
    _clear(options)
    definition = _definition(options)
    opens = definition.calendar.phase("nomination").opens_at + _MORNING
    with running_platform(options, opens) as platform, _workers() as workers:
        rng = Random(options.seed)  # noqa: S311 (people to repeat, not secrets)
        stage = Stage(
            options=options,
            platform=platform,
            definition=definition,
            cast=gather_cast(definition, options.size, rng),
            report=report,
            workers=workers,
            api=Api(platform.url),
            now=opens,
        )
        _play(stage)
        seconds = time.monotonic() - started
        report.say(f"Played in {seconds:.0f} seconds; --seed {options.seed}")
        report.say(f"The files are in {options.folder}/")
        if options.stays_up:
            _serve(stage)


def _play(stage: Stage) -> None:
    """All acts, in the order of the calendar."""
    try:
        with tempfile.TemporaryDirectory(prefix="primaries-trustees-") as offline:
            _before_the_vote(stage, Path(offline))
            _the_vote(stage)
            counting.seal_boards(stage)
            counting.decrypt(stage, Path(offline))
        counting.publish(stage)
        _afterwards(stage)
    except Problem as problem:
        raise click.ClickException("\n".join(problem.lines())) from problem


def _before_the_vote(stage: Stage, offline: Path) -> None:
    founding.found_primary(stage)
    nominations.nominate_and_vet(stage)
    debates.draw_debates(stage)
    programmes.publish_programmes(stage)
    nominations.stand_down(stage)
    roll.freeze_roll(stage)
    programmes.decide_suggestions(stage)
    roll.hand_in_keys(stage, offline)
    roll.open_station(stage)
    debates.hold_debates(stage)
    roll.finalise_ballot(stage)


def _the_vote(stage: Stage) -> None:
    voting.vote_first_days(stage)
    voting.extend_voting(stage)
    station.vote_on_paper(stage)
    station.sign_protocol(stage)
    voting.vote_last_day(stage)


def _afterwards(stage: Stage) -> None:
    documents = publication.leave_files(stage)
    epilogue.show_turnout(stage)
    epilogue.show_outcome(stage, documents)
    epilogue.show_ratings(stage, documents)
    reports = publication.verify_boards(stage)
    publication.ask_belenios_tool(stage, reports)
    publication.compare(stage, documents, reports)


def _definition(options: Options) -> Definition:
    document = load_definition_file(options.definition_file)
    if options.group:
        document["group"] = options.group
    return parse_definition(document)


def _console() -> Console:
    """Where nobody watches, lines may be as long as the tables need."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)


def _check_combination(options: Options) -> None:
    if options.processes and not options.bus:
        raise click.UsageError("--processes needs a bus between them: --bus private")


def _clear(options: Options) -> None:
    """An earlier run's files must not be taken for this one's."""
    for name in publication.FILES:
        (options.folder / f"{name}.json").unlink(missing_ok=True)
    shutil.rmtree(options.boards, ignore_errors=True)


@contextmanager
def _workers() -> Iterator[ProcessPoolExecutor]:
    """As many processes as processors; they know nothing of this one's threads."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        os.cpu_count() or 1,
        mp_context=context,
        initializer=leave_interrupts_alone,
    ) as workers:
        try:
            yield workers
        finally:
            workers.shutdown(cancel_futures=True)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the demonstration in order."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        raise click.exceptions.Exit(130) from None


def _serve(stage: Stage) -> None:
    """Keep the platform up until Ctrl-C."""
    stage.report.say(f"The pages are at {stage.platform.url}/ (Ctrl-C ends)")
    try:
        while True:
            stage.platform.require_alive()
            time.sleep(0.5)
    except KeyboardInterrupt:
        return
