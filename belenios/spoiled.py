"""Cast or challenge: ballots that were opened instead of cast.

A voter who does not trust the device may let it seal a ballot and then, instead of
casting it, demand the randomness it was sealed with. Whoever has both encrypts the
numbers again and compares (`check_opening`). An opened ballot shows a vote, so it is
spoiled: it is never cast, and the voter votes anew.

Spoiled ballots are published, each with its opening, in a log of their own beside
the board: a chain of lines of JSON, in which every line names the hash of the one
before. Nothing of it is in the archive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from belenios.ballots import (
    check_ballot,
    check_credential,
    outline,
    read_ciphertexts,
    tracker,
)
from belenios.election import Election
from belenios.elgamal import Ciphertext
from belenios.encoding import (
    Json,
    dumps,
    hex_hash,
    integer,
    loads,
    record,
    string,
)
from belenios.errors import (
    InvalidBoard,
    InvalidOpening,
    Malformed,
    RepeatedBallot,
    SpoiledBallot,
)
from belenios.matrices import Matrix, parse_matrix
from belenios.proofs import Opening

FIELDS = ("parent", "height", "ballot", "opening")


def opening_json(openings: Sequence[Sequence[Opening]]) -> str:
    """What opens a ballot, as `create_opened_ballot` gave it, to be handed over."""
    votes = [[opening.message for opening in row] for row in openings]
    randomness = [[str(opening.randomness) for opening in row] for row in openings]
    return dumps({"votes": votes, "randomness": randomness})


def read_opening(election: Election, text: str) -> Matrix[Opening]:
    """Read what `opening_json` wrote; raise Malformed or InvalidScalar."""
    fields = record(loads(text), "votes", "randomness")
    votes = parse_matrix(election, fields["votes"], _read_vote)
    randomness = parse_matrix(
        election,
        fields["randomness"],
        lambda cell: election.group.parse_scalar(string(cell)),
    )
    return [
        [Opening(*pair) for pair in zip(*row, strict=True)]
        for row in zip(votes, randomness, strict=True)
    ]


def _read_vote(cell: Json) -> int:
    vote = integer(cell)
    if vote > 1:
        raise Malformed("a vote is 0 or 1")
    return vote


def check_opening(election: Election, ballot: str, opening: str) -> Matrix[int]:
    """Encrypt again what was opened and compare; the votes, by question and choice.

    Raises InvalidOpening where the ballot is an encryption of anything else, or what
    reading the parts raises. The ballot's proofs and signature are not checked.
    """
    openings = read_opening(election, opening)
    _compare(election, read_ciphertexts(election, ballot), openings)
    return [[opening.message for opening in row] for row in openings]


def _compare(
    election: Election,
    ciphertexts: Sequence[Sequence[Ciphertext]],
    openings: Matrix[Opening],
) -> None:
    for i, (row, opened) in enumerate(zip(ciphertexts, openings, strict=True)):
        for j, (found, opening) in enumerate(zip(row, opened, strict=True)):
            expected = election.key.encrypt(opening.message, opening.randomness)
            if found != expected:
                raise InvalidOpening(f"question {i}, choice {j}")


@dataclass(frozen=True, slots=True)
class SpoiledEntry:
    """A line of the log of spoiled ballots."""

    text: str
    hash: str
    height: int


def spoil_ballot(
    parent: SpoiledEntry | None, election: Election, ballot: str, opening: str
) -> SpoiledEntry:
    """The line of an opened ballot after `parent`; None begins the log.

    Check before whose credential it carries and that it is not on the board. Raises
    what `check_ballot` and `check_opening` raise.
    """
    check_ballot(election, ballot)
    check_opening(election, ballot, opening)
    fields: dict[str, Json] = {} if parent is None else {"parent": parent.hash}
    height = 0 if parent is None else parent.height + 1
    fields |= {"height": height, "ballot": ballot, "opening": loads(opening)}
    text = dumps(fields)
    return SpoiledEntry(text, hex_hash(text.encode()), height)


@dataclass(kw_only=True)
class SpoiledLog:
    """The state of a log after the lines so far."""

    election: Election
    credentials: Collection[str]
    head: SpoiledEntry | None = None
    trackers: set[str] = field(default_factory=set[str])

    def accept(self, text: str) -> Matrix[int]:
        """Check the next line; the votes of the ballot in it.

        Raises InvalidBoard for a broken chain, UnknownCredential, RepeatedBallot for
        one spoiled before, or what `check_ballot` and `check_opening` raise.
        """
        fields = record(loads(text), *FIELDS, optional=("parent",))
        ballot, opening = string(fields["ballot"]), dumps(fields["opening"])
        own = tracker(ballot)
        if own in self.trackers:
            raise RepeatedBallot
        check_credential(self.credentials, outline(ballot).credential)
        entry = spoil_ballot(self.head, self.election, ballot, opening)
        if entry.text != text:
            raise InvalidBoard("the chain of spoiled ballots is broken")
        self.trackers.add(own)
        self.head = entry
        return check_opening(self.election, ballot, opening)

    def check_not_cast(self, trackers: Iterable[str]) -> None:
        """Raise SpoiledBallot when a ballot with one of these was opened here."""
        for one in trackers:
            if one in self.trackers:
                raise SpoiledBallot(one)
