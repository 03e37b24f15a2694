"""`primaries trustee drill`: decrypt a made-up tally before the first voter votes."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from belenios.drill import Drill, make_drill
from belenios.group import get_group
from tools.trustee_files import (
    GROUPS,
    INPUT,
    OUTPUT,
    PUBLIC,
    console,
    read_private,
    read_text,
    refuse_existing,
    refusing,
    write_new,
)

drill_option = click.option("--drill", "drill_file", required=True, type=INPUT)


@click.group("drill")
def drill() -> None:
    """A fire drill: show, before voting opens, that enough trustees can decrypt.

    One person makes a drill for the list of trustees that will be published, every
    trustee decrypts it with the real key, and anybody checks the answers. A trustee
    may be missing where the others suffice: try it.
    """


@drill.command("make")
@click.option("--group", type=click.Choice(GROUPS), default="Ed25519")
@click.option(
    "--trustees", required=True, type=INPUT, help="The list that will be published."
)
@click.option("--out", required=True, type=OUTPUT)
def make(*, group: str, trustees: Path, out: Path) -> None:
    """Encrypt made-up numbers for the trustees, and reveal how."""
    refuse_existing([out])
    with refusing(trustees):
        text = make_drill(get_group(group), read_text(trustees), secrets.token_bytes)
    write_new(out, text, mode=PUBLIC)
    console().print(f"Send {out} to every trustee. It holds no ballot of anybody's.")


@drill.command("decrypt")
@click.option("--key", required=True, type=INPUT)
@click.option("--decryption-key", type=INPUT, help="A threshold trustee's second file.")
@drill_option
@click.option("--out", required=True, type=OUTPUT)
def decrypt(
    *, key: Path, decryption_key: Path | None, drill_file: Path, out: Path
) -> None:
    """A trustee decrypts the drill with the real key.

    It is first made sure that the drill's tally is encrypted from the numbers that
    the drill reveals, so that no real ballot is decrypted in its stead.
    """
    refuse_existing([out])
    with refusing(drill_file):
        read = Drill.parse(read_text(drill_file))
    private = read_private(read.election.group, key, decryption_key)
    with refusing(key):
        part = read.decrypt(private, secrets.token_bytes)
    write_new(out, part, mode=PUBLIC)
    show = console()
    show.print("The key is one of the trustees', and the drill is made of its numbers.")
    show.print(f"Send {out}.")


@drill.command("check")
@drill_option
@click.argument("parts", nargs=-1, required=True, type=INPUT)
def check(*, drill_file: Path, parts: tuple[Path, ...]) -> None:
    """Check the trustees' PARTS: do they decrypt the drill to its numbers?"""
    with refusing(drill_file):
        read = Drill.parse(read_text(drill_file))
    with refusing("the drill failed"):
        present = read.check(map(read_text, parts))
    show = console()
    missing = sorted({*range(1, read.trustees.count + 1)} - {*present})
    show.print(f"Decrypted by trustees {', '.join(map(str, present))}: all is well.")
    if missing:
        show.print(f"Not tried: trustees {', '.join(map(str, missing))}.")
