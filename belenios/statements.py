"""What the proofs of an answer say, and what they are bound to (4.12, 4.13).

Statements are made alike of what the prover knows (openings) and of what the
verifier sees (ciphertexts): "this holds that value".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from belenios.election import Question
from belenios.elgamal import Ciphertext, Key
from belenios.errors import InvalidProof
from belenios.group import Element, Group
from belenios.proofs import Opening, Proof, Statement, check_challenges, check_one_of

Value = TypeVar("Value", Ciphertext, Opening)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A received proof that one of several statements is true."""

    about: str
    """What holds when the proof does."""
    prefix: str
    """What its challenge is bound to."""
    statements: Sequence[Statement]
    proofs: Sequence[Proof]
    """One for each statement."""

    def parts(self) -> Iterator[tuple[Statement, tuple[int, int]]]:
        """Each statement with the challenge and the response about it."""
        for statement, proof in zip(self.statements, self.proofs, strict=True):
            yield statement, (proof.challenge, proof.response)

    def check(self, key: Key) -> None:
        """Compute the commitments and check the proof; raise InvalidProof."""
        try:
            check_one_of(key, self.prefix, self.statements, self.proofs)
        except InvalidProof as error:
            raise InvalidProof(self.about) from error

    def check_next(self, group: Group, commitments: Iterator[Element]) -> None:
        """The same with commitments computed before: takes its own, two a part."""
        own = list(islice(commitments, 2 * len(self.proofs)))
        check_challenges(group, self.prefix, own, self.proofs)


def bit(choice: Value) -> list[tuple[Value, int]]:
    """A choice is 0 or 1."""
    return [(choice, 0), (choice, 1)]


def either_zero(blank: Value, total: Value) -> list[tuple[Value, int]]:
    """Blank and answers exclude each other."""
    return [(blank, 0), (total, 0)]


def sums(question: Question, blank: Value, total: Value) -> list[tuple[Value, int]]:
    """The vote is blank, where it may be, or the number of answers is in bounds."""
    blanks = [(blank, 1)] if question.blank else []
    bounds = range(question.min, question.max + 1)
    return blanks + [(total, number) for number in bounds]


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What the challenge of each proof is bound to."""

    choices: tuple[str, ...]
    overall: str
    blank: str

    @classmethod
    def of(
        cls,
        group: Group,
        question: Question,
        context: str,
        ciphertexts: Sequence[Ciphertext],
    ) -> Prefixes:
        """For the ciphertexts of an answer, the last of which is their total."""
        *pairs, total = (_pair(group, ciphertext) for ciphertext in ciphertexts)
        whole = f"{context}|{','.join(pairs)}"
        return cls(
            choices=tuple(f"prove|{context}|{pair}|" for pair in pairs),
            overall=f"bproof1|{whole}|"
            if question.blank
            else f"prove|{whole}|{total}|",
            blank=f"bproof0|{whole}|",
        )


def _pair(group: Group, ciphertext: Ciphertext) -> str:
    return f"{group.encode(ciphertext.alpha)},{group.encode(ciphertext.beta)}"
