"""The composition root: which services run in this process, and with which settings.

Nothing else imports the services: they are loaded by dotted name, here.
Importing this module makes the process cooperative, before anything else is loaded.
"""

# ruff: noqa: E402 (what nameko stands on is put in place before it is imported)

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it tells of its own ageing at every start
    import eventlet

eventlet.monkey_patch()
# nameko tells of its own ageing at every start; the versions are pinned.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated")

import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from chassis.advice import advice_on
from chassis.config import Settings, SettingUnusable
from chassis.messages import sender_from
from chassis.migrations import upgrade
from chassis.runner import run
from chassis.telemetry import configure_logging
from tools.environment import GATEWAY, SERVICES, embedded_environment

CLASSES = {
    "registration": "services.registration.service.RegistrationService",
    "campaign": "services.campaign.service.CampaignService",
    "voting": "services.voting.service.VotingService",
    "tally": "services.tally.service.TallyService",
    GATEWAY: "gateway.service.GatewayService",
}
#: who writes to telephones
SENDERS = {"registration", "voting"}
#: what a service would start without, and then fail at its first message or request
KEYS = {
    "registration": ("vault_key", "roll_key", "principal_key", "bootstrap_secret"),
    "campaign": ("vault_key",),
    "voting": ("vault_key", "roll_key", "signing_key"),
}


@click.command("up")
@click.option(
    "--data",
    default=Path("var/platform"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where databases and keys are kept.",
)
@click.option("--http", "address", help="HOST:PORT to listen at (127.0.0.1:8080).")
@click.option("--demo", is_flag=True, help="Telephones are inboxes for all to read.")
def up(*, data: Path, address: str | None, demo: bool) -> None:
    """Run the whole platform in this one process: memory bus, SQLite, no set-up.

    Keys are made at the first start. Variables of the environment (.env.example)
    replace the defaults, one by one. Codes go out through PRIMARIES_SMS_URL, or
    nowhere with --demo.

    \b
      primaries up --demo
      primaries up --data /srv/primaries --http 0.0.0.0:8080
    """
    environment = embedded_environment(data, os.environ)
    if demo:
        environment["PRIMARIES_DEMO"] = "1"
    if address:
        environment["PRIMARIES_HTTP_ADDRESS"] = address
    for service in SERVICES:
        migrate_database(service, environment)
    run_services((*SERVICES, GATEWAY), environment)


@click.command("run")
@click.argument("service", type=click.Choice(list(CLASSES)))
def run_one(*, service: str) -> None:
    """Run one SERVICE, as the environment alone says (.env.example).

    Its database must be up to date: `primaries migrate`.

    \b
      primaries migrate voting && primaries run voting
    """
    run_services((service,), os.environ)


@click.command("migrate")
@click.argument("services", nargs=-1, type=click.Choice(SERVICES))
def migrate(*, services: tuple[str, ...]) -> None:
    """Bring the databases of SERVICES (all by default) to the newest version.

    Run it once per release, by one process, before the services start.

    \b
      primaries migrate
      primaries migrate registration voting
    """
    for service in services or SERVICES:
        migrate_database(service, os.environ)
        click.echo(f"{service}: up to date")


def migrate_database(service: str, environment: Mapping[str, str]) -> None:
    """Bring one service's database to the newest version."""
    configure_logging()
    with _plain_errors():
        url = Settings(service, environment).database_url
        try:
            upgrade(service, url)
        except DBAPIError as error:
            if not (advice := advice_on(error)):
                raise
            raise click.ClickException(f"{service}: {advice}") from error


def run_services(services: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run services in this process until it is told to stop; does not return."""
    settings = {name: Settings(name, environment) for name in services}
    _require_usable(settings)
    configure_logging(next(iter(settings.values())).log_level)
    with _plain_errors():
        run(
            [(load_class(name), settings[name]) for name in services],
            ready=_announcement(settings),
        )


def load_class(service: str) -> type:
    """The class of a service, imported by its dotted name."""
    module, _, name = CLASSES[service].rpartition(".")
    return getattr(import_module(module), name)


def _announcement(settings: Mapping[str, Settings]) -> Callable[[], None]:
    def announce() -> None:
        if GATEWAY in settings:
            click.echo(f"Listening at http://{settings[GATEWAY].http_address}/")
        else:
            click.echo(f"Running: {', '.join(settings)}")

    return announce


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What an operator can mend is one line, not a traceback."""
    try:
        yield
    except SettingUnusable as error:
        raise click.ClickException(str(error)) from error


def _require_usable(settings: Mapping[str, Settings]) -> None:
    """Stop now, and say all that is wrong, rather than at the first request."""
    troubles = dict.fromkeys(
        trouble
        for name, each in settings.items()
        for trouble in _troubles(_needs_of(name, each))
    )
    if troubles:
        raise click.ClickException("\n".join(troubles))
    for address in _addresses(settings):
        _require_free(address)


def _needs_of(name: str, settings: Settings) -> Iterator[Callable[[], object]]:
    """What a process of this service reads of its settings, sooner or later."""
    yield lambda: settings.log_level
    yield settings.for_nameko
    if name in SENDERS:
        yield lambda: sender_from(settings)
    if name != GATEWAY:
        used = ("database_url", "principal_public_key", *KEYS.get(name, ()))
        yield from (partial(getattr, settings, each) for each in used)


def _troubles(needs: Iterator[Callable[[], object]]) -> Iterator[str]:
    for need in needs:
        try:
            need()
        except SettingUnusable as error:
            yield str(error)


def _addresses(settings: Mapping[str, Settings]) -> set[str]:
    """Where the process will listen."""
    addresses = {each.health_address for each in settings.values()} - {""}
    if GATEWAY in settings:
        addresses.add(settings[GATEWAY].http_address)
    return addresses


def _require_free(address: str) -> None:
    """Say it plainly when somebody else listens there already."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise click.ClickException(f"{address} is not HOST:PORT.")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, int(port)))
        except OSError as error:
            raise click.ClickException(
                f"Cannot listen at {address}: {error.strerror}. "
                "Choose another with --http, PRIMARIES_HTTP_ADDRESS or _HEALTH_ADDRESS."
            ) from error
