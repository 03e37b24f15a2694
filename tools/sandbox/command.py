"""`primaries sandbox`: replay a made-up primary for those who build readers of it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

import click

import tools.processes  # noqa: F401 (makes the process cooperative)
from chassis.events import Envelope
from contracts.definition import Definition, InvalidDefinition, parse_definition
from tools.definitions import load_definition_file
from tools.deployment.definitions import user_of_region
from tools.private_servers import ServerUnavailable, private_node
from tools.sandbox.outlets import (
    BrokerOutlet,
    Outlet,
    give_users,
    publishing,
    serving,
    uri_of_teller,
)
from tools.sandbox.rough import RoughOutlet
from tools.sandbox.story import story

_DEFINITION = Path("deploy/primaries/nur-otan-2020.yaml")
_LARGEST = 500  # events told at once
_SHORTEST = 0.05  # seconds worth sleeping


@click.command("sandbox")
@click.option(
    "--definition",
    "path",
    default=_DEFINITION,
    show_default=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option(
    "--seed", default=2020, show_default=True, help="It tells the same again."
)
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="CODE",
    help="Only these regions, and the country; all if not said.",
)
@click.option(
    "--speed",
    default=86_400.0,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Seconds of the story a second; 0 tells everything at once.",
)
@click.option("--amqp", metavar="URI", help="Tell it at this broker.")
@click.option("--private", is_flag=True, help="Tell it at a RabbitMQ started for it.")
@click.option("--http", "address", metavar="HOST:PORT", help="Serve it as a feed.")
@click.option(
    "--rough",
    is_flag=True,
    help="At the broker tell some events twice and leave some out; the feed has all.",
)
def sandbox(
    *,
    path: Path,
    seed: int,
    regions: tuple[str, ...],
    speed: float,
    rough: bool,
    **where: Any,
) -> None:
    """Replay a made-up primary's public log, from nominations to lists.

    --private starts RabbitMQ with the users and rights of a deployment, prints how each
    region connects, and stays when the story has ended, as --http does; Ctrl-C ends.

    \b
      primaries sandbox --private --region KZ-AKM
      primaries sandbox --http 127.0.0.1:8090 --speed 3600
      primaries sandbox --private --http 127.0.0.1:8090 --rough --speed 0
      primaries sandbox --amqp amqp://operator:…@broker/primaries --speed 0
    """
    if not any(where.values()):
        raise click.UsageError("Say where: --private, --amqp or --http.")
    if rough and not (where["private"] or where["amqp"]):
        raise click.UsageError("--rough is of a broker: --private or --amqp.")
    definition = _read(path)
    events = _told_in(story(definition, seed), {*regions, definition.country})
    with ExitStack() as stack:
        outlets = list(_outlets(stack, events, **where))
        if rough:
            outlets = [_roughened(outlet, events, seed) for outlet in outlets]
        _replay(events, outlets, speed)
        _stay(forever=bool(where["private"] or where["address"]))


def _outlets(
    stack: ExitStack,
    events: Sequence[Envelope],
    *,
    private: bool,
    amqp: str | None,
    address: str | None,
) -> Iterator[Outlet]:
    """Everywhere the story is to be told; says how to listen there."""
    if private:
        yield stack.enter_context(publishing(_start(stack, events, address)))
    if amqp:
        yield stack.enter_context(publishing(amqp))
    if address:
        yield stack.enter_context(serving(address))
        click.echo(f"primaries subscribe --api http://{address}")


def _roughened(outlet: Outlet, events: Sequence[Envelope], seed: int) -> Outlet:
    """The outlet, or a broker at its worst."""
    if not isinstance(outlet, BrokerOutlet):
        return outlet
    worse = RoughOutlet(outlet, events, seed)
    click.echo(f"Lost: {len(worse.lost)}, told twice: {len(worse.twice)}.", err=True)
    return worse


def _read(path: Path) -> Definition:
    try:
        return parse_definition(load_definition_file(path))
    except InvalidDefinition as error:
        raise click.ClickException("\n".join(error.lines())) from error


def _told_in(events: list[Envelope], regions: set[str]) -> list[Envelope]:
    """What concerns these regions; with the country alone, everything."""
    if len(regions) == 1:
        return events
    chosen = [event for event in events if event.data["region"] in regions]
    unknown = regions - {event.data["region"] for event in chosen}
    if unknown:
        raise click.UsageError(f"Nothing happens in {', '.join(sorted(unknown))}.")
    return chosen


def _start(stack: ExitStack, events: Sequence[Envelope], address: str | None) -> str:
    """A broker for these regions; says how each connects, gives who publishes."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sandbox-")))
    try:
        node = stack.enter_context(private_node(folder))
    except ServerUnavailable as error:
        raise click.ClickException(str(error)) from error
    regions = tuple(sorted({event.data["region"] for event in events}))
    country = events[0].data["region"]
    uris = give_users(node, regions, (country,), folder)
    feed = f" --api http://{address}" if address else ""
    for region in regions:
        streams = " ".join(f"--region {each}" for each in sorted({country, region}))
        uri = uris[user_of_region(region)]
        click.echo(f"primaries subscribe --amqp {uri} {streams}{feed}")
    return uri_of_teller(uris)


def _replay(
    events: Sequence[Envelope], outlets: Sequence[Outlet], speed: float
) -> None:
    """Tell all events to all, each when its time has come."""
    told = 0
    for wait, batch in _paced(events, speed):
        time.sleep(wait)
        for outlet in outlets:
            outlet.tell(batch)
        told += len(batch)
        now = batch[-1].time.date()
        click.echo(f"\r{now}: {told} of {len(events)} events", nl=False, err=True)
    click.echo("", err=True)


def _paced(
    events: Sequence[Envelope], speed: float
) -> Iterator[tuple[float, list[Envelope]]]:
    """Batches, each with the seconds to wait before it."""
    begun, first = time.monotonic(), events[0].time

    def due(event: Envelope) -> float:
        return (event.time - first).total_seconds() / speed if speed else 0.0

    for moment, together in groupby(events, lambda each: due(each) // _SHORTEST):
        batch = list(together)
        for start in range(0, len(batch), _LARGEST):
            wait = moment * _SHORTEST - (time.monotonic() - begun)
            yield max(wait, 0.0), batch[start : start + _LARGEST]


def _stay(*, forever: bool) -> None:
    """Keep what was started until somebody ends it."""
    try:
        while forever:
            time.sleep(1)
    except KeyboardInterrupt:
        click.echo("The sandbox is closed.", err=True)
