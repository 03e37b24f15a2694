"""What a trustee's commands read and write, and how they say what is wrong."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from belenios.ceremony import decryption_key
from belenios.channel import Identity
from belenios.encoding import loads, string
from belenios.errors import BeleniosError
from belenios.group import Group

GROUPS = ("Ed25519", "BELENIOS-2048", "RFC-3526-2048")
PRIVATE, PUBLIC = 0o600, 0o644

INPUT = click.Path(path_type=Path, exists=True, dir_okay=False)
OUTPUT = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


class Unusable(click.ClickException):
    """Input that cannot be used."""

    exit_code = 2


def console() -> Console:
    """Where to tell the trustee what happens: plain lines, nothing coloured."""
    return Console(highlight=False, markup=False, soft_wrap=True)


def read_text(path: Path) -> str:
    """A file's text without the white space around it."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Unusable(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Unusable(f"{path} is not a text") from error


def read_lines(path: Path) -> list[str]:
    """A file's lines, the empty ones left out."""
    lines = read_text(path).split("\n")
    return [line.strip() for line in lines if line.strip()]


def refuse_existing(paths: Iterable[Path]) -> None:
    """Nothing that a trustee has made is ever overwritten."""
    for path in paths:
        if path.exists():
            raise click.ClickException(f"{path} exists already; nothing was written.")


def write_new(path: Path, text: str, *, mode: int) -> None:
    """Create a file that was not there, readable as `mode` from its first byte.

    It appears whole or not at all: an interrupted step leaves nothing half written.
    """
    refuse_existing([path])
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        half.replace(path)
    except OSError as error:
        raise Unusable(f"cannot write {path}: {error.strerror}") from error


def write_again(path: Path, text: str, *, mode: int) -> None:
    """Write what an interrupted step may have left, for nobody has seen it."""
    path.unlink(missing_ok=True)
    write_new(path, text, mode=mode)


@contextmanager
def refusing(about: object) -> Iterator[None]:
    """Turn what the protocol refuses into a message about a file."""
    try:
        yield
    except BeleniosError as error:
        raise click.ClickException(f"{about}: {error}") from error


def read_private(group: Group, key: Path, sealed: Path | None) -> str:
    """A trustee's private key; a threshold trustee's is opened with the seed."""
    try:
        if sealed is not None:
            return decryption_key(group, Identity.of(read_text(key)), read_text(sealed))
        private = string(loads(read_text(key)))
        group.parse_scalar(private)
    except BeleniosError as error:
        raise Unusable(f"{key} is not a private key of the group: {error}") from error
    return private
