"""`primaries parked`: what the services could not handle, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click
import structlog
from kombu import Connection
from rich.console import Console
from rich.table import Table

from chassis.advice import about_broker
from chassis.bus import CONNECTION_ERRORS, is_memory, trust_only_the_named_broker
from chassis.config import Settings, SettingUnusable
from chassis.publishing import NotTaken
from chassis.telemetry import configure_logging
from contracts.services import load_events
from tools.environment import SERVICES
from tools.parked_queue import HomeUnknown, Parked, parked_in, put_back, throw_away

log = structlog.get_logger()

_MOST = 1000  # messages of a service looked at in one go
_PATIENCE = 5  # seconds for the broker
_WIDE = 240  # characters
_HEADINGS = (
    "service", "id", "type", "parked since", "attempts", "failed at", "territory",
)  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """What lies before an operator, and the way back to the broker."""

    connection: Connection
    found: list[Parked]

    def pick(self, wanted: tuple[str, ...]) -> list[Parked]:
        """The messages with these ids, copies included; all must be there."""
        missing = set(wanted) - {each.id for each in self.found}
        if missing:
            raise click.ClickException(f"Not parked: {', '.join(sorted(missing))}")
        return [each for each in self.found if each.id in wanted]


@click.group("parked")
def parked() -> None:
    """Look after events that a service could not handle and has put aside.

    Take the operator's settings (operator.env); each command looks at the oldest
    1,000 messages of a service.

    \b
      primaries parked list
      primaries parked show 0193b0a1-6a52-7cc0-8000-000000000000
      primaries parked replay --all --service tally
    """


def _at_the_broker(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every command has, and how its troubles are told."""

    @click.option(
        "--service", type=click.Choice(SERVICES), help="Only what this one put aside."
    )
    @click.option(
        "--amqp",
        "uri",
        envvar="PRIMARIES_AMQP_URI",
        required=True,
        metavar="URI",
        help="(PRIMARIES_AMQP_URI)",
    )
    @wraps(command)
    def with_messages(*, service: str | None, uri: str, **options: Any) -> None:
        _require_broker(uri)
        load_events()
        trust_only_the_named_broker()
        with _plainly(), _everything(uri, service) as desk:
            command(desk, **options)

    return with_messages


def _require_broker(uri: str) -> None:
    try:
        Settings("operator", {"PRIMARIES_AMQP_URI": uri}).amqp_uri  # noqa: B018
    except SettingUnusable as error:
        raise click.UsageError(str(error)) from error
    if is_memory(uri):
        raise click.UsageError("A memory bus parks events inside its own process.")


@contextmanager
def _everything(uri: str, service: str | None) -> Iterator[Desk]:
    with Connection(uri, connect_timeout=_PATIENCE) as connection, ExitStack() as stack:
        connection.ensure_connection(max_retries=1, interval_start=0.2)
        names = [service] if service else SERVICES
        lots = (parked_in(connection, name, _MOST) for name in names)
        found = [each for lot in lots for each in stack.enter_context(lot)]
        yield Desk(connection, found)


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except HomeUnknown as error:
        message = f"{error} does not say where it came from: nothing was done."
        raise click.ClickException(message) from error
    except NotTaken as error:
        message = f"The broker did not take them all, so all are still parked: {error}"
        raise click.ClickException(message) from error
    except CONNECTION_ERRORS as error:
        message = f"No answer from the broker: {about_broker(error)}"
        raise click.ClickException(message) from error


@parked.command("list")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@_at_the_broker
def list_parked(desk: Desk, *, as_json: bool) -> None:
    """List what is parked, oldest first.

    \b
      primaries parked list --service tally
    """
    if as_json:
        for each in desk.found:
            click.echo(json.dumps(each.shown(), ensure_ascii=False))
        return
    if not desk.found:
        click.echo("Nothing is parked.")
        return
    table = Table(box=None)
    for heading in _HEADINGS:
        table.add_column(heading, no_wrap=True)
    for each in desk.found:
        table.add_row(*_row_of(each))
    # wide enough for an id on any terminal: it is there to be copied
    Console(width=_WIDE, highlight=False, markup=False).print(table)


def _row_of(each: Parked) -> list[str]:
    slip = each.slip
    facts = (each.service, each.id, each.type or "no event", slip.at, slip.attempts)
    cells = (*facts, slip.error, each.data.get("territory"))
    return ["" if cell is None else str(cell) for cell in cells]


@parked.command("show")
@click.argument("wanted", metavar="ID")
@_at_the_broker
def show(desk: Desk, *, wanted: str) -> None:
    """Show one event: of its data only what the public log would show.

    The other fields are named, not shown: they may be personal.

    \b
      primaries parked show 0193b0a1-6a52-7cc0-8000-000000000000
    """
    for each in desk.pick((wanted,)):
        click.echo(json.dumps(each.shown(), ensure_ascii=False, indent=2))


@parked.command("replay")
@click.argument("wanted", metavar="ID...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that is listed.")
@_at_the_broker
def replay(desk: Desk, *, wanted: tuple[str, ...], every: bool) -> None:
    """Put events back into the queues they came from, when the cause is mended.

    The service handles each once, however often it is put back; what fails again
    is parked again.

    \b
      primaries parked replay 0193b0a1-6a52-7cc0-8000-000000000000
      primaries parked replay --all --service tally
    """
    if bool(wanted) == every:
        raise click.UsageError("Name events, or say --all.")
    chosen = desk.found if every else desk.pick(wanted)
    put_back(desk.connection, chosen)
    click.echo(f"Put back: {len(chosen)}")


def _require_words(
    _context: click.Context, _option: click.Parameter, reason: str
) -> str:
    if not reason.strip():
        raise click.BadParameter("Say why.")
    return reason


@parked.command("drop")
@click.argument("wanted", metavar="ID")
@click.option(
    "--reason",
    required=True,
    callback=_require_words,
    help="Why nobody will ever need it.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@_at_the_broker
def drop(desk: Desk, *, wanted: str, reason: str, yes: bool) -> None:
    """Throw an event away for ever; the reason is written to the log.

    It is the only copy. What the service would have done about it stays undone.

    \b
      primaries parked drop 5f2b8c0d9e1a4477 --reason "not an event: a test message"
    """
    chosen = desk.pick((wanted,))
    for each in chosen:
        click.echo(json.dumps(each.shown(), ensure_ascii=False, indent=2), err=True)
    if not yes:
        click.confirm("Throw it away for ever?", abort=True)
    configure_logging()
    for each in chosen:
        told = {"service": each.service, "message": each.id, "type": each.type}
        log.warning("event_dropped", **told, reason=reason)
    throw_away(chosen)
    click.echo(f"Dropped: {wanted}")
