"""One question's answer: encrypted choices and their proofs (4.11 to 4.13).

Each choice is proven to be 0 or 1. Their sum is proven to lie between min and max;
where a blank vote is allowed, that blank and the sum exclude each other, and that
the sum is in its bounds unless blank is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from belenios.election import Question
from belenios.elgamal import Choices, Ciphertext, Key, combine_all
from belenios.encoding import Json, array, record
from belenios.errors import BeleniosError, InvalidVote
from belenios.group import Group, Rng
from belenios.kernel import kernel_for
from belenios.proofs import Opening, Proof, prove_one_of
from belenios.statements import OneOf, Prefixes, bit, either_zero, sums

if TYPE_CHECKING:
    from belenios.kernel.points import Kernel


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
    def parse(
        cls,
        group: Group,
        question: Question,
        value: Json,
        read: Callable[[Json], Ciphertext] | None = None,
    ) -> Answer:
        """Read an answer to `question`, with as many parts as the question asks.

        `read` reads a ciphertext where the caller knows a quicker way to check it.
        """
        read = read or partial(Ciphertext.parse, group)
        names = ("choices", "individual_proofs", "overall_proof")
        blank = ("blank_proof",) if question.blank else ()
        fields = record(value, *names, *blank)
        choices = array(fields["choices"], question.choices)
        individual = array(fields["individual_proofs"], question.choices)
        return cls(
            ciphertexts=tuple(map(read, choices)),
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
    answer, _ = make_opened_answer(key, question, context, vote, rng)
    return answer


def make_opened_answer(
    key: Key, question: Question, context: str, vote: Sequence[int], rng: Rng
) -> tuple[Answer, tuple[Opening, ...]]:
    """The same, with what was encrypted and how; secret unless it is challenged."""
    _check_vote(question, vote)
    openings = _draw(key.group, vote, rng)
    return _prove(key, question, context, openings, rng), openings


def prove_answer(
    key: Key, question: Question, context: str, vote: Sequence[int], rng: Rng
) -> Answer:
    """Encrypt any numbers and run the prover; it convinces only if they are valid."""
    return _prove(key, question, context, _draw(key.group, vote, rng), rng)


def _draw(group: Group, vote: Sequence[int], rng: Rng) -> tuple[Opening, ...]:
    return tuple(Opening(number, group.random_scalar(rng)) for number in vote)


def _prove(
    key: Key, question: Question, context: str, openings: Sequence[Opening], rng: Rng
) -> Answer:
    ciphertexts = tuple(key.encrypt(o.message, o.randomness) for o in openings)
    sum_of_all = combine_all(key.group, ciphertexts[question.blank :])
    prefixes = Prefixes.of(key.group, question, context, (*ciphertexts, sum_of_all))
    blank, total = openings[0], _add(openings[question.blank :])
    return Answer(
        ciphertexts=ciphertexts,
        individual_proofs=tuple(
            prove_one_of(key, prefix, bit(opening), rng)
            for prefix, opening in zip(prefixes.choices, openings, strict=True)
        ),
        overall_proof=prove_one_of(
            key, prefixes.overall, sums(question, blank, total), rng
        ),
        blank_proof=prove_one_of(key, prefixes.blank, either_zero(blank, total), rng)
        if question.blank
        else None,
    )


def check_answer(key: Key, question: Question, context: str, value: Json) -> Choices:
    """Read an answer and check all its proofs; the encrypted choices.

    `context` is what the proofs are bound to: election and voter. Raises Malformed,
    InvalidElement, InvalidScalar or InvalidProof.
    """
    kernel = kernel_for(key.group)
    # What the kernel refuses is looked at again, to say what is wrong.
    with suppress(BeleniosError):
        if kernel is not None:
            return check_quickly(kernel, key, question, context, value)
    answer = Answer.parse(key.group, question, value)
    choices = Choices(answer.ciphertexts)
    total = combine_all(key.group, choices[question.blank :])
    for proof in _received(key.group, question, context, answer, total):
        proof.check(key)
    return choices


def check_quickly(
    kernel: Kernel, key: Key, question: Question, context: str, value: Json
) -> Choices:
    """The same by the kernel, all powers at once.

    What it raises says that something is wrong, not always what.
    """
    answer = Answer.parse(key.group, question, value, kernel.read)
    choices = kernel.decode(answer.ciphertexts)
    total, points = kernel.total(choices, int(question.blank))
    proofs = _received(key.group, question, context, answer, total)
    places = {one: place for place, one in enumerate((*choices, total))}
    which: list[int] = []
    scalars: list[tuple[int, int, int]] = []
    for (ciphertext, number), (c, r) in chain(*(proof.parts() for proof in proofs)):
        which.append(places[ciphertext])
        scalars.append((c, r, -number * c % key.group.order))
    commitments = iter(kernel.commit(key.table, points, which, scalars))
    for proof in proofs:
        proof.check_next(key.group, commitments)
    return choices


def read_choices(group: Group, question: Question, value: Json) -> Choices:
    """The encrypted choices of an answer; its proofs are not checked."""
    kernel = kernel_for(group)
    with suppress(BeleniosError):
        if kernel is not None:
            answer = Answer.parse(group, question, value, kernel.read)
            choices = kernel.decode(answer.ciphertexts)
            kernel.check_members(choices)
            return choices
    return Choices(Answer.parse(group, question, value).ciphertexts)


def _received(
    group: Group, question: Question, context: str, answer: Answer, total: Ciphertext
) -> list[OneOf]:
    """The proofs of an answer, each with what it must prove."""
    ciphertexts = (*answer.ciphertexts, total)
    prefixes = Prefixes.of(group, question, context, ciphertexts)
    blank = ciphertexts[0]
    received = [
        OneOf(f"choice {number} is 0 or 1", prefix, bit(ciphertext), proofs)
        for number, (prefix, ciphertext, proofs) in enumerate(
            zip(
                prefixes.choices,
                answer.ciphertexts,
                answer.individual_proofs,
                strict=True,
            )
        )
    ]
    claims = sums(question, blank, total)
    about = "the number of answers"
    received.append(OneOf(about, prefixes.overall, claims, answer.overall_proof))
    if answer.blank_proof is not None:
        claims = either_zero(blank, total)
        about = "blank excludes every answer"
        received.append(OneOf(about, prefixes.blank, claims, answer.blank_proof))
    return received


def _add(openings: Sequence[Opening]) -> Opening:
    return Opening(
        sum(opening.message for opening in openings),
        sum(opening.randomness for opening in openings),
    )


def _check_vote(question: Question, vote: Sequence[int]) -> None:
    if len(vote) != question.choices or any(number not in (0, 1) for number in vote):
        raise InvalidVote("a 0 or 1 for each choice expected")
    blank = bool(question.blank and vote[0])
    total = sum(vote[question.blank :])
    if blank and total:
        raise InvalidVote("blank excludes every answer")
    if not blank and not question.min <= total <= question.max:
        raise InvalidVote(f"from {question.min} to {question.max} answers")
