"""`primaries loadtest`: how a platform bears a crowd."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from random import Random  # noqa: TID251 (arrivals that can be repeated; no secret)
from typing import Any

import click
from rich.console import Console

from tools.loadtest.arrivals import Rate, let_come
from tools.loadtest.client import Crowd
from tools.loadtest.figures import report, table
from tools.loadtest.plan import PlanRefused, read_plan

_WIDTH = 120
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command("loadtest")
@click.argument("plan", type=_FILE)
@click.option("--url", default="http://127.0.0.1:8080", show_default=True)
@click.option("--rate", default=20.0, show_default=True, help="Requests a second.")
@click.option("--seconds", default=10.0, show_default=True)
@click.option("--seed", default=1, show_default=True, help="Repeats the arrivals.")
@click.option("--authority", type=_FILE, help="What signs the site's certificate.")
@click.option(
    "--addresses",
    default=0,
    help="Come from so many addresses of this machine: limits by address see a crowd.",
)
@click.option("--json", "as_json", is_flag=True, help="All figures, for programs.")
def loadtest(*, plan: Path, url: str, as_json: bool, **chosen: Any) -> None:
    """Let a crowd ask a platform what PLAN says, at a steady rate.

    Requests come by the clock whatever is answered, and each is timed from the moment
    at which it should have been sent. PLAN is a JSON file (docs/runbooks/overload.md).
    Never against a platform on which people vote.

    \b
      primaries loadtest plan.json --rate 100 --seconds 30
      primaries loadtest plan.json --url https://staging.example --json
    """
    try:
        asked = read_plan(plan)
    except PlanRefused as error:
        raise click.ClickException(str(error)) from error
    how = Rate(per_second=chosen["rate"], seconds=chosen["seconds"])
    crowd = Crowd(url, authority=chosen["authority"], addresses=chosen["addresses"])
    chance = Random(chosen["seed"])  # noqa: S311
    found = report(asyncio.run(let_come(asked, crowd, how, chance)), how)
    if as_json:
        click.echo(json.dumps(found))
    else:
        Console(width=_WIDTH, highlight=False).print(table(found))
