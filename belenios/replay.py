"""The rules of a board, event by event: what may follow what, and what must agree.

`Replay` holds what the events so far have established. A caller feeds it the texts
of each event; it raises at the first that breaks a rule. It keeps no ballot, only
where each voter's last one lies, so that a revote can be taken out of the sum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from belenios.ballots import (
    check_ballot,
    check_credential,
    outline,
    read_ciphertexts,
)
from belenios.board import EventType
from belenios.credentials import read_credentials
from belenios.decryption import check_partial_decryption, read_owned
from belenios.election import Election
from belenios.encoding import hex_hash, loads, record
from belenios.errors import (
    InvalidBoard,
    InvalidPartialDecryption,
    InvalidTally,
    InvalidTrustees,
    RepeatedBallot,
)
from belenios.matrices import Matrix
from belenios.tally import EncryptedTally, check_result
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


@dataclass(kw_only=True)
class Replay:
    """The state of a board after the events so far.

    `reread` gives back the text of a ballot from the place it was read at.
    """

    reread: Callable[[Place], str]
    phase: Phase = Phase.EMPTY
    ballots: int = 0
    encrypted_tally: str = ""
    partial_decryptions: dict[int, str] = field(default_factory=dict[int, str])
    result: Matrix[int] | None = None
    _voters: dict[str, Voter] = field(default_factory=dict[str, Voter])
    _hashes: set[bytes] = field(default_factory=set[bytes])

    election: Election = field(init=False)
    trustees: Trustees = field(init=False)
    tally: EncryptedTally = field(init=False)

    @property
    def voters(self) -> int:
        """How many public credentials the election has."""
        return len(self._voters)

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

    def accept_ballot(self, text: str, place: Place) -> None:
        """A Ballot event: check it, count it instead of the voter's earlier one."""
        digest = bytes.fromhex(_hash(text))
        if digest in self._hashes:
            raise RepeatedBallot
        check_credential(self._voters, outline(text).credential)
        ballot = check_ballot(self.election, text)
        voter = self._voters[ballot.credential]
        if voter.ballot is not None:
            earlier = read_ciphertexts(self.election, self.reread(voter.ballot))
            self.tally.subtract(earlier, voter.weight)
        self.tally.add(ballot.ciphertexts, voter.weight)
        voter.ballot = place
        self._hashes.add(digest)
        self.ballots += 1

    def end_ballots(self, texts: list[str]) -> None:
        """The EndBallots event, which has no data."""
        del texts
        self.phase = Phase.SEALED

    def accept_tally(self, texts: list[str]) -> None:
        """The EncryptedTally event: it must be the sum of the ballots that count."""
        tally, sized = texts
        if tally != self.tally.to_json():
            raise InvalidTally("the sum is another")
        if sized != self.tally.sized_json():
            raise InvalidTally("the counts beside it are wrong")
        self.encrypted_tally = tally
        self.phase = Phase.TALLIED

    def accept_partial_decryption(self, texts: list[str]) -> None:
        """A PartialDecryption event: whose it is, once, and every proof."""
        partial, owned = texts
        owner, digest = read_owned(owned)
        if digest != _hash(partial):
            raise InvalidBoard("the owner's record names other data")
        if owner in self.partial_decryptions:
            raise InvalidPartialDecryption(f"trustee {owner} gave one before")
        public = self.election.group.encode(self.trustees.member(owner))
        check_partial_decryption(self.election, public, self.encrypted_tally, partial)
        self.partial_decryptions[owner] = partial

    def accept_result(self, texts: list[str]) -> None:
        """The Result event: what the partial decryptions make of the tally."""
        self.result = check_result(
            self.election,
            self.trustees,
            self.encrypted_tally,
            self.partial_decryptions,
            self.tally.total_weight,
            texts[0],
        )
        self.phase = Phase.DONE


def _hash(text: str) -> str:
    return hex_hash(text.encode())
