"""`primaries trustee`: make a key and decrypt tallies, on a machine kept offline."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from belenios.election import Election
from belenios.encoding import dumps, hex_hash, loads, string
from belenios.errors import BeleniosError
from belenios.group import Group, get_group
from belenios.tally import check_partial_decryption, partial_decryption
from belenios.trustees import (
    Trustees,
    generate_key,
    joint_key,
    key_fingerprint,
    trustees_json,
)
from tools.trustee_drill import drill
from tools.trustee_files import (
    FOLDER,
    GROUPS,
    INPUT,
    OUTPUT,
    PRIVATE,
    PUBLIC,
    Unusable,
    console,
    read_private,
    read_text,
    refuse_existing,
    refusing,
    write_new,
)
from tools.trustee_threshold import threshold

PRIVATE_NAME = "trustee.privkey"
PUBLIC_NAME = "trustee.pubkey"
CONSENT = "a result this small may show how single voters voted"


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


trustee.add_command(threshold)
trustee.add_command(drill)


@trustee.command("keygen")
@click.option("--group", type=click.Choice(GROUPS), default="Ed25519")
@click.option("--out", required=True, type=FOLDER)
def keygen(*, group: str, out: Path) -> None:
    """Make a trustee's pair of keys in the folder OUT; nothing is overwritten."""
    show = console()
    show.print(f"Making a key for the group {group} from this machine's randomness.")
    key = generate_key(get_group(group), secrets.token_bytes)
    private, public = out / PRIVATE_NAME, out / PUBLIC_NAME
    refuse_existing([private, public])
    write_new(private, dumps(key.private), mode=PRIVATE)
    write_new(public, dumps(key.public), mode=PUBLIC)
    show.print(f"Private key: {private}")
    show.print("  Keep it offline, with a copy elsewhere. Without it nobody can")
    show.print("  count; whoever gathers every trustee's can read every ballot.")
    show.print(f"Public key:  {public}")
    show.print("  Upload this file.")
    fingerprint = key_fingerprint(string(key.public["public_key"]))
    show.print(f"Fingerprint: {fingerprint}")
    show.print("  Compare it with the one that is published: they must be equal.")


@trustee.command("list")
@click.option("--group", type=click.Choice(GROUPS), default="Ed25519")
@click.option("--threshold", "item", type=INPUT, help="The file of threshold step 6.")
@click.option("--out", required=True, type=OUTPUT)
@click.argument("keys", nargs=-1, type=INPUT)
def list_trustees(
    *, group: str, item: Path | None, out: Path, keys: tuple[Path, ...]
) -> None:
    """Put the public KEYS of trustees together, as the board will publish them.

    Trustees named by a public key must all take part in decrypting; of those of a
    threshold, some.
    """
    refuse_existing([out])
    with refusing("the list"):
        publics = [loads(read_text(key)) for key in keys]
        items = [] if item is None else [loads(read_text(item))]
        text = trustees_json(publics, items)
        _show_list(get_group(group), text)
    write_new(out, text, mode=PUBLIC)


def _show_list(group: Group, text: str) -> None:
    show = console()
    trustees = Trustees.parse(group, text)
    for number, member in enumerate(trustees.members, start=1):
        show.print(f"Trustee {number}: {key_fingerprint(group.encode(member))}")
    show.print(f"Joint key: {joint_key(group, text)}")


@trustee.command("decrypt")
@click.option("--key", required=True, type=INPUT)
@click.option("--decryption-key", type=INPUT, help="A threshold trustee's second file.")
@click.option("--tallies", required=True, type=INPUT)
@click.option("--out", required=True, type=OUTPUT)
@click.option("--min-ballots", default=10, show_default=True, type=click.IntRange(0))
@click.option("--allow-small", default="", help=f'The exact words "{CONSENT}".')
def decrypt(
    *,
    key: Path,
    decryption_key: Path | None,
    tallies: Path,
    out: Path,
    min_ballots: int,
    allow_small: str,
) -> None:
    """Decrypt the encrypted tallies of all districts in one go.

    TALLIES is the bundle downloaded from the portal, OUT the file to upload. Only
    sums are decrypted, never a ballot; a district with very few ballots is refused,
    for there a sum tells too much.
    """
    show = console()
    refuse_existing([out])
    primary, districts = read_bundle(tallies)
    group = _common_group(districts)
    private = read_private(group, key, decryption_key)
    ballots = sum(district.num_tallied for district in districts)
    show.print(f"Primary {primary}: {len(districts)} districts, {ballots} ballots.")
    _refuse_small(districts, min_ballots, consent=allow_small)
    public = group.encode(group.power_g_secret(int(private)))
    show.print(f"Your key's fingerprint: {key_fingerprint(public)}")
    partials = _decrypt_all(districts, private, public)
    content = {
        "primary": primary,
        "trustee_public_key": public,
        "partial_decryptions": list(partials),
    }
    write_new(out, dumps(content), mode=PUBLIC)
    show.print("Each partial decryption was checked with its own proofs.")
    show.print(f"Upload {out}; its hash is {hex_hash(out.read_bytes())}")


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
        election=Election.parse(string(fields["election"])),
        encrypted_tally=string(fields["encrypted_tally"]),
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


def _common_group(districts: list[District]) -> Group:
    groups = {district.election.group.name for district in districts}
    if len(groups) != 1:
        raise Unusable("the bundle's districts must exist and be of one group")
    return get_group(groups.pop())


def _decrypt_all(
    districts: list[District], private: str, public: str
) -> Iterator[dict[str, str]]:
    show = Console(stderr=True)
    with Progress(console=show, transient=True, disable=not show.is_terminal) as bar:
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
