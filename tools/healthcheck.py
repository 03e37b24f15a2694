"""`primaries healthcheck`: asked by a supervisor whether a process does its work."""

from __future__ import annotations

import os

import click
import httpx
import sqlalchemy as sa
from kombu import Connection
from kombu.exceptions import OperationalError as BusError
from sqlalchemy.exc import SQLAlchemyError

from chassis.config import SettingMissing, Settings
from tools.environment import GATEWAY, SERVICES

_PATIENCE = 3  # seconds
_ANSWER = "/api/v1/openapi.json"  # the gateway's own, whoever else is silent


class Unwell(Exception):
    """A process does not do its work."""


@click.command("healthcheck")
@click.argument("service", type=click.Choice([*SERVICES, GATEWAY]))
def healthcheck(*, service: str) -> None:
    """Say whether SERVICE works, as the environment describes it.

    A service: its database answers and somebody takes its calls from the bus. The
    gateway: it answers over HTTP.

    \b
      primaries healthcheck voting
    """
    settings = Settings(service, os.environ)
    try:
        if service == GATEWAY:
            _require_answer(settings.http_address)
        else:
            _require_database(settings.database_url)
            _require_listener(settings.amqp_uri, service)
    except (Unwell, SettingMissing) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{service} works")


def _require_answer(address: str) -> None:
    host, _, port = address.rpartition(":")
    here = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 (compared, not bound)
    try:
        answer = httpx.head(f"http://{here}:{port}{_ANSWER}", timeout=_PATIENCE)
    except httpx.HTTPError as error:
        raise Unwell(f"no answer: {type(error).__name__}") from error
    if not answer.is_success:
        raise Unwell(f"the answer is {answer.status_code}")


def _require_database(url: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
    except SQLAlchemyError as error:
        raise Unwell(f"no database: {type(error).__name__}") from error


def _require_listener(uri: str, service: str) -> None:
    """Somebody consumes the service's calls: this process, or a replica of it."""
    try:
        with Connection(uri, connect_timeout=_PATIENCE) as connection:
            channel = connection.default_channel
            queue = channel.queue_declare(f"rpc-{service}", passive=True)
    except (BusError, OSError, *Connection(uri).channel_errors) as error:
        raise Unwell(f"no bus: {type(error).__name__}") from error
    if not queue.consumer_count:
        raise Unwell("nobody takes its calls")
