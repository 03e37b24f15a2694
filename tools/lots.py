"""`primaries lot`: draw a lot again and compare it with what was published."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table

from contracts.lots import lot_order, lot_seed


@click.command("lot")
@click.option("--primary", required=True, help="The primary's id.")
@click.option(
    "--thing",
    required=True,
    help="What is decided: a contest's id for its ties, debates|<contest> for debates.",
)
@click.option(
    "--value", required=True, help="The public value, exactly as it was published."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
def lot(
    *, primary: str, thing: str, value: str, as_json: bool, ids: tuple[str, ...]
) -> None:
    """Recompute the order that a lot puts candidacies in.

    The seed is SHA-256 of "primary|thing|value"; each ID has the key SHA-256 of
    "seed|ID"; the smallest key comes first. Nothing else decides, so anybody who
    knows the published value gets the same order.

    \b
    primaries lot --primary nur-otan-2020 --thing mazhilis-kz-akm \\
        --value "03 09 17 22 41 44" 5d0c… 91fe…
    """
    repeated = {each for each in ids if ids.count(each) > 1}
    if repeated:
        raise click.UsageError(f"Given more than once: {', '.join(sorted(repeated))}")
    seed = lot_seed(primary, thing, value)
    order = lot_order(primary, thing, value, ids)
    if as_json:
        drawn = [{"id": each, "key": key} for each, key in order]
        click.echo(json.dumps({"seed": seed, "order": drawn}, ensure_ascii=False))
    else:
        _print(seed, order)


def _print(seed: str, order: list[tuple[str, str]]) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"Seed {seed}")
    table = Table("", "id", "key", box=None)
    for place, (each, key) in enumerate(order, start=1):
        table.add_row(str(place), each, key)
    # wide enough for a key on any terminal: it is there to be compared
    console.print(table, width=max(console.width, 80 + max(map(len, dict(order)))))
