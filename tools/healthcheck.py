"""`primaries healthcheck`: asked by a supervisor whether a process does its work."""

from __future__ import annotations

import json
import os
from typing import Any

import click
import httpx

from chassis.config import Settings, SettingUnusable

_PATIENCE = 8  # seconds: longer than the slowest answer takes


@click.command("healthcheck")
@click.option("--alive", is_flag=True, help="Only whether it lives: ask /healthz.")
@click.option("--address", metavar="HOST:PORT", help="(PRIMARIES_HEALTH_ADDRESS)")
def healthcheck(*, alive: bool, address: str | None) -> None:
    """Say whether the process that has this environment is ready to work.

    It asks /readyz, which looks at the database, the broker and the events that
    wait; what does not hold is told with what to do about it, and the exit code is 1.

    \b
      primaries healthcheck
      primaries healthcheck --alive --address 127.0.0.1:8081
    """
    try:
        where = address or Settings("", os.environ).text("HEALTH_ADDRESS")
    except SettingUnusable as error:
        raise click.ClickException(str(error)) from error
    answer = _ask(where, "/healthz" if alive else "/readyz")
    if not answer.is_success:
        raise click.ClickException("\n".join(_troubles(answer)))
    click.echo("alive" if alive else "ready")


def _ask(address: str, path: str) -> httpx.Response:
    host, _, port = address.rpartition(":")
    here = "127.0.0.1" if host in ("", "0.0.0.0") else host  # noqa: S104 (compared)
    try:
        return httpx.get(f"http://{here}:{port}{path}", timeout=_PATIENCE)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        message = f"No answer from {address}: {type(error).__name__}"
        raise click.ClickException(message) from error


def _troubles(answer: httpx.Response) -> list[str]:
    """A line for each check that does not hold."""
    try:
        report = answer.json()
    except json.JSONDecodeError:
        return [f"The answer is {answer.status_code}."]
    lines = [
        f"{service}: {name}: {_told(check)}"
        for service, checks in report.get("services", {}).items()
        for name, check in checks.items()
        if not check["ok"]
    ]
    return lines or [f"It is {report.get('state', 'not ready')}."]


def _told(check: dict[str, Any]) -> str:
    figures = {k: v for k, v in check.items() if k not in ("ok", "do")}
    return f"{json.dumps(figures)} {check['do']}"
