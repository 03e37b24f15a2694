"""Files of settings, one `NAME=value` a line, as containers are given them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

BUS = "PRIMARIES_AMQP_URI"


class SettingsUnusable(Exception):
    """A file of settings is missing, or lacks what is needed of it."""


def settings_in(path: Path) -> dict[str, str]:
    """The settings of a file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise SettingsUnusable(f"There is no {path}.") from None
    given = (line for line in lines if line and not line.startswith("#"))
    pairs = (line.partition("=") for line in given)
    return {name: value for name, _, value in pairs}


def bus_password_in(path: Path) -> str:
    """The password with which the owner of these settings meets the broker."""
    password = urlsplit(settings_in(path).get(BUS, "")).password
    if not password:
        raise SettingsUnusable(f"{path} has no password in {BUS}.")
    return unquote(password)


def make_private_folder(path: Path) -> None:
    """Make a folder, and those above it, that only its owner can look into."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
