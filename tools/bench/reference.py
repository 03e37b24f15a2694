"""Debian's belenios-tool at work on boards of ours."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from belenios.ballots import read_ciphertexts
from belenios.encoding import dumps
from belenios.tally import EncryptedTally
from tools.bench.elections import BoardWriter, Sample


class Reference:
    """The tool in three folders: with ballots, with their sum, with its decryption."""

    def __init__(self, sample: Sample, folder: Path, ballots: Sequence[str]) -> None:
        self._voting = folder / "voting"
        self._tallied = folder / "tallied"
        self._decrypted = folder / "decrypted"
        self._uuid = sample.election.uuid
        writer, total = BoardWriter(sample), EncryptedTally(sample.election)
        for ballot in ballots:
            writer.ballot(ballot)
            total.add(read_ciphertexts(sample.election, ballot))
        self._save(self._voting, writer)
        writer.tally(total.to_json(), total.sized_json())
        self._save(self._tallied, writer)
        writer.part(sample.decrypt(total.to_json()))
        self._save(self._decrypted, writer)
        self._write("credential", sample.credentials[0], self._voting)
        self._write("choices", dumps([sample.vote]), self._voting)
        self._write("key", dumps(sample.trustee[1]), self._tallied)

    def _save(self, folder: Path, writer: BoardWriter) -> None:
        folder.mkdir(parents=True)
        (folder / f"{self._uuid}.bel").write_bytes(writer.archive)

    def _write(self, name: str, text: str, folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    def create(self) -> None:
        """Make a ballot; the tool also checks it."""
        files = ("--privcred", "credential", "--ballot", "choices")
        self._run(self._voting, "generate-ballot", *files)

    def verify(self) -> None:
        """Verify the board of ballots."""
        self._run(self._voting, "verify")

    def tally(self) -> None:
        """Add the ballots up."""
        self._run(self._voting, "compute-encrypted-tally")

    def decrypt(self) -> None:
        """The trustee's part."""
        self._run(self._tallied, "decrypt", "--privkey", "key", "--trustee-id", "1")

    def result(self) -> None:
        """The counts."""
        self._run(self._decrypted, "compute-result")

    def _run(self, folder: Path, *arguments: str) -> None:
        subprocess.run(
            ["belenios-tool", "election", *arguments],
            cwd=folder,
            capture_output=True,
            check=True,
        )
