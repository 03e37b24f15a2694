"""A small election to measure with: one question, its trustee, ballots and board."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property

from belenios import board
from belenios.ballots import create_ballot
from belenios.board import Entry
from belenios.credentials import (
    SigningKey,
    credentials_json,
    derive,
    generate_credential,
    generate_uuid,
)
from belenios.election import Election, Question, make_election
from belenios.group import get_group
from belenios.tally import compute_result, owned_json, partial_decryption
from belenios.trustees import Trustees, generate_key, joint_key, trustees_json

rng = secrets.token_bytes
#: what boards are dated with; nothing depends on it
TIMESTAMP = 1_700_000_000
MOST_CHOICES = 10


@dataclass(frozen=True)
class Sample:
    """An election of one question with up to ten choices, and its only trustee."""

    group: str
    candidates: int
    voters: int

    @cached_property
    def trustee(self) -> tuple[str, str]:
        """The published list of one trustee, and the private key."""
        key = generate_key(get_group(self.group), rng)
        return trustees_json([key.public]), key.private

    @cached_property
    def trustees(self) -> Trustees:
        """The trustee as the result needs it."""
        return Trustees.parse(get_group(self.group), self.trustee[0])

    @cached_property
    def election(self) -> Election:
        """The parameters."""
        group = get_group(self.group)
        names = tuple(f"Candidate {number}" for number in range(self.candidates))
        question = Question(question="Choose", answers=names, min=0, max=MOST_CHOICES)
        text = make_election(
            uuid=generate_uuid(rng),
            group=self.group,
            public_key=joint_key(group, self.trustee[0]),
            name="Measurement",
            description="",
            questions=[question],
        )
        return Election.parse(text)

    @cached_property
    def credentials(self) -> list[str]:
        """What each voter holds."""
        return [generate_credential(rng) for _ in range(self.voters)]

    @cached_property
    def signing_keys(self) -> list[SigningKey]:
        """The key that each credential gives."""
        group, uuid = self.election.group, self.election.uuid
        return [derive(group, uuid, credential) for credential in self.credentials]

    @property
    def vote(self) -> list[int]:
        """As many choices as there may be."""
        return [1] * MOST_CHOICES + [0] * (self.candidates - MOST_CHOICES)

    def create(self, voter: int) -> str:
        """A voter's ballot."""
        return create_ballot(self.election, self.signing_keys[voter], [self.vote], rng)

    def open_board(self) -> Entry:
        """The board's first event."""
        publics = credentials_json({key.public: 1 for key in self.signing_keys})
        texts = (self.election.raw, self.trustee[0], publics)
        return board.open_board(TIMESTAMP, *texts)

    def decrypt(self, tally: str) -> str:
        """The trustee's part."""
        return partial_decryption(self.election, tally, self.trustee[1], rng)

    def result(self, tally: str, part: str, ballots: int) -> str:
        """The counts."""
        return compute_result(self.election, self.trustees, tally, {1: part}, ballots)


class BoardWriter:
    """Makes a board's events one after the other."""

    def __init__(self, sample: Sample) -> None:
        self._head = sample.open_board()
        self.archive = self._head.to_archive(TIMESTAMP)

    def _next(self) -> tuple[str, int]:
        return self._head.hash, self._head.height + 1

    def _append(self, entry: Entry) -> None:
        self._head = entry
        self.archive += entry.to_archive(TIMESTAMP)

    def ballot(self, text: str) -> None:
        """A ballot."""
        self._append(board.ballot_records(*self._next(), text))

    def tally(self, tally: str, sized: str) -> None:
        """The end of the ballots, and their sum."""
        self._append(board.end_ballots(*self._next()))
        self._append(board.encrypted_tally(*self._next(), tally, sized))

    def part(self, part: str) -> None:
        """The trustee's part."""
        owned = owned_json(1, part)
        self._append(board.partial_decryption(*self._next(), part, owned))

    def result(self, result: str) -> None:
        """The result."""
        self._append(board.result(*self._next(), result))

    def take(self) -> bytes:
        """What was written since the last time; only the head is kept."""
        written, self.archive = self.archive, b""
        return written
