"""Zero-knowledge proofs: Schnorr, equality of logarithms, one of several.

In every proof the commitments are not sent but computed again from challenge and
response, A = g^response * X^challenge, and hashed: the proof holds when the hash
is the challenge. Sections 4.5, 4.12 to 4.14 and 4.18 of the specification.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from belenios.elgamal import Ciphertext, Key
from belenios.encoding import Json, record, string
from belenios.errors import InvalidProof
from belenios.group import Element, Group, Rng
from belenios.hashing import hash_to_scalar


@dataclass(frozen=True, slots=True)
class Proof:
    """A challenge and the response to it."""

    challenge: int
    response: int

    def as_json(self) -> Json:
        """As it stands in every message: two decimals in strings."""
        return {"challenge": str(self.challenge), "response": str(self.response)}

    @classmethod
    def parse(cls, group: Group, value: Json) -> Proof:
        """Read a proof; both numbers canonical and below the order."""
        fields = record(value, "challenge", "response")
        return cls(
            challenge=group.parse_scalar(string(fields["challenge"])),
            response=group.parse_scalar(string(fields["response"])),
        )


def prove_knowledge(group: Group, prefix: str, secret: int, rng: Rng) -> Proof:
    """Schnorr's proof that one knows the logarithm of g^secret."""
    w = group.random_scalar(rng)
    challenge = hash_to_scalar(group, prefix, [group.power_g_secret(w)])
    return Proof(challenge, (w - secret * challenge) % group.order)


def check_knowledge(group: Group, prefix: str, public: Element, proof: Proof) -> None:
    """Check `prove_knowledge`; raise InvalidProof."""
    commitment = group.multiply(
        group.power_g(proof.response), group.power(public, proof.challenge)
    )
    if hash_to_scalar(group, prefix, [commitment]) != proof.challenge:
        raise InvalidProof("knowledge of a secret")


def prove_equality(
    group: Group, prefix: str, base: Element, secret: int, rng: Rng
) -> Proof:
    """Proof that g^secret and base^secret have the same logarithm (section 4.18)."""
    w = group.random_scalar(rng)
    commitments = [group.power_g_secret(w), group.power_secret(base, w)]
    challenge = hash_to_scalar(group, prefix, commitments)
    return Proof(challenge, (w - secret * challenge) % group.order)


def check_equality(
    group: Group,
    prefix: str,
    pairs: Sequence[tuple[Element, Element]],
    proof: Proof,
) -> None:
    """Check that all (base, base^x) of `pairs` share the same x; or InvalidProof."""
    commitments = [
        group.multiply(
            group.power(base, proof.response), group.power(power, proof.challenge)
        )
        for base, power in pairs
    ]
    if hash_to_scalar(group, prefix, commitments) != proof.challenge:
        raise InvalidProof("equality of logarithms")


@dataclass(frozen=True, slots=True)
class Opening:
    """What its maker knows of a ciphertext: the number and the randomness."""

    message: int
    randomness: int


# A statement is "this holds that value": the prover says it of openings, the
# verifier of ciphertexts, in the same order.
Claim: TypeAlias = tuple[Opening, int]
Statement: TypeAlias = tuple[Ciphertext, int]


def prove_one_of(
    key: Key, prefix: str, claims: Sequence[Claim], rng: Rng
) -> tuple[Proof, ...]:
    """Prove that one of the claims is true without saying which (section 4.12).

    When none is true, the proof made does not hold. As the randomness is known,
    every power is one of g or y, even for the false claims.
    """
    group = key.group
    true = _index_of_truth(claims)
    answers = [_random_proof(group, rng) for _ in claims]
    w = group.random_scalar(rng)
    commitments: list[Element] = []
    for index, (claim, answer) in enumerate(zip(claims, answers, strict=True)):
        commitments += (
            [group.power_g(w), key.power(w)]
            if index == true
            else _simulate(key, claim, answer)
        )
    total = hash_to_scalar(group, prefix, commitments)
    others = sum(answer.challenge for answer in answers) - answers[true].challenge
    challenge = (total - others) % group.order
    response = (w - claims[true][0].randomness * challenge) % group.order
    answers[true] = Proof(challenge, response)
    return tuple(answers)


def _index_of_truth(claims: Sequence[Claim]) -> int:
    truths = [opening.message == value for opening, value in claims]
    return truths.index(True) if any(truths) else 0


def _random_proof(group: Group, rng: Rng) -> Proof:
    return Proof(group.random_scalar(rng), group.random_scalar(rng))


def _simulate(key: Key, claim: Claim, answer: Proof) -> list[Element]:
    """The commitments that fit an answer chosen beforehand."""
    opening, value = claim
    exponent = answer.response + opening.randomness * answer.challenge
    shift = (opening.message - value) * answer.challenge
    return [
        key.group.power_g(exponent),
        key.group.multiply(key.power(exponent), key.group.power_g(shift)),
    ]


def check_one_of(
    key: Key, prefix: str, statements: Sequence[Statement], proofs: Sequence[Proof]
) -> None:
    """Check `prove_one_of`; raise InvalidProof. There is a proof a statement."""
    commitments: list[Element] = []
    for statement, proof in zip(statements, proofs, strict=True):
        commitments += _commitments(key, statement, proof)
    check_challenges(key.group, prefix, commitments, proofs)


def check_challenges(
    group: Group,
    prefix: str,
    commitments: Sequence[Element],
    proofs: Sequence[Proof],
) -> None:
    """Check that the challenges were drawn after the commitments; InvalidProof."""
    total = sum(proof.challenge for proof in proofs) % group.order
    if hash_to_scalar(group, prefix, commitments) != total:
        raise InvalidProof("one of several values")


def _commitments(key: Key, statement: Statement, proof: Proof) -> list[Element]:
    """A = g^r * alpha^c and B = y^r * (beta / g^value)^c."""
    group = key.group
    (ciphertext, value), (c, r) = statement, (proof.challenge, proof.response)
    shifted = ciphertext.beta
    if value:
        shifted = group.divide(shifted, group.power_g(value))
    return [
        group.multiply(group.power_g(r), group.power(ciphertext.alpha, c)),
        group.multiply(key.power(r), group.power(shifted, c)),
    ]
