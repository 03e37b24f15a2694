"""`primaries subscribe`: the public log as lines of JSON, nothing lost or doubled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tools.api import DEFAULT, Api
from tools.subscriber.broker import (
    FIRST,
    QueueSource,
    Start,
    StreamRereading,
    StreamSource,
)
from tools.subscriber.feed import FeedRereading, FeedSource
from tools.subscriber.following import Follower
from tools.subscriber.received import (
    Rereading,
    Source,
    SourceLost,
    SourceRefused,
)
from tools.subscriber.state import State


class StartType(click.ParamType):
    """`first`, an offset, or a time with its zone."""

    name = "start"

    def convert(self, value: Any, param: Any, ctx: Any) -> Start:
        """Read what was written, or say how to write it."""
        if value == FIRST or not isinstance(value, str):
            return value
        if value.isascii() and value.isdigit():
            return int(value)
        try:
            time = datetime.fromisoformat(value)
        except ValueError:
            time = None
        if time is None or time.tzinfo is None:
            self.fail("write first, an offset, or a time like 2020-10-01T00:00Z.")
        return time


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which part of the log, and where to read it."""

    amqp: str | None
    regions: tuple[str, ...]
    queue: str | None
    start: Start | None
    api: str | None
    territory: str | None
    after: str | None

    def check(self) -> None:
        """Refuse what does not belong together."""
        if self.amqp:
            self._require(bool(self.regions), "--amqp needs a --region.")
            at_feed = self.after or self.territory
            self._require(not at_feed, "--territory and --after belong to the feed.")
            from_now_on = not self.queue or self.start is None
            self._require(from_now_on, "A live queue has no past.")
            one_region = not self.queue or len(self.regions) == 1
            self._require(one_region, "A live queue is of one region.")
            self._require(self.queue != "log", "The name log is the stream's.")
            return
        at_broker = self.regions or self.queue or self.start is not None
        self._require(not at_broker, "--region, --queue and --from need --amqp.")

    def source(self) -> Source:
        """Where to read."""
        if not self.amqp:
            return FeedSource(Api(self.api or DEFAULT), self.territory, self.after)
        if self.queue:
            return QueueSource(self.amqp, self.regions[0], self.queue)
        start = FIRST if self.start is None else self.start
        return StreamSource(self.amqp, self.regions, start)

    def rereading(self) -> Rereading:
        """Where to look for what is missing."""
        if self.api or not self.amqp:
            return FeedRereading(Api(self.api or DEFAULT))
        return StreamRereading(StreamSource(self.amqp, self.regions))

    @staticmethod
    def _require(condition: bool, otherwise: str) -> None:  # noqa: FBT001
        if not condition:
            raise click.UsageError(otherwise)


@click.command("subscribe")
@click.option("--amqp", metavar="URI", help="Read at RabbitMQ, not over HTTP.")
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
@click.option("--api", metavar="URL", help=f"The HTTP feed.  [default: {DEFAULT}]")
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
    its number and read again: over HTTP where --api is given, else from the stream.
    With --state the run after a crash goes on where the last one was. Ctrl-C ends.

    \b
      primaries subscribe --territory KZ-AKM --until-idle
      primaries subscribe --amqp amqp://region.KZ-AKM:…@broker/primaries \\
          --region KZ-AKM --region KZ --state akmola.db
      primaries subscribe --amqp … --region KZ-AKM --from 2020-10-01T00:00Z
      primaries subscribe --amqp … --region KZ-AKM --queue turnout
    """
    source = Asked(**asked)
    source.check()
    with closing(State(path)) as state, _ending_plainly(state):
        Follower(
            state=state,
            source=source.source(),
            rereading=source.rereading(),
            show=lambda event: show(event, primary),
            tell=tell,
        ).follow(until_idle=not follow)


def show(event: dict[str, Any], primary: str | None) -> None:
    """Print an event, unless it concerns another primary."""
    if primary in {None, event.get("primary")}:
        click.echo(json.dumps(event, ensure_ascii=False))


def tell(words: str) -> None:
    """Say something about the reading itself, apart from what was read."""
    click.echo(words, err=True)


@contextmanager
def _ending_plainly(state: State) -> Iterator[None]:
    """Ctrl-C is how this command ends; what went wrong is one line."""
    try:
        yield
    except KeyboardInterrupt:
        return
    except (SourceLost, SourceRefused) as error:
        raise click.ClickException(str(error)) from error
    finally:
        tell(f"{state.counts}.")
        for name, mark in state.places():
            tell(f"{name}: {mark}")
