"""Adding the ballots up, and the result (sections 4.16 and 4.19)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from belenios.decryption import (
    check_partial_decryption,
    owned_json,
    partial_decryption,
    read_factors,
)
from belenios.discrete_log import discrete_logs
from belenios.election import Election
from belenios.elgamal import Ciphertext, nothing
from belenios.encoding import (
    dumps,
    hex_hash,
    integer,
    loads,
    read_count,
    record,
    string,
    write_count,
)
from belenios.errors import InvalidPartialDecryption, InvalidResult, InvalidTally
from belenios.group import Element
from belenios.matrices import Matrix, parse_matrix, parse_tally
from belenios.sums import RunningSum, running_sum
from belenios.trustees import Trustees

__all__ = [
    "EncryptedTally",
    "check_partial_decryption",
    "check_result",
    "compute_result",
    "owned_json",
    "partial_decryption",
    "sized_tally_json",
]


@dataclass(slots=True)
class EncryptedTally:
    """The running sum of the ballots that count."""

    election: Election
    num_tallied: int = 0
    total_weight: int = 0
    _rows: list[RunningSum] = field(default_factory=list[RunningSum])

    def __post_init__(self) -> None:
        if not self._rows:
            zero = nothing(self.election.group)
            for question in self.election.questions:
                row = running_sum(self.election.group, [zero] * question.choices)
                self._rows.append(row)

    @classmethod
    def resume(cls, election: Election, tally: str, sized: str) -> EncryptedTally:
        """Go on from a sum written by `to_json` and `sized_json`."""
        counts = read_sized_tally(sized)
        if counts.encrypted_tally != hex_hash(tally.encode()):
            raise InvalidTally("the counts belong to another sum")
        sums = parse_tally(election, tally)
        rows = [running_sum(election.group, row) for row in sums]
        return cls(election, counts.num_tallied, counts.total_weight, rows)

    def add(self, ciphertexts: Sequence[Sequence[Ciphertext]], weight: int = 1) -> None:
        """Count a checked ballot's ciphertexts, `weight` times."""
        self._accumulate(ciphertexts, weight)
        self.num_tallied += 1
        self.total_weight += weight

    def subtract(
        self, ciphertexts: Sequence[Sequence[Ciphertext]], weight: int = 1
    ) -> None:
        """Take out a ballot that was added with this weight: its voter voted again."""
        self._accumulate(ciphertexts, -weight)
        self.num_tallied -= 1
        self.total_weight -= weight

    def _accumulate(
        self, ciphertexts: Sequence[Sequence[Ciphertext]], weight: int
    ) -> None:
        for row, choices in zip(self._rows, ciphertexts, strict=True):
            row.add(choices, weight)

    def to_json(self) -> str:
        """The encrypted tally as published."""
        group = self.election.group
        return dumps(
            [[total.as_json(group) for total in row.ciphertexts] for row in self._rows]
        )

    def sized_json(self) -> str:
        """The record that counts what was added, as published beside it."""
        return sized_tally_json(self.num_tallied, self.total_weight, self.to_json())


@dataclass(frozen=True, slots=True)
class SizedTally:
    """How many ballots and how much weight an encrypted tally holds."""

    num_tallied: int
    total_weight: int
    encrypted_tally: str


def sized_tally_json(num_tallied: int, total_weight: int, encrypted_tally: str) -> str:
    """The payload of the EncryptedTally event."""
    return dumps(
        {
            "num_tallied": num_tallied,
            "total_weight": write_count(total_weight),
            "encrypted_tally": hex_hash(encrypted_tally.encode()),
        }
    )


def read_sized_tally(text: str) -> SizedTally:
    """Read what `sized_tally_json` wrote; raise Malformed."""
    fields = record(loads(text), "num_tallied", "total_weight", "encrypted_tally")
    return SizedTally(
        integer(fields["num_tallied"]),
        read_count(fields["total_weight"]),
        string(fields["encrypted_tally"]),
    )


def compute_result(
    election: Election,
    trustees: Trustees,
    encrypted_tally: str,
    partial_decryptions: dict[int, str],
    total_weight: int,
) -> str:
    """Decrypt the tally: the result's JSON, blank counts first.

    `partial_decryptions` are by owner, each checked before; `total_weight` bounds
    the counts. Raises InvalidPartialDecryption when a trustee is missing and
    InvalidResult when a count is not within the bound.
    """
    powers = decrypt(election, trustees, encrypted_tally, partial_decryptions)
    flat = [power for row in powers for power in row]
    counts = iter(discrete_logs(election.group, flat, total_weight))
    return result_json([[next(counts) for _ in row] for row in powers])


def result_json(counts: Matrix[int]) -> str:
    """The result as published."""
    return dumps({"result": [[write_count(count) for count in row] for row in counts]})


def check_result(
    election: Election,
    trustees: Trustees,
    encrypted_tally: str,
    partial_decryptions: dict[int, str],
    total_weight: int,
    result: str,
) -> Matrix[int]:
    """Check a published result and return its counts; raise InvalidResult.

    No logarithm is needed: g to the count must be the decrypted element.
    """
    powers = decrypt(election, trustees, encrypted_tally, partial_decryptions)
    counts = read_result(election, result)
    for power, count in _pairs(powers, counts):
        if count > total_weight:
            raise InvalidResult("a count above the total weight")
        if election.group.power_g(count) != power:
            raise InvalidResult("a count that is not what was decrypted")
    return counts


def read_result(election: Election, text: str) -> Matrix[int]:
    """Read a result, of the shape of the election's questions; raise Malformed."""
    return parse_matrix(election, record(loads(text), "result")["result"], read_count)


def _pairs(
    powers: Matrix[Element], counts: Matrix[int]
) -> Iterable[tuple[Element, int]]:
    for power_row, count_row in zip(powers, counts, strict=True):
        yield from zip(power_row, count_row, strict=True)


def decrypt(
    election: Election,
    trustees: Trustees,
    encrypted_tally: str,
    partial_decryptions: dict[int, str],
) -> Matrix[Element]:
    """g to each count: beta divided by the trustees' joint factor."""
    if not trustees.can_decrypt(list(partial_decryptions)):
        raise InvalidPartialDecryption("a trustee's is missing")
    factors = {
        owner: read_factors(election, text)
        for owner, text in partial_decryptions.items()
    }
    return [
        [
            election.group.divide(
                total.beta,
                trustees.join({owner: factors[owner][i][j] for owner in factors}),
            )
            for j, total in enumerate(row)
        ]
        for i, row in enumerate(parse_tally(election, encrypted_tally))
    ]
