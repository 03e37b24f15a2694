"""The rules of a board, event by event: what may follow what, and what must agree.

`Replay` holds what the events so far have established. A caller feeds it the texts
of each event; it raises at the first that breaks a rule. It keeps no ballot, only
where each voter's last one lies, so that a revote can be taken out of the sum.

While it is `trusting`, for events that the caller verified before, it takes over
what they say without checking proofs; their ballots are added up only if a tally
comes to be checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

from belenios.ballots import check_credential, outline, read_ciphertexts
from belenios.board import EventType
from belenios.credentials import read_credentials
from belenios.decryption import check_partial_decryption, read_owned
from belenios.election import Election
from belenios.elgamal import Ciphertext
from belenios.encoding import hex_hash, loads, record
from belenios.errors import (
    InvalidBoard,
    InvalidPartialDecryption,
    InvalidTally,
    InvalidTrustees,
    RepeatedBallot,
)
from belenios.matrices import Matrix
from belenios.seen import Seen
from belenios.tally import EncryptedTally, check_result, read_result
from belenios.trustees import Trustees


class Phase(StrEnum):
    """How far the board has come."""

    EMPTY = "empty"
    VOTING = "voting"
    SEALED = "sealed"
    TALLIED = "tallied"
    DONE = "done"


# The phase in which each event may come.
PHASE_OF = {
    EventType.SETUP: Phase.EMPTY,
    EventType.BALLOT: Phase.VOTING,
    EventType.END_BALLOTS: Phase.VOTING,
    EventType.ENCRYPTED_TALLY: Phase.SEALED,
    EventType.PARTIAL_DECRYPTION: Phase.TALLIED,
    EventType.RESULT: Phase.TALLIED,
}

Place: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class Voter:
    """What the board knows of a credential: its weight and where its ballot lies."""

    weight: int
    ballot: Place | None = None
    added: bool = False
    """Whether the running sum holds the ballot."""


class Board(Protocol):
    """Where the events are read from, for what the replay has to look up again."""

    def reread(self, place: Place) -> str:
        """The text of a ballot from the place it was read at."""
        ...

    def holds(self, digest: str) -> bool:
        """Whether a record named so lies before the event at hand."""
        ...


@dataclass(kw_only=True)
class Replay:
    """The state of a board after the events so far."""

    board: Board
    trusting: bool = False
    phase: Phase = Phase.EMPTY
    ballots: int = 0
    encrypted_tally: str = ""
    partial_decryptions: dict[int, str] = field(default_factory=dict[int, str])
    result: Matrix[int] | None = None
    _voters: dict[str, Voter] = field(default_factory=dict[str, Voter])
    _seen: Seen = field(default_factory=Seen)

    election: Election = field(init=False)
    trustees: Trustees = field(init=False)
    tally: EncryptedTally = field(init=False)

    @property
    def voters(self) -> int:
        """How many public credentials the election has."""
        return len(self._voters)

    @property
    def counted(self) -> int:
        """How many ballots count: the last of each voter."""
        return sum(voter.ballot is not None for voter in self._voters.values())

    @property
    def total_weight(self) -> int:
        """The weight of the voters whose ballots count."""
        voters = self._voters.values()
        return sum(voter.weight for voter in voters if voter.ballot is not None)

    def enter(self, kind: EventType) -> None:
        """Check that an event of this kind may come now."""
        if self.phase is not PHASE_OF[kind]:
            raise InvalidBoard(f"{kind.value} while the board is {self.phase.value}")

    def set_up(self, texts: list[str]) -> None:
        """The Setup event: election, trustees, credentials and their hashes."""
        election, trustees, credentials, setup = texts
        fields = record(loads(setup), "election", "trustees", "credentials")
        if list(fields.values()) != [_hash(text) for text in texts[:3]]:
            raise InvalidBoard("the set-up names other data")
        self.election = Election.parse(election)
        self.trustees = Trustees.parse(self.election.group, trustees)
        joint = self.election.group.encode(self.trustees.public_key)
        if joint != self.election.public_key:
            raise InvalidTrustees("the election's key is not the product of theirs")
        weights = read_credentials(self.election.group, credentials)
        self._voters = {public: Voter(weight) for public, weight in weights.items()}
        self.tally = EncryptedTally(self.election)
        self.phase = Phase.VOTING

    def admit_ballot(self, text: str) -> Voter:
        """Whose ballot this is; raise if it is on the board, or the voter is nobody."""
        digest = _hash(text)
        if self._seen.add(bytes.fromhex(digest)) and self.board.holds(digest):
            raise RepeatedBallot
        credential = outline(text).credential
        check_credential(self._voters, credential)
        return self._voters[credential]

    def take_over_ballot(self, voter: Voter, place: Place) -> None:
        """Let a voter's ballot, checked before, stand instead of the earlier one."""
        voter.ballot = place
        self.ballots += 1

    def count_ballot(
        self, voter: Voter, place: Place, ciphertexts: Sequence[Sequence[Ciphertext]]
    ) -> None:
        """Count a voter's checked ballot instead of the earlier one."""
        self._take_out(voter)
        self._add(voter, ciphertexts)
        self.take_over_ballot(voter, place)

    def _add(self, voter: Voter, ciphertexts: Sequence[Sequence[Ciphertext]]) -> None:
        self.tally.add(ciphertexts, voter.weight)
        voter.added = True

    def _take_out(self, voter: Voter) -> None:
        if voter.ballot is not None and voter.added:
            earlier = self.board.reread(voter.ballot)
            self.tally.subtract(read_ciphertexts(self.election, earlier), voter.weight)

    def _add_up(self) -> None:
        """Add the ballots that were taken over without being added."""
        for voter in self._voters.values():
            if voter.ballot is not None and not voter.added:
                text = self.board.reread(voter.ballot)
                self._add(voter, read_ciphertexts(self.election, text))

    def end_ballots(self, texts: list[str]) -> None:
        """The EndBallots event, which has no data."""
        del texts
        self.phase = Phase.SEALED

    def accept_tally(self, texts: list[str]) -> None:
        """The EncryptedTally event: it must be the sum of the ballots that count."""
        tally, sized = texts
        if not self.trusting:
            self._add_up()
            self._check_tally(tally, sized)
        self.encrypted_tally = tally
        self.phase = Phase.TALLIED

    def _check_tally(self, tally: str, sized: str) -> None:
        if tally != self.tally.to_json():
            raise InvalidTally("the sum is another")
        if sized != self.tally.sized_json():
            raise InvalidTally("the counts beside it are wrong")

    def accept_partial_decryption(self, texts: list[str]) -> None:
        """A PartialDecryption event: whose it is, once, and every proof."""
        partial, owned = texts
        owner, digest = read_owned(owned)
        if digest != _hash(partial):
            raise InvalidBoard("the owner's record names other data")
        if owner in self.partial_decryptions:
            raise InvalidPartialDecryption(f"trustee {owner} gave one before")
        public = self.election.group.encode(self.trustees.member(owner))
        if not self.trusting:
            check_partial_decryption(
                self.election, public, self.encrypted_tally, partial
            )
        self.partial_decryptions[owner] = partial

    def accept_result(self, texts: list[str]) -> None:
        """The Result event: what the partial decryptions make of the tally."""
        [text] = texts
        if self.trusting:
            self.result = read_result(self.election, text)
        else:
            self.result = check_result(
                self.election,
                self.trustees,
                self.encrypted_tally,
                self.partial_decryptions,
                self.total_weight,
                text,
            )
        self.phase = Phase.DONE


def _hash(text: str) -> str:
    return hex_hash(text.encode())
