"""`primaries demo`: plays a whole primary and checks what comes out of it."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import shutil
import signal
import sys
import time
import webbrowser
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
from tools.api import Api
from tools.definitions import load_definition_file
from tools.demo.acts import publication
from tools.demo.cast import gather_cast
from tools.demo.interlude import WAITS, live, show_door
from tools.demo.offline import leave_interrupts_alone
from tools.demo.options import Options
from tools.demo.platform import running_platform
from tools.demo.play import play
from tools.demo.report import Report
from tools.demo.sizes import SIZES
from tools.demo.stage import Stage

_GROUPS = ("Ed25519", "BELENIOS-2048")
_FOLDER = Path("var/demo")
_WIDTH = 110
_MORNING = timedelta(hours=9)
_MOMENT = 0.5  # seconds


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
@click.option("--tls", is_flag=True, help="On the network too, for telephones.")
@click.option(
    "--pause-at",
    type=click.Choice(list(WAITS)),
    help="Wait in this act, for a person to take part by hand.",
)
@click.option("--exit", "leave", is_flag=True, help="End when all is played.")
def demo(*, leave: bool, seed: int | None, **chosen: Any) -> None:
    """Play a whole primary, 17 August to 5 October 2020, in about a minute.

    Invented people nominate, debate, vote and count over HTTP on a platform that is
    started for it; then every board is verified and compared with the results.
    Exit code 0 only when everything agrees. On a terminal the pages stay up
    afterwards, until Ctrl-C, and are opened in a browser where there is one.

    With --pause-at the play waits in an act until Enter or SIGUSR1: it prints whom to
    sign in as, and where the codes arrive. With --tls other devices of the network
    reach the pages under a certificate of this machine's own.

    \b
      primaries demo
      primaries demo --pause-at voting
      primaries demo --pause-at voting --tls
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
        play(stage)
        seconds = time.monotonic() - started
        report.say(f"Played in {seconds:.0f} seconds; --seed {options.seed}")
        report.say(f"The files are in {options.folder}/")
        if options.stays_up:
            _serve(stage)


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
    address = f"{stage.platform.shown_at}/{stage.primary}/"
    stage.report.say(f"The pages are at {address} (Ctrl-C ends)")
    show_door(stage)
    if _has_display():
        webbrowser.open(address)
    try:
        live(stage, _no_end)
    except KeyboardInterrupt:
        return


def _has_display() -> bool:
    """Is there a screen on which a browser could show something?"""
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform == "darwin" or any(os.environ.get(one) for one in screens)


def _no_end() -> bool:
    time.sleep(_MOMENT)
    return False
