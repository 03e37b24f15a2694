"""Debian's belenios-tool 2.0, and elections made with it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from belenios.encoding import dumps

TOOL = shutil.which("belenios-tool")
GROUP = "BELENIOS-2048"


# For tests that need the tool.
reference_tool = [
    pytest.mark.belenios_tool,
    pytest.mark.skipif(
        TOOL is None, reason="belenios-tool is not installed (Debian: belenios-tool)"
    ),
]


def tool(
    folder: Path, *arguments: str, text: str = "", check: bool = True
) -> subprocess.CompletedProcess[str]:
    assert TOOL is not None
    return subprocess.run(
        [TOOL, *arguments],
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        check=check,
    )


class ToolElection:
    """An election of which every step is the tool's."""

    QUESTIONS = (
        {
            "answers": ["Ann", "Ben", "Әсел"],
            "blank": True,
            "min": 1,
            "max": 2,
            "question": "Pick 1 to 2, or blank",
        },
        {"answers": ["Yes", "No"], "min": 0, "max": 2, "question": "Pick"},
    )

    def __init__(self, folder: Path, voters: dict[str, int]) -> None:
        self.folder = folder
        self.voters = voters
        self.uuid = self.run("setup", "generate-token").strip()
        self.keys: list[str] = []

    def run(self, *arguments: str, text: str = "") -> str:
        return tool(self.folder, *arguments, text=text).stdout

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def read(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def add(self, kind: str, text: str = "") -> ToolElection:
        self.run("archive", "add-event", f"--type={kind}", text=text)
        return self

    def make_credentials(self) -> ToolElection:
        weighted = set(self.voters.values()) != {1}
        lines = [
            f"{name}@example.org,{name},{weight}" if weighted else f"{name}@example.org"
            for name, weight in self.voters.items()
        ]
        self.write("voters.txt", "\n".join(lines) + "\n")
        self.run(
            *("setup", "generate-credentials", "--uuid", self.uuid),
            *("--group", GROUP, "--file", "voters.txt"),
        )
        [private] = self.folder.glob("*.privcreds")
        [public] = self.folder.glob("*.pubcreds")
        secrets = [line.split()[-1] for line in private.read_text().splitlines()]
        self.secrets = dict(zip(self.voters, secrets, strict=True))
        self.write("public_creds.json", public.read_text())
        return self

    def make_trustees(self, singles: int) -> ToolElection:
        for _ in range(singles):
            self.run("setup", "generate-trustee-key", "--group", GROUP)
        public = sorted(self.folder.glob("*.pubkey"))
        self.keys = [path.with_suffix(".privkey").name for path in public]
        self.write("public_keys.jsons", "".join(path.read_text() for path in public))
        self.run("setup", "make-trustees")
        return self

    def open(self) -> ToolElection:
        template = {
            "description": "Made by the tool",
            "name": 'With "quotes" and Ә',
            "questions": list(self.QUESTIONS),
            "administrator": "A",
            "credential_authority": "B",
        }
        self.write("template.json", dumps(template))
        self.run(
            *("setup", "make-election", "--uuid", self.uuid),
            *("--group", GROUP, "--template", "template.json"),
        )
        self.run("archive", "init")
        return self

    def vote(self, voter: str, choices: list[list[int]]) -> ToolElection:
        self.write("credential", self.secrets[voter])
        self.write("choices", json.dumps(choices))
        ballot = self.run(
            *("election", "generate-ballot"),
            *("--privcred", "credential", "--ballot", "choices"),
        )
        return self.add("Ballot", ballot)

    def tally(self) -> ToolElection:
        self.add("EndBallots")
        text = self.run("election", "compute-encrypted-tally")
        return self.add("EncryptedTally", text)

    def decrypt(self, owner: int) -> ToolElection:
        text = self.run(
            *("election", "decrypt", "--privkey", self.keys[owner - 1]),
            *("--trustee-id", str(owner)),
        )
        return self.add("PartialDecryption", text)

    def decrypt_threshold(self, owner: int, key: str, sealed: str) -> ToolElection:
        text = self.run(
            *("election", "decrypt-threshold", "--key", key),
            *("--decryption-key", sealed, "--trustee-id", str(owner)),
        )
        return self.add("PartialDecryption", text)

    def publish(self) -> ToolElection:
        return self.add("Result", self.run("election", "compute-result"))

    def verdict(self) -> str:
        return tool(self.folder, "election", "verify").stderr

    @property
    def archive(self) -> bytes:
        return (self.folder / f"{self.uuid}.bel").read_bytes()


class ToolCeremony:
    """The key generation of threshold trustees with the tool, in a folder."""

    def __init__(self, election: ToolElection) -> None:
        self.election = election

    def step(self, number: int, *arguments: str, text: str = "") -> str:
        return self.election.run(
            *("setup", "generate-trustee-key-threshold", "--group", GROUP),
            *("--step", str(number), *arguments),
            text=text,
        )

    def begin(self, count: int) -> list[str]:
        """The names of as many trustees, whose certificates now lie there."""
        for _ in range(count):
            self.step(1)
        return sorted(path.stem for path in self.election.folder.glob("*.cert"))

    def certify(self, certificates: list[str]) -> None:
        text = "".join(f"{line.strip()}\n" for line in certificates)
        self.election.write("certs.jsons", text)
        self.step(2, "--certs", "certs.jsons")

    def deal(self, name: str, threshold: int) -> str:
        return self.step(
            *(3, "--certs", "certs.jsons", "--key", f"{name}.key"),
            *("--threshold", str(threshold)),
        )

    def gather(self, polynomials: list[str]) -> None:
        text = "".join(f"{line.strip()}\n" for line in polynomials)
        self.election.write("polynomials.jsons", text)
        self.step(4, "--certs", "certs.jsons", "--polynomials", "polynomials.jsons")

    def confirm(self, name: str) -> str:
        received = self.election.read(f"{name}.vinput")
        arguments = ("--certs", "certs.jsons", "--key", f"{name}.key")
        return self.step(5, *arguments, text=received)

    def finish(self, outputs: list[str]) -> None:
        text = "".join(f"{line.strip()}\n" for line in outputs)
        item = self.step(
            *(6, "--certs", "certs.jsons", "--polynomials", "polynomials.jsons"),
            text=text,
        )
        self.election.write("threshold.json", item)
