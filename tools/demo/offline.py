"""What other machines do: voters' telephones, the trustees', anybody's verifier.

The functions run in worker processes; they get and give plain data.
"""

from __future__ import annotations

import contextlib
import io
import json
import secrets
import signal
from functools import lru_cache
from pathlib import Path
from typing import Any

from belenios.ballots import create_ballot
from belenios.credentials import derive
from belenios.election import Election
from belenios.errors import Refused
from belenios.verification import Report, verify_archive
from tools.trustee import PRIVATE_NAME, PUBLIC_NAME, trustee


def leave_interrupts_alone() -> None:
    """Ctrl-C is for the process that started this one, which ends it in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def seal_ballot(election_text: str, credential: str, votes: list[list[int]]) -> str:
    """Encrypt and sign a ballot, as a voter's own device does."""
    election = _election(election_text)
    key = derive(election.group, election.uuid, credential)
    return create_ballot(election, key, votes, secrets.token_bytes)


@lru_cache(maxsize=64)
def _election(text: str) -> Election:
    return Election.parse(text)


def make_key(folder: Path, group: str) -> dict[str, Any]:
    """`primaries trustee keygen`; gives the public key to hand in."""
    _run_trustee("keygen", "--group", group, "--out", str(folder))
    return json.loads((folder / PUBLIC_NAME).read_text(encoding="utf-8"))


def decrypt_tallies(folder: Path, tallies: Path, min_ballots: int) -> dict[str, Any]:
    """`primaries trustee decrypt`; gives the partial decryptions to upload."""
    out = folder / "decryptions.json"
    _run_trustee(
        "decrypt",
        *("--key", str(folder / PRIVATE_NAME)),
        *("--tallies", str(tallies)),
        *("--out", str(out)),
        *("--min-ballots", str(min_ballots)),
    )
    made = json.loads(out.read_text(encoding="utf-8"))
    del made["primary"]  # the address that it is sent to says it
    return made


def _run_trustee(*arguments: str) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        trustee.main(list(arguments), standalone_mode=False)


def verify_board(archive: Path) -> Report | str:
    """The verifier's report, or why it refuses the archive."""
    try:
        with archive.open("rb") as stream:
            return verify_archive(stream)
    except Refused as refused:
        return f"{refused.where}: {refused.cause}"
