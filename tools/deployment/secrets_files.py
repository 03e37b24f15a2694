"""Fresh keys and passwords, filled into the examples of `deploy/env`."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from tools.deployment.env_files import (
    make_private_folder,
    settings_in,
)
from tools.environment import new_keys
from tools.private_files import write_private_file

EXAMPLES = Path("deploy/env")
_SUFFIX = ".example"
#: `amqp://voting:password@…`; a user of the broker and a role of the database may
#: bear the same name, and never share a password
_IN_URL = re.compile(r"(?P<scheme>[a-z0-9+]+)://(?P<name>\w+):password@")
_OF_ROLE = re.compile(r"=password of (?P<name>\w+)$", re.MULTILINE)
_DATABASE = "postgresql+psycopg2"


class AlreadyThere(Exception):
    """These settings exist; nothing replaces keys that may be in use."""


def write_settings(directory: Path, examples: Path = EXAMPLES) -> list[str]:
    """Write the settings of every process; name those that a person must add."""
    texts = _filled_in(examples)
    taken = [name for name in texts if (directory / name).exists()]
    if taken:
        raise AlreadyThere(f"{directory} holds {', '.join(taken)} already.")
    make_private_folder(directory)
    for name, text in texts.items():
        write_private_file(directory / name, text)
    return [
        f"{setting} in {directory / name}"
        for name in texts
        for setting, value in settings_in(directory / name).items()
        if not value
    ]


def new_password() -> str:
    """A password that needs no escaping in a URL, nor in SQL or a shell."""
    return secrets.token_hex(24)


def _filled_in(examples: Path) -> dict[str, str]:
    keys = new_keys()
    passwords: defaultdict[tuple[str, str], str] = defaultdict(new_password)
    return {
        path.name.removesuffix(_SUFFIX): _fill(path.read_text("utf-8"), keys, passwords)
        for path in sorted(examples.glob(f"*.env{_SUFFIX}"))
    }


def _fill(
    text: str, keys: Mapping[str, str], passwords: Mapping[tuple[str, str], str]
) -> str:
    def url(found: re.Match[str]) -> str:
        scheme, name = found["scheme"], found["name"]
        return f"{scheme}://{name}:{passwords[scheme, name]}@"

    def role(found: re.Match[str]) -> str:
        return f"={passwords[_DATABASE, found['name']]}"

    for name, key in keys.items():
        text = re.sub(rf"^{name}=$", f"{name}={key}", text, flags=re.MULTILINE)
    return _OF_ROLE.sub(role, _IN_URL.sub(url, text))
