"""One question's answer: encrypted choices and their proofs (4.11 to 4.13).

Each choice is proven to be 0 or 1. Their sum is proven to lie between min and max;
where a blank vote is allowed, that blank and the sum exclude each other, and that
the sum is in its bounds unless blank is chosen.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from belenios.election import Question
from belenios.elgamal import Ciphertext, Key, combine_all
from belenios.encoding import Json, array, record
from belenios.errors import InvalidProof, InvalidVote
from belenios.group import Group, Rng
from belenios.proofs import (
    Opening,
    Proof,
    check_one_of,
    prove_one_of,
)

Value = TypeVar("Value", Ciphertext, Opening)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The encrypted choices of one question; the blank flag comes first."""

    ciphertexts: tuple[Ciphertext, ...]
    individual_proofs: tuple[tuple[Proof, ...], ...]
    overall_proof: tuple[Proof, ...]
    blank_proof: tuple[Proof, ...] | None

    def as_json(self, group: Group) -> Json:
        """As it stands in the ballot."""
        fields: dict[str, Json] = {
            "choices": [choice.as_json(group) for choice in self.ciphertexts],
            "individual_proofs": [_write(proofs) for proofs in self.individual_proofs],
            "overall_proof": _write(self.overall_proof),
        }
        if self.blank_proof is not None:
            fields["blank_proof"] = _write(self.blank_proof)
        return fields

    @classmethod
    def parse(cls, group: Group, question: Question, value: Json) -> Answer:
        """Read an answer to `question`, with as many parts as the question asks."""
        names = ("choices", "individual_proofs", "overall_proof")
        blank = ("blank_proof",) if question.blank else ()
        fields = record(value, *names, *blank)
        choices = array(fields["choices"], question.choices)
        individual = array(fields["individual_proofs"], question.choices)
        return cls(
            ciphertexts=tuple(Ciphertext.parse(group, choice) for choice in choices),
            individual_proofs=tuple(_read(group, proofs, 2) for proofs in individual),
            overall_proof=_read(group, fields["overall_proof"], _branches(question)),
            blank_proof=_read(group, fields["blank_proof"], 2) if blank else None,
        )


def _write(proofs: Sequence[Proof]) -> list[Json]:
    return [proof.as_json() for proof in proofs]


def _read(group: Group, value: Json, length: int) -> tuple[Proof, ...]:
    return tuple(Proof.parse(group, proof) for proof in array(value, length))


def _branches(question: Question) -> int:
    return question.max - question.min + 1 + question.blank


def make_answer(
    key: Key, question: Question, context: str, vote: Sequence[int], rng: Rng
) -> Answer:
    """Encrypt a vote and prove it valid; raise InvalidVote when it is not."""
    _check_vote(question, vote)
    return prove_answer(key, question, context, vote, rng)


def prove_answer(
    key: Key, question: Question, context: str, vote: Sequence[int], rng: Rng
) -> Answer:
    """Encrypt any numbers and run the prover; it convinces only if they are valid."""
    openings = [Opening(number, key.group.random_scalar(rng)) for number in vote]
    ciphertexts = tuple(key.encrypt(o.message, o.randomness) for o in openings)
    prefixes = _Prefixes.of(key.group, question, context, ciphertexts)
    blank, total = openings[0], _add(openings[question.blank :])
    return Answer(
        ciphertexts=ciphertexts,
        individual_proofs=tuple(
            prove_one_of(key, prefix, _bit(opening), rng)
            for prefix, opening in zip(prefixes.choices, openings, strict=True)
        ),
        overall_proof=prove_one_of(
            key, prefixes.overall, _sums(question, blank, total), rng
        ),
        blank_proof=prove_one_of(key, prefixes.blank, _either_zero(blank, total), rng)
        if question.blank
        else None,
    )


def check_answer(
    key: Key, question: Question, context: str, value: Json
) -> tuple[Ciphertext, ...]:
    """Read an answer and check all its proofs; the encrypted choices.

    `context` is what the proofs are bound to: election and voter. Raises Malformed,
    InvalidElement, InvalidScalar or InvalidProof.
    """
    answer = Answer.parse(key.group, question, value)
    ciphertexts = answer.ciphertexts
    prefixes = _Prefixes.of(key.group, question, context, ciphertexts)
    _check_bits(key, prefixes, answer)
    blank, total = ciphertexts[0], combine_all(key.group, ciphertexts[question.blank :])
    sums = _sums(question, blank, total)
    with _about("the number of answers"):
        check_one_of(key, prefixes.overall, sums, answer.overall_proof)
    if answer.blank_proof is not None:
        zeros = _either_zero(blank, total)
        with _about("blank excludes every answer"):
            check_one_of(key, prefixes.blank, zeros, answer.blank_proof)
    return ciphertexts


def _check_bits(key: Key, prefixes: _Prefixes, answer: Answer) -> None:
    parts = zip(
        prefixes.choices, answer.ciphertexts, answer.individual_proofs, strict=True
    )
    for number, (prefix, ciphertext, proofs) in enumerate(parts):
        with _about(f"choice {number} is 0 or 1"):
            check_one_of(key, prefix, _bit(ciphertext), proofs)


@contextmanager
def _about(claim: str) -> Generator[None]:
    """Say in the error which claim it is that does not hold."""
    try:
        yield
    except InvalidProof as error:
        raise InvalidProof(claim) from error


def _bit(choice: Value) -> list[tuple[Value, int]]:
    """A choice is 0 or 1."""
    return [(choice, 0), (choice, 1)]


def _either_zero(blank: Value, total: Value) -> list[tuple[Value, int]]:
    """Blank and answers exclude each other."""
    return [(blank, 0), (total, 0)]


def _sums(question: Question, blank: Value, total: Value) -> list[tuple[Value, int]]:
    """The vote is blank, where it may be, or the number of answers is in bounds."""
    blanks = [(blank, 1)] if question.blank else []
    bounds = range(question.min, question.max + 1)
    return blanks + [(total, number) for number in bounds]


def _add(openings: Sequence[Opening]) -> Opening:
    return Opening(
        sum(opening.message for opening in openings),
        sum(opening.randomness for opening in openings),
    )


@dataclass(frozen=True, slots=True)
class _Prefixes:
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
    ) -> _Prefixes:
        pairs = [_pair(group, ciphertext) for ciphertext in ciphertexts]
        whole = f"{context}|{','.join(pairs)}"
        total = _pair(group, combine_all(group, ciphertexts[question.blank :]))
        return cls(
            choices=tuple(f"prove|{context}|{pair}|" for pair in pairs),
            overall=f"bproof1|{whole}|"
            if question.blank
            else f"prove|{whole}|{total}|",
            blank=f"bproof0|{whole}|",
        )


def _pair(group: Group, ciphertext: Ciphertext) -> str:
    return f"{group.encode(ciphertext.alpha)},{group.encode(ciphertext.beta)}"


def _check_vote(question: Question, vote: Sequence[int]) -> None:
    if len(vote) != question.choices or any(number not in (0, 1) for number in vote):
        raise InvalidVote("a 0 or 1 for each choice expected")
    blank = bool(question.blank and vote[0])
    total = sum(vote[question.blank :])
    if blank and total:
        raise InvalidVote("blank excludes every answer")
    if not blank and not question.min <= total <= question.max:
        raise InvalidVote(f"from {question.min} to {question.max} answers")
