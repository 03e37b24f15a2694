"""A fire drill: the trustees decrypt a made-up tally before the first voter votes.

It shows that enough of them still have their keys, and that these are the keys that
the ballots will be encrypted with. A drill holds no ballot of anybody's: it reveals
the numbers and the randomness of its tally, and no trustee decrypts one that is not
made of them. (Else a real ballot could be passed off as a drill.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from belenios.credentials import generate_uuid
from belenios.decryption import check_partial_decryption, partial_decryption
from belenios.election import Election, Question, make_election
from belenios.encoding import dumps, integer, loads, record, string
from belenios.errors import InvalidPartialDecryption, InvalidTally, InvalidTrustees
from belenios.group import Group, Rng
from belenios.matrices import Matrix, parse_matrix
from belenios.tally import compute_result, read_result
from belenios.trustees import Trustees, joint_key

FIELDS = ("trustees", "election", "encrypted_tally", "counts", "randomness")
QUESTION = Question(question="Drill", answers=("A", "B", "C", "D"), min=0, max=4)
LARGEST_COUNT = 1000


def make_drill(group: Group, trustees: str, rng: Rng) -> str:
    """A drill for a published list of trustees: random counts, encrypted, opened."""
    text = make_election(
        uuid=generate_uuid(rng),
        group=group.name,
        public_key=joint_key(group, trustees),
        name="Fire drill",
        description="Nobody voted here.",
        questions=[QUESTION],
    )
    election = Election.parse(text)
    answers = QUESTION.answers
    counts = [int.from_bytes(rng(8), "big") % LARGEST_COUNT for _ in answers]
    randomness = [group.random_scalar(rng) for _ in answers]
    return dumps(
        {
            "trustees": trustees,
            "election": text,
            "encrypted_tally": _encrypt(election, [counts], [randomness]),
            "counts": [counts],
            "randomness": [[str(scalar) for scalar in randomness]],
        }
    )


def _encrypt(election: Election, counts: Matrix[int], randomness: Matrix[int]) -> str:
    return dumps(
        [
            [
                election.key.encrypt(count, scalar).as_json(election.group)
                for count, scalar in zip(*row, strict=True)
            ]
            for row in zip(counts, randomness, strict=True)
        ]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A drill whose tally is an encryption of the numbers it reveals."""

    trustees: Trustees
    election: Election
    encrypted_tally: str
    counts: Matrix[int]

    @classmethod
    def parse(cls, text: str) -> Drill:
        """Read and check a drill; raise InvalidTally when its tally is of others.

        Raises InvalidTrustees for another key, or what reading the parts raises.
        """
        fields = record(loads(text), *FIELDS)
        election = Election.parse(string(fields["election"]))
        group = election.group
        trustees = Trustees.parse(group, string(fields["trustees"]))
        if group.encode(trustees.public_key) != election.public_key:
            raise InvalidTrustees("the drill's key is not the product of theirs")
        counts = parse_matrix(election, fields["counts"], integer)
        randomness = parse_matrix(
            election,
            fields["randomness"],
            lambda cell: group.parse_scalar(string(cell)),
        )
        tally = string(fields["encrypted_tally"])
        if tally != _encrypt(election, counts, randomness):
            raise InvalidTally("it is not made of the numbers beside it")
        return cls(
            trustees=trustees, election=election, encrypted_tally=tally, counts=counts
        )

    def decrypt(self, private: str, rng: Rng) -> str:
        """A trustee's part, as JSON; InvalidTrustees when the key is none of theirs."""
        group = self.election.group
        public = group.power_g_secret(group.parse_scalar(private))
        owner = self.trustees.owner_of(public)
        part = partial_decryption(self.election, self.encrypted_tally, private, rng)
        return dumps({"owner": owner, "partial_decryption": part})

    def check(self, parts: Iterable[str]) -> list[int]:
        """Check the trustees' parts together; who gave one, from 1.

        Raises InvalidPartialDecryption when a part is wrong, when there are not
        enough, or when they decrypt to other numbers.
        """
        given = dict(self._read_part(text) for text in parts)
        total = max(map(max, self.counts))
        result = compute_result(
            self.election, self.trustees, self.encrypted_tally, given, total
        )
        if read_result(self.election, result) != self.counts:
            raise InvalidPartialDecryption("they decrypt to other numbers")
        return sorted(given)

    def _read_part(self, text: str) -> tuple[int, str]:
        fields = record(loads(text), "owner", "partial_decryption")
        owner, part = integer(fields["owner"]), string(fields["partial_decryption"])
        public = self.election.group.encode(self.trustees.member(owner))
        check_partial_decryption(self.election, public, self.encrypted_tally, part)
        return owner, part
