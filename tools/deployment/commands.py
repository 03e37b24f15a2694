"""`primaries deployment-secrets` and `primaries rabbitmq-definitions`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from contracts.definition import InvalidDefinition, Level, parse_definition
from contracts.services import load_events
from tools.definitions.loading import load_definition_file
from tools.deployment.definitions import (
    CALLS_BETWEEN_SERVICES,
    OPERATOR,
    VHOST,
    Platform,
    definitions_for,
    user_of_region,
)
from tools.deployment.env_files import (
    BUS,
    SettingsUnusable,
    bus_password_in,
    make_private_folder,
)
from tools.deployment.secrets_files import (
    EXAMPLES,
    AlreadyThere,
    new_password,
    write_settings,
)
from tools.environment import GATEWAY, SERVICES
from tools.private_files import write_private_file

_DIRECTORY = click.option(
    "--directory",
    default=Path("var/deployment"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the settings of the deployment are kept.",
)


@click.command("deployment-secrets")
@_DIRECTORY
@click.option(
    "--examples",
    default=EXAMPLES,
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The examples to fill in.",
)
def write_secrets(*, directory: Path, examples: Path) -> None:
    """Write the settings of every process, with fresh keys and passwords.

    What exists already is never replaced. Settings that only you know, such as the
    provider of messages, are named at the end.

    \b
      primaries deployment-secrets --directory /srv/primaries/settings
    """
    try:
        missing = write_settings(directory, examples)
    except AlreadyThere as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Written to {directory}.")
    for setting in missing:
        click.echo(f"Still empty: {setting}")


@click.command("rabbitmq-definitions")
@_DIRECTORY
@click.option(
    "--definition",
    "definitions",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A primary whose regions may listen; may be given more than once.",
)
def write_definitions(*, directory: Path, definitions: tuple[Path, ...]) -> None:
    """Write what RabbitMQ imports: users, rights, queues, policies.

    Services keep the passwords of their settings (`primaries deployment-secrets`).
    A region without a password is given one, in regions/<CODE>.env.

    \b
      primaries rabbitmq-definitions --definition deploy/primaries/nur-otan-2020.yaml
    """
    load_events()
    try:
        regions, countries = _regions_in(definitions)
        passwords = _passwords_of_users(directory) | _passwords_of(regions, directory)
    except SettingsUnusable as error:
        raise click.ClickException(str(error)) from error
    except InvalidDefinition as error:
        raise click.ClickException("\n".join(error.lines())) from error
    platform = Platform(
        calls=CALLS_BETWEEN_SERVICES, regions=regions, countries=countries
    )
    document = definitions_for(platform, passwords)
    path = directory / "definitions.json"
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
    path.chmod(0o644)  # the broker's own account reads it; the folder is closed
    click.echo(f"Written to {path}: {len(document['users'])} users.")


def _regions_in(paths: tuple[Path, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes of the regions, countries among them; and those of the countries."""
    found: dict[str, Level] = {}
    for path in paths:
        definition = parse_definition(load_definition_file(path))
        heads = (definition.region_of(each.code) for each in definition.territories)
        found |= {head.code: head.level for head in heads}
    countries = (code for code, level in found.items() if level == Level.COUNTRY)
    return tuple(sorted(found)), tuple(sorted(countries))


def _passwords_of_users(directory: Path) -> dict[str, str]:
    names = (*SERVICES, GATEWAY, OPERATOR)
    return {name: bus_password_in(directory / f"{name}.env") for name in names}


def _passwords_of(regions: tuple[str, ...], directory: Path) -> dict[str, str]:
    folder = directory / "regions"
    make_private_folder(folder)
    return {user_of_region(code): _password_of(code, folder) for code in regions}


def _password_of(region: str, folder: Path) -> str:
    path = folder / f"{region}.env"
    if not path.exists():
        user = f"{user_of_region(region)}:{new_password()}"
        write_private_file(path, f"{BUS}=amqp://{user}@rabbitmq:5672/{VHOST}\n")
    return bus_password_in(path)
