"""What the processes are told through their environment, when nobody set it.

The embedded default: the bus inside one process, a SQLite file per service below a
data directory, and keys made once and kept there in `keys.json` for its owner alone.
Whatever the caller's environment names already stays as it is.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.services import SERVICES
from tools.private_files import write_private_file

#: the services that keep personal data; tally has none
VAULTS = ("registration", "campaign", "voting")
GATEWAY = "gateway"
KEYS = "keys.json"
BOOTSTRAP = "PRIMARIES_BOOTSTRAP_SECRET"


def embedded_environment(data: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a platform that lives in one process and one directory."""
    data.mkdir(parents=True, exist_ok=True)
    databases = {
        f"PRIMARIES_{service.upper()}_DATABASE_URL": (
            f"sqlite:///{data.resolve() / service}.db"
        )
        for service in SERVICES
    }
    embedded = {
        "PRIMARIES_AMQP_URI": "memory://",
        "PRIMARIES_DATA_DIRECTORY": str(data),
        **databases,
        **keys_of(data),
    }
    return embedded | {name: value for name, value in given.items() if value}


def keys_of(data: Path) -> dict[str, str]:
    """The keys kept in a data directory, made at the first call.

    A directory of an older version is given the keys that it lacks.
    """
    path = data / KEYS
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    keys = new_keys() | kept
    if keys != kept:
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        write_private_file(fresh, json.dumps(keys, indent=2))
        fresh.replace(path)
    return keys


def new_keys() -> dict[str, str]:
    """Fresh keys of a whole platform, by the variable that holds each."""
    signing = Ed25519PrivateKey.generate()
    vaults = {f"PRIMARIES_{name.upper()}_VAULT_KEY": _key() for name in VAULTS}
    return {
        "PRIMARIES_PRINCIPAL_KEY": _text(signing.private_bytes_raw()),
        "PRIMARIES_PRINCIPAL_PUBLIC_KEY": _text(
            signing.public_key().public_bytes_raw()
        ),
        "PRIMARIES_ROLL_KEY": _key(),
        "PRIMARIES_VOTING_SIGNING_KEY": _key(),
        BOOTSTRAP: secrets.token_urlsafe(32),
        **vaults,
    }


def _key() -> str:
    return _text(secrets.token_bytes(32))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
