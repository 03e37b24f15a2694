"""Making voting credentials: long arithmetic that touches no database.

Registration is the credential authority. The private half of each credential is
encrypted as soon as it is made; the public halves are published, sorted, so that
their order tells nothing about the roll.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from belenios.credentials import derive, generate_credential, generate_uuid
from belenios.group import get_group
from chassis.vault import Vault

PURPOSE = "credential"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """The credentials of one board."""

    private: list[bytes] = field(repr=False)  # encrypted
    public: list[str]

    @property
    def roll_hash(self) -> str:
        """SHA-256 of the public halves, one a line."""
        return hash_of_roll(self.public)


def new_uuid() -> str:
    """The Belenios identifier of a board's election."""
    return generate_uuid(secrets.token_bytes)


def make_credentials(group: str, uuid: str, count: int, vault: Vault) -> Credentials:
    """Make `count` credentials for the election `uuid`."""
    belenios_group = get_group(group)
    private = [generate_credential(secrets.token_bytes) for _ in range(count)]
    public = {derive(belenios_group, uuid, each).public for each in private}
    assert len(public) == count, "two voters with one credential"
    return Credentials(
        private=[vault.encrypt(each, purpose=PURPOSE) for each in private],
        public=sorted(public, key=lambda each: (len(each), each)),
    )


def hash_of_roll(public: Iterable[str]) -> str:
    """SHA-256 of public credentials, one a line."""
    lines = "".join(f"{each}\n" for each in public)
    return hashlib.sha256(lines.encode("ascii")).hexdigest()
