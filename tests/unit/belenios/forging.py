"""Boards and ballots against the rules, with every signature, hash and link fitting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from belenios import board
from belenios.answers import prove_answer
from belenios.ballots import seal_answers
from belenios.board import EventType, Record, tar_record
from belenios.encoding import b64_hash, dumps, hex_hash, loads
from belenios.proofs import prove_knowledge
from tests.unit.belenios.elections import NOW, Primary, fields_of, rng


def signed(primary: Primary, fields: dict, voter: int = 0) -> str:
    """A ballot signed again by its voter, whatever became of its content."""
    body = {name: fields[name] for name in fields if name != "signature"}
    digest = b64_hash(dumps(body))
    secret = primary.voters[voter].secret
    proof = prove_knowledge(primary.group, f"sig|{digest}|", secret, rng)
    return dumps({**body, "signature": {"hash": digest, "proof": proof.as_json()}})


def sealed(primary: Primary, votes: list[list[int]], voter: int = 0) -> str:
    """A ballot for which the prover was run on any numbers at all."""
    context = f"{primary.election.fingerprint}|{primary.voters[voter].public}"
    answers = [
        prove_answer(primary.election.key, question, context, vote, rng)
        for question, vote in zip(primary.questions, votes, strict=True)
    ]
    return seal_answers(primary.election, primary.voters[voter], answers, rng)


@dataclass
class Part:
    """An event and the data in front of it, to be changed at will."""

    kind: str
    data: list[bytes]

    def change(self, index: int, edit: Callable[[Any], Any]) -> Part:
        """Change a record as a JSON value; `edit` gives back another, or nothing."""
        value = loads(self.data[index].decode())
        changed = edit(value)
        written = value if changed is None else changed
        self.data[index] = dumps(written).encode()
        return self


def parts_of(primary: Primary) -> list[Part]:
    """The events of a board, without their hashes and links."""
    parts = []
    for entry in primary.entries:
        data = [r.body for r in entry.records if r.name.endswith("data.json")]
        parts.append(Part(fields_of(entry.event.decode())["type"], data))
    return parts


def chained(parts: list[Part], header: bytes | None = None) -> bytes:
    """The archive of these events, every hash and link made anew."""
    records = [Record(board.HEADER_NAME, header or board.header_body(NOW))]
    parent = None
    for height, part in enumerate(parts):
        _fit(part)
        records += [Record(f"{hex_hash(body)}.data.json", body) for body in part.data]
        fields: dict[str, Any] = {"parent": parent} if parent else {}
        fields |= {"height": height, "type": part.kind}
        if part.data:
            fields["payload"] = hex_hash(part.data[-1])
        event = dumps(fields).encode()
        parent = hex_hash(event)
        records.append(Record(f"{parent}.event.json", event))
    return b"".join(tar_record(r.name, r.body, NOW) for r in records)


def _fit(part: Part) -> None:
    """The record that names the others by their hashes."""
    if part.kind == EventType.SETUP:
        names = ("election", "trustees", "credentials")
        hashes = map(hex_hash, part.data[:3])
        part.data[3] = dumps(dict(zip(names, hashes, strict=True))).encode()
    elif part.kind == EventType.PARTIAL_DECRYPTION:
        owned = fields_of(part.data[1].decode())
        part.data[1] = dumps({**owned, "payload": hex_hash(part.data[0])}).encode()
    elif part.kind == EventType.ENCRYPTED_TALLY:
        sized = fields_of(part.data[1].decode())
        sized["encrypted_tally"] = hex_hash(part.data[0])
        part.data[1] = dumps(sized).encode()
