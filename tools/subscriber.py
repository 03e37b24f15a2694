"""`primaries subscribe`: the public log of one territory, as lines of JSON."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click
from kombu import Connection, Exchange, Queue, binding
from kombu.exceptions import OperationalError

from tools.api import DEFAULT, Api, Problem

EXCHANGE = Exchange("primaries.public", type="topic", durable=True)
_PAUSE = 1.0  # seconds between two looks at an unchanged feed
_PAGE = 200


@click.command("subscribe")
@click.option("--territory", required=True, metavar="CODE", help="With all inside it.")
@click.option("--primary", help="Only what concerns this primary.")
@click.option("--amqp", metavar="URI", help="Listen at RabbitMQ: from now on.")
@click.option("--api", "url", default=DEFAULT, show_default=True, metavar="URL")
@click.option("--after", metavar="CURSOR", help="Go on where an earlier run ended.")
@click.option("--once", is_flag=True, help="End when there is nothing more to read.")
def subscribe(
    *,
    territory: str,
    primary: str | None,
    amqp: str | None,
    url: str,
    after: str | None,
    once: bool,
) -> None:
    """Print the public log of a territory: one event a line, in JSON (CloudEvents).

    From RabbitMQ with --amqp; else from the HTTP feed, which also knows the past.
    Ctrl-C ends; the cursor to go on from is then written to standard error.

    \b
      primaries subscribe --territory KZ-AKM
      primaries subscribe --territory KZ-111000000 --after 12.40.3.0
      primaries subscribe --territory KZ-AKM --amqp amqp://reader@broker/primaries
    """
    if amqp and (after or once):
        raise click.UsageError("--after and --once belong to the HTTP feed.")
    with _ending_plainly():
        if not amqp:
            read_feed(Api(url), territory, primary, after=after, once=once)
            return
        for event in heard(amqp, territory):
            show(event, primary)


@contextmanager
def _ending_plainly() -> Iterator[None]:
    """Ctrl-C is how this command ends; what went wrong is one line."""
    try:
        yield
    except KeyboardInterrupt:
        return
    except BrokenPipeError:
        raise  # nobody reads what we print any more: click ends quietly
    except Problem as problem:
        raise click.ClickException("\n".join(problem.lines())) from problem
    except (OperationalError, OSError) as error:
        raise click.ClickException(f"The broker is lost: {error}") from error


def read_feed(
    api: Api, territory: str, primary: str | None, *, after: str | None, once: bool
) -> None:
    """Print the feed from a cursor on; say the last cursor however it ends."""
    try:
        while True:
            page = api.get(
                "/events", after=after, limit=_PAGE, place=territory, primary=primary
            )
            for event in page["items"]:
                show(event, primary)
            after = page["next"] or after
            if not page["items"]:
                if once:
                    return
                time.sleep(_PAUSE)
    finally:
        if after:
            click.echo(f"--after {after}", err=True)


def heard(uri: str, territory: str) -> Iterator[dict[str, Any]]:
    """The events of a territory from now on, through a queue of our own."""
    arrived: deque[dict[str, Any]] = deque()
    with (
        Connection(uri, connect_timeout=5) as connection,
        connection.Consumer(
            _queue(territory),
            callbacks=[lambda body, _message: arrived.append(body)],
            accept=["json"],
            no_ack=True,
        ),
    ):
        while True:
            while arrived:
                yield arrived.popleft()
            with suppress(TimeoutError):
                connection.drain_events(timeout=_PAUSE)


def _queue(territory: str) -> Queue:
    """A queue that goes when we go; the broker gives it its name."""
    bindings = [binding(EXCHANGE, routing_key=key) for key in keys_of(territory)]
    return Queue("", bindings=bindings, exclusive=True, auto_delete=True)


def keys_of(territory: str) -> tuple[str, str]:
    """What a territory's events are routed by: as a region, and inside one."""
    return f"{territory}.#", f"*.{territory}.#"


def show(event: dict[str, Any], primary: str | None) -> None:
    """Print an event, unless it concerns another primary."""
    if primary in (None, event.get("primary")):
        click.echo(json.dumps(event, ensure_ascii=False))
