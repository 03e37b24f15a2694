"""`primaries subscribe`: the public log as lines of JSON, nothing lost or doubled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click

from tools.api import DEFAULT, Api
from tools.subscriber.asked import BUS, Asked, StartType
from tools.subscriber.following import Follower, listed
from tools.subscriber.received import SourceLost, SourceRefused
from tools.subscriber.state import State

_MOST_LOSSES = 100  # told one by one at the end
_INCOMPLETE = 3  # the exit code where events are missing at the end


@click.command("subscribe")
@click.option(
    "--amqp",
    metavar="URI",
    help=f"Read at RabbitMQ, not over HTTP; with --region ${BUS} if not said.",
)
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="CODE",
    help="Whose stream to read; may be given again, e.g. for the country's.",
)
@click.option(
    "--from",
    "start",
    type=StartType(),
    metavar="first|OFFSET|TIME",
    help="Where in the stream to begin; first if not said. A state goes on by itself.",
)
@click.option("--queue", metavar="NAME", help="A live queue instead of the stream.")
@click.option(
    "--api",
    metavar="URL",
    help="The HTTP feed; beside --amqp where missing events are looked for.  "
    f"[default: {DEFAULT}]",
)
@click.option("--territory", metavar="CODE", help="Of the feed; with all inside it.")
@click.option("--after", metavar="CURSOR", help="Of the feed: where to begin.")
@click.option(
    "--state",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep events and place in this file, and go on from there.",
)
@click.option("--primary", metavar="ID", help="Print only what concerns this primary.")
@click.option(
    "--follow/--until-idle",
    default=True,
    help="Go on for ever, or end when there is nothing more to read.",
)
def subscribe(
    *, path: Path | None, primary: str | None, follow: bool, **asked: Any
) -> None:
    """Print the public log: one event a line, in JSON (CloudEvents 1.0).

    Each event once, in order per territory and service. What is missing is noticed by
    its number and looked for: in the HTTP feed where --api is given, which has every
    event, else in the stream. With --state the run after a crash goes on where the last
    one was. Ctrl-C ends. What happens to the reading is told on standard error.

    \b
      primaries subscribe --territory KZ-AKM --until-idle
      primaries subscribe --amqp amqps://region.KZ-AKM:…@broker/primaries \\
          --region KZ-AKM --region KZ --state akmola.db --api https://platform
      primaries subscribe --amqp … --region KZ-AKM --from 2020-10-01T00:00Z
      primaries subscribe --amqp … --region KZ-AKM --queue turnout

    Exit code with --until-idle: 0 all events are there, 3 some are missing (it says
    which and what to do), 1 the source refuses or stays away, 2 wrong options.
    """
    source = Asked.of(**asked)
    source.check()
    with closing(State(path)) as state, _ending_plainly(state, source):
        if source.start is not None and state.places():
            tell(f"--from is passed over: {path} goes on where it was.")
        if source.feeds() and not Api(source.api or DEFAULT).is_up():
            tell(f"{source.api} does not answer as a platform does.")
        Follower(
            state=state,
            source=source.source(),
            rereading=source.rereading(),
            feeds=source.feeds(),
            show=lambda event: show(event, primary),
            tell=tell,
        ).follow(until_idle=not follow)
        if state.gaps() or state.forgotten() or state.losses():
            raise click.exceptions.Exit(_INCOMPLETE)


def show(event: dict[str, Any], primary: str | None) -> None:
    """Print an event, unless it concerns another primary."""
    if primary in {None, event.get("primary")}:
        click.echo(json.dumps(event, ensure_ascii=False))


def tell(words: str) -> None:
    """Say something about the reading itself, apart from what was read."""
    click.echo(words, err=True)


@contextmanager
def _ending_plainly(state: State, source: Asked) -> Iterator[None]:
    """Ctrl-C is how this command ends; what went wrong is one line."""
    try:
        yield
    except KeyboardInterrupt:
        return
    except (SourceLost, SourceRefused) as error:
        raise click.ClickException(str(error)) from error
    finally:
        for words in _summary(state, source):
            tell(words)


def _summary(state: State, source: Asked) -> Iterator[str]:
    """What was read, how far, and what is missing."""
    yield f"{state.counts}."
    for name, mark in state.places():
        yield f"{name}: {mark}"
    if waited_for := state.gaps():
        yield f"Waited for, so run it again: {listed(waited_for, _MOST_LOSSES)}."
    if forgotten := state.forgotten():
        streams = ", ".join(forgotten)
        yield f"Perhaps not in this copy: what had gone from {streams} before."
    if losses := state.losses():
        yield f"Not in this copy: {listed(losses, _MOST_LOSSES)}."
    if forgotten or losses:
        yield f"The HTTP feed keeps every event. A whole copy: {source.anew()}"
