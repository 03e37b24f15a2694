"""`primaries trustee`: make a key and decrypt tallies, on a machine kept offline."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from belenios.election import Election
from belenios.encoding import dumps, hex_hash, loads, string
from belenios.errors import BeleniosError
from belenios.group import get_group
from belenios.tally import check_partial_decryption, partial_decryption
from belenios.trustees import generate_key, key_fingerprint

GROUPS = ("Ed25519", "BELENIOS-2048", "RFC-3526-2048")
PRIVATE_NAME = "trustee.privkey"
PUBLIC_NAME = "trustee.pubkey"
CONSENT = "a result this small may show how single voters voted"


class Unusable(click.ClickException):
    """Input that cannot be used."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class District:
    """One district of the bundle: what is to be decrypted for it."""

    name: str
    election: Election
    encrypted_tally: str
    num_tallied: int


@click.group("trustee")
def trustee() -> None:
    """What a trustee does, offline: make a key, later decrypt the tallies."""


@trustee.command("keygen")
@click.option("--group", type=click.Choice(GROUPS), default="Ed25519")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False))
def keygen(*, group: str, out: Path) -> None:
    """Make a trustee's pair of keys in the folder OUT; nothing is overwritten."""
    console = _console()
    console.print(f"Making a key for the group {group} from this machine's randomness.")
    key = generate_key(get_group(group), secrets.token_bytes)
    private, public = out / PRIVATE_NAME, out / PUBLIC_NAME
    _refuse_existing([private, public])
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_new(private, dumps(key.private), mode=0o600)
        _write_new(public, dumps(key.public), mode=0o644)
    except OSError as error:
        raise Unusable(f"cannot write to {out}: {error.strerror}") from error
    console.print(f"Private key: {private}")
    console.print("  Keep it offline, with a copy elsewhere. Without it nobody can")
    console.print("  count; whoever gathers every trustee's can read every ballot.")
    console.print(f"Public key:  {public}")
    console.print("  Upload this file.")
    fingerprint = key_fingerprint(string(key.public["public_key"]))
    console.print(f"Fingerprint: {fingerprint}")
    console.print("  Compare it with the one that is published: they must be equal.")


@trustee.command("decrypt")
@click.option(
    "--key", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option(
    "--tallies",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--min-ballots", default=10, show_default=True, type=click.IntRange(0))
@click.option("--allow-small", default="", help=f'The exact words "{CONSENT}".')
def decrypt(
    *, key: Path, tallies: Path, out: Path, min_ballots: int, allow_small: str
) -> None:
    """Decrypt the encrypted tallies of all districts in one go.

    TALLIES is the bundle downloaded from the portal, OUT the file to upload. Only
    sums are decrypted, never a ballot; a district with very few ballots is refused,
    for there a sum tells too much.
    """
    console = _console()
    _refuse_existing([out])
    private = _read_private(key)
    primary, districts = read_bundle(tallies)
    ballots = sum(district.num_tallied for district in districts)
    console.print(f"Primary {primary}: {len(districts)} districts, {ballots} ballots.")
    _refuse_small(districts, min_ballots, consent=allow_small)
    public = _public_key(districts, private)
    console.print(f"Your key's fingerprint: {key_fingerprint(public)}")
    partials = _decrypt_all(districts, private, public)
    content = {
        "primary": primary,
        "trustee_public_key": public,
        "partial_decryptions": list(partials),
    }
    try:
        _write_new(out, dumps(content), mode=0o644)
    except OSError as error:
        raise Unusable(f"cannot write {out}: {error.strerror}") from error
    console.print("Each partial decryption was checked with its own proofs.")
    console.print(f"Upload {out}; its hash is {hex_hash(out.read_bytes())}")


def _console() -> Console:
    return Console(highlight=False, markup=False, soft_wrap=True)


def _refuse_existing(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.exists():
            raise click.ClickException(f"{path} exists already; nothing was written.")


def _write_new(path: Path, text: str, *, mode: int) -> None:
    """Create a file that was not there, readable as `mode` from its first byte."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _read_private(path: Path) -> str:
    try:
        return string(loads(path.read_text(encoding="utf-8").strip()))
    except (OSError, UnicodeDecodeError, BeleniosError) as error:
        raise Unusable(f"{path} is not a private key") from error


def read_bundle(path: Path) -> tuple[str, list[District]]:
    """The primary and the districts of a bundle; a click error when it is none."""
    try:
        bundle = json.loads(path.read_text(encoding="utf-8"))
        return str(bundle["primary"]), [_district(d) for d in bundle["districts"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unusable(f"{path} is not a bundle of tallies") from error
    except BeleniosError as error:
        raise Unusable(f"{path} holds no valid election: {error}") from error


def _district(fields: dict[str, Any]) -> District:
    return District(
        name=str(fields["district"]),
        election=Election.parse(fields["election"]),
        encrypted_tally=str(fields["encrypted_tally"]),
        num_tallied=int(fields["num_tallied"]),
    )


def _refuse_small(districts: list[District], least: int, *, consent: str) -> None:
    """An empty tally tells nothing; a small one tells too much."""
    small = [d.name for d in districts if 0 < d.num_tallied < least]
    if small and consent != CONSENT:
        raise click.ClickException(
            f"Fewer than {least} ballots in {', '.join(small)}. Nothing was decrypted. "
            f'To decrypt them all the same: --allow-small "{CONSENT}"'
        )


def _public_key(districts: list[District], private: str) -> str:
    groups = {district.election.group.name for district in districts}
    if len(groups) != 1:
        raise Unusable("the bundle's districts must exist and be of one group")
    group = get_group(groups.pop())
    try:
        return group.encode(group.power_g_secret(group.parse_scalar(private)))
    except BeleniosError as error:
        raise Unusable(f"the key is not one of the group {group.name}") from error


def _decrypt_all(
    districts: list[District], private: str, public: str
) -> Iterator[dict[str, str]]:
    console = Console(stderr=True)
    with Progress(
        console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("Decrypting", total=len(districts))
        for district in districts:
            yield _decrypt(district, private, public)
            bar.advance(task)


def _decrypt(district: District, private: str, public: str) -> dict[str, str]:
    election, tally = district.election, district.encrypted_tally
    try:
        partial = partial_decryption(election, tally, private, secrets.token_bytes)
        check_partial_decryption(election, public, tally, partial)
    except BeleniosError as error:
        raise Unusable(f"district {district.name}: {error}") from error
    return {
        "district": district.name,
        "fingerprint": election.fingerprint,
        "partial_decryption": partial,
    }
