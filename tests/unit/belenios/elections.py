"""Small elections, built step by step, honestly or not."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from belenios import board
from belenios.ballots import check_ballot, create_ballot
from belenios.board import Entry
from belenios.credentials import (
    SigningKey,
    credentials_json,
    derive,
    generate_credential,
    generate_uuid,
)
from belenios.election import Election, Question, make_election
from belenios.encoding import loads
from belenios.group import Group, get_group
from belenios.tally import (
    EncryptedTally,
    compute_result,
    owned_json,
    partial_decryption,
)
from belenios.trustees import (
    TrusteeKey,
    Trustees,
    generate_key,
    joint_key,
    trustees_json,
)
from belenios.verification import Report, verify_archive
from tests.unit.belenios.ceremonies import Meeting

rng = secrets.token_bytes
NOW = 1700000000

PICK = Question(question="Pick one or two", answers=("A", "B", "C"), min=1, max=2)
BLANK = Question(question="Or blank", answers=("Yes", "No"), min=1, max=1, blank=True)


@dataclass
class Primary:
    """An election with its voters, trustees and board."""

    group_name: str = "Ed25519"
    questions: Sequence[Question] = (PICK, BLANK)
    weights: Sequence[int] = (1, 1, 1)
    trustee_count: int = 2
    meeting: Meeting | None = None
    entries: list[Entry] = field(default_factory=list)
    ballots: dict[int, str] = field(default_factory=dict)
    partials: dict[int, str] = field(default_factory=dict)

    @cached_property
    def group(self) -> Group:
        return get_group(self.group_name)

    @cached_property
    def keys(self) -> list[TrusteeKey]:
        return [generate_key(self.group, rng) for _ in range(self.trustee_count)]

    @cached_property
    def trustees_text(self) -> str:
        items = [] if self.meeting is None else [self.meeting.outcome.item]
        return trustees_json([key.public for key in self.keys], items)

    @cached_property
    def trustees(self) -> Trustees:
        return Trustees.parse(self.group, self.trustees_text)

    @cached_property
    def election(self) -> Election:
        text = make_election(
            uuid=generate_uuid(rng),
            group=self.group_name,
            public_key=joint_key(self.group, self.trustees_text),
            name="Primary «Ә»",
            description='with "quotes"',
            questions=self.questions,
            administrator="Commission",
            credential_authority="Registration",
        )
        return Election.parse(text)

    @cached_property
    def secrets(self) -> list[str]:
        return [generate_credential(rng) for _ in self.weights]

    @cached_property
    def voters(self) -> list[SigningKey]:
        uuid = self.election.uuid
        return [derive(self.group, uuid, secret) for secret in self.secrets]

    @cached_property
    def credentials(self) -> str:
        publics = [voter.public for voter in self.voters]
        return credentials_json(dict(zip(publics, self.weights, strict=True)))

    @property
    def head(self) -> tuple[str, int]:
        return self.entries[-1].hash, self.entries[-1].height + 1

    def append(self, make: Callable[..., Entry], *texts: str) -> Primary:
        self.entries.append(make(*self.head, *texts))
        return self

    def open(self, **replaced: str) -> Primary:
        texts = {
            "election": self.election.raw,
            "trustees": self.trustees_text,
            "credentials": self.credentials,
        }
        self.entries.append(board.open_board(NOW, **texts | replaced))
        return self

    def ballot(self, voter: int, votes: Sequence[Sequence[int]]) -> str:
        return create_ballot(self.election, self.voters[voter], votes, rng)

    def vote(self, voter: int, votes: Sequence[Sequence[int]]) -> Primary:
        self.ballots[voter] = self.ballot(voter, votes)
        return self.append(board.ballot_records, self.ballots[voter])

    def seal(self) -> Primary:
        return self.append(board.end_ballots)

    @property
    def sum(self) -> EncryptedTally:
        total = EncryptedTally(self.election)
        for voter, text in self.ballots.items():
            checked = check_ballot(self.election, text)
            total.add(checked.ciphertexts, self.weights[voter])
        return total

    def tally(self) -> Primary:
        total = self.sum
        return self.append(board.encrypted_tally, total.to_json(), total.sized_json())

    def private_key(self, owner: int) -> str:
        if owner <= len(self.keys):
            return self.keys[owner - 1].private
        assert self.meeting is not None
        return self.meeting.private_key(owner - len(self.keys) - 1)

    def partial(self, owner: int) -> str:
        tally = self.sum.to_json()
        return partial_decryption(self.election, tally, self.private_key(owner), rng)

    def decrypt(self, owner: int) -> Primary:
        text = self.partials[owner] = self.partial(owner)
        return self.append(board.partial_decryption, text, owned_json(owner, text))

    @property
    def result(self) -> str:
        total = self.sum
        return compute_result(
            self.election,
            self.trustees,
            total.to_json(),
            self.partials,
            total.total_weight,
        )

    def publish(self) -> Primary:
        return self.append(board.result, self.result)

    @property
    def archive(self) -> bytes:
        return b"".join(entry.to_archive(NOW) for entry in self.entries)


def complete(group_name: str = "Ed25519", **facts: object) -> Primary:
    """Three voters, one of whom votes twice, a blank vote, and the result."""
    primary = Primary(group_name, **facts)  # type: ignore[arg-type]
    primary.open()
    primary.vote(0, [[1, 0, 0], [0, 1, 0]]).vote(1, [[1, 1, 0], [1, 0, 0]])
    primary.vote(0, [[0, 0, 1], [0, 0, 1]])
    primary.seal().tally().decrypt(1).decrypt(2)
    return primary.publish()


def with_threshold(group_name: str = "Ed25519", **facts: object) -> Primary:
    """One trustee who is needed, and three of whom any two are; one of them lost."""
    meeting = Meeting(group_name)
    primary = Primary(group_name, trustee_count=1, meeting=meeting, **facts).open()  # type: ignore[arg-type]
    primary.vote(0, [[1, 0, 0], [0, 1, 0]]).vote(1, [[1, 1, 0], [1, 0, 0]])
    primary.vote(0, [[0, 0, 1], [0, 0, 1]])
    primary.seal().tally().decrypt(1).decrypt(4).decrypt(2)
    return primary.publish()


def verify(archive: bytes) -> Report:
    return verify_archive(io.BytesIO(archive))


def fields_of(text: str) -> dict[str, Any]:
    """The fields of a JSON object, to be tampered with."""
    fields = loads(text)
    assert isinstance(fields, dict)
    return fields


def leaves(value: object, path: tuple = ()) -> Iterator[tuple]:
    """The path of every string or number inside a JSON value."""
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    else:
        yield path
        return
    for key, child in children:
        yield from leaves(child, (*path, key))


def spoil(value: str) -> str:
    """The same text with its last character changed to another of its kind."""
    return value[:-1] + ("1" if value[-1] != "1" else "2")


def replace(value: object, path: tuple, change: Callable[[object], object]) -> None:
    """Change one leaf in place."""
    *way, last = path
    for key in way:
        value = value[key]  # type: ignore[index]
    value[last] = change(value[last])  # type: ignore[index]
