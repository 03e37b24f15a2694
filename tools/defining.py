"""`primaries define`: read a definition file, check it, and bring it to a platform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from contracts.definition import InvalidDefinition
from tools.api import DEFAULT, Api, Problem
from tools.definitions import load_definition_file
from tools.environment import BOOTSTRAP, KEYS


@click.command("define")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--check", is_flag=True, help="Only say whether it is valid.")
@click.option("--api", "url", default=DEFAULT, show_default=True)
@click.option(
    "--data",
    default=Path("var/platform"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help=f"Where `primaries up` keeps its keys, unless {BOOTSTRAP} is set.",
)
@click.option("--secret", envvar=BOOTSTRAP, hidden=True)
def define(*, file: Path, check: bool, url: str, data: Path, secret: str) -> None:
    """Define the primary that FILE (YAML) describes.

    Problems are printed as `file:line: field: reason`; a file with any changes
    nothing. The same file again is no change; another one under the same id is
    refused.

    \b
      primaries define deploy/primaries/nur-otan-2020.yaml --check
      primaries define deploy/primaries/nur-otan-2020.yaml
      primaries define ours.yaml --api https://primaries.example.org
    """
    document = _read(file)
    if check:
        click.echo(f"{file}: {_in_words(document)}")
        return
    try:
        session = administrator(Api(url), secret or _secret_kept_in(data))
        session.post("/primaries", document=document)
    except Problem as problem:
        raise click.ClickException("\n".join(problem.lines())) from problem
    click.echo(f"{document['primary']} is defined: {url}/{document['primary']}/")


def administrator(api: Api, secret: str) -> Api:
    """The interface as the platform's administrator uses it."""
    return api.signed_in(api.post("/sessions/administrator", secret=secret)["session"])


def _read(file: Path) -> dict[str, Any]:
    try:
        return load_definition_file(file)
    except InvalidDefinition as error:
        for line in error.lines():
            click.echo(line, err=True)
        raise click.exceptions.Exit(1) from error


def _in_words(document: dict[str, Any]) -> str:
    territories, contests = document["territories"], document["contests"]
    return (
        f"valid; primary {document['primary']}, {len(territories)} territories, "
        f"{len(contests)} contests, {len(document['assumed'])} values assumed"
    )


def _secret_kept_in(data: Path) -> str:
    path = data / KEYS
    try:
        return json.loads(path.read_text(encoding="utf-8"))[BOOTSTRAP]
    except (OSError, ValueError, KeyError) as error:
        raise click.ClickException(
            f"Set {BOOTSTRAP}: there are no keys in {path}."
        ) from error
