from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belenios.elgamal import Ciphertext, Key, combine, combine_all, scale
from belenios.errors import InvalidProof, InvalidScalar, Malformed
from belenios.group import Group, get_group
from belenios.hashing import hash_to_scalar
from belenios.keys import make_key
from belenios.proofs import (
    Opening,
    Proof,
    check_equality,
    check_knowledge,
    check_one_of,
    prove_equality,
    prove_knowledge,
    prove_one_of,
)

rng = secrets.token_bytes
BELENIOS = get_group("BELENIOS-2048")
X, W = 987654321987654321, 1234567890123456789

Spoil = Callable[[Proof, int], Proof]
FALSIFIED: list[Spoil] = [
    lambda proof, order: replace(proof, challenge=(proof.challenge + 1) % order),
    lambda proof, order: replace(proof, response=(proof.response + 1) % order),
    lambda proof, order: Proof(proof.response, proof.challenge),
    lambda proof, order: Proof(0, 0),
]


@pytest.fixture(params=["Ed25519", "BELENIOS-2048"])
def group(request: pytest.FixtureRequest) -> Group:
    return get_group(request.param)


def fixed(scalar: int) -> Callable[[int], bytes]:
    """A generator from which `random_scalar` draws just this scalar."""
    return lambda size: (scalar - 1).to_bytes(size, "big")


def test_the_challenge_of_a_signature_is_that_of_the_specification():
    assert hash_to_scalar(BELENIOS, "sig|abc|", [BELENIOS.power_g(W)]) == (
        30068966991455010495096528937904275030729979461437710498408830084009646138266
    )


def test_the_proof_of_a_trustees_key_is_that_of_the_specification():
    pok = make_key(BELENIOS, X, fixed(W)).public["pok"]

    assert pok == {
        "challenge": "2771720130298932583471707569715065554579488004793313622026002201"
        "9691603056126",
        "response": "76172602406283831085775441699730117832746077752422992565798453060"
        "377848261690",
    }


def test_knowledge_of_a_secret_is_shown(group: Group):
    proof = prove_knowledge(group, "test|", 42, rng)

    check_knowledge(group, "test|", group.power_g(42), proof)
    with pytest.raises(InvalidProof):
        check_knowledge(group, "other|", group.power_g(42), proof)
    with pytest.raises(InvalidProof):
        check_knowledge(group, "test|", group.power_g(43), proof)


@pytest.mark.parametrize("falsify", FALSIFIED)
def test_a_falsified_proof_of_knowledge_fails(group: Group, falsify: Spoil):
    proof = falsify(prove_knowledge(group, "test|", 42, rng), group.order)

    with pytest.raises(InvalidProof):
        check_knowledge(group, "test|", group.power_g(42), proof)


def test_equal_logarithms_are_shown(group: Group):
    base = group.power_g(7)
    proof = prove_equality(group, "test|", base, 42, rng)
    honest = [(group.generator, group.power_g(42)), (base, group.power(base, 42))]

    check_equality(group, "test|", honest, proof)
    for index, _ in enumerate(honest):
        false = list(honest)
        false[index] = (false[index][0], group.power_g(5))
        with pytest.raises(InvalidProof):
            check_equality(group, "test|", false, proof)


@pytest.mark.parametrize("falsify", FALSIFIED)
def test_a_falsified_proof_of_equality_fails(group: Group, falsify: Spoil):
    base = group.power_g(7)
    pairs = [(group.generator, group.power_g(42)), (base, group.power(base, 42))]
    proof = falsify(prove_equality(group, "test|", base, 42, rng), group.order)

    with pytest.raises(InvalidProof):
        check_equality(group, "test|", pairs, proof)


@given(message=st.integers(0, 3), others=st.lists(st.integers(0, 5), max_size=3))
@settings(max_examples=20, deadline=None)
def test_one_true_value_among_several_is_shown(message: int, others: list[int]):
    group = get_group("Ed25519")
    values = [*others, message]
    key = Key(group, group.power_g(9))
    opening = Opening(message, group.random_scalar(rng))
    ciphertext = key.encrypt(opening.message, opening.randomness)

    proofs = prove_one_of(key, "test|", [(opening, value) for value in values], rng)

    check_one_of(key, "test|", [(ciphertext, value) for value in values], proofs)


def an_honest_choice(group: Group) -> tuple[Key, Ciphertext, tuple[Proof, ...]]:
    key = Key(group, group.power_g(9))
    opening = Opening(1, group.random_scalar(rng))
    proofs = prove_one_of(key, "test|", [(opening, 0), (opening, 1)], rng)
    return key, key.encrypt(1, opening.randomness), proofs


def test_a_value_outside_the_set_convinces_nobody(group: Group):
    key = Key(group, group.power_g(9))
    opening = Opening(2, group.random_scalar(rng))
    ciphertext = key.encrypt(2, opening.randomness)
    proofs = prove_one_of(key, "test|", [(opening, 0), (opening, 1)], rng)

    with pytest.raises(InvalidProof):
        check_one_of(key, "test|", [(ciphertext, 0), (ciphertext, 1)], proofs)


@pytest.mark.parametrize("falsify", FALSIFIED)
@pytest.mark.parametrize("branch", [0, 1])
def test_each_falsified_branch_fails(group: Group, falsify: Spoil, branch: int):
    key, ciphertext, honest = an_honest_choice(group)
    proofs = list(honest)
    proofs[branch] = falsify(proofs[branch], group.order)

    with pytest.raises(InvalidProof):
        check_one_of(key, "test|", [(ciphertext, 0), (ciphertext, 1)], proofs)


def test_a_proof_serves_its_own_statement_only(group: Group):
    key, ciphertext, proofs = an_honest_choice(group)
    moved = combine(group, ciphertext, key.encrypt(0, 1))
    check_one_of(key, "test|", [(ciphertext, 0), (ciphertext, 1)], proofs)

    for prefix, one, values in (
        ("other|", ciphertext, (0, 1)),
        ("test|", moved, (0, 1)),
        ("test|", replace(ciphertext, alpha=moved.alpha), (0, 1)),
        ("test|", replace(ciphertext, beta=moved.beta), (0, 1)),
        ("test|", ciphertext, (1, 0)),
        ("test|", ciphertext, (0, 2)),
    ):
        with pytest.raises(InvalidProof):
            check_one_of(key, prefix, [(one, value) for value in values], proofs)


def test_a_proof_is_two_canonical_scalars(group: Group):
    good = {"challenge": "1", "response": "2"}

    assert Proof.parse(group, dict(good)) == Proof(1, 2)
    for field in good:
        for wrong in ("01", "-1", str(group.order + 1), "0x1", ""):
            with pytest.raises(InvalidScalar):
                Proof.parse(group, {**good, field: wrong})
        with pytest.raises(Malformed):
            Proof.parse(group, {**good, field: 1})
    with pytest.raises(Malformed):
        Proof.parse(group, {"response": "2", "challenge": "1"})


@given(st.lists(st.integers(0, 4), max_size=4), st.integers(-3, 5))
@settings(max_examples=15, deadline=None)
def test_encrypted_numbers_add_up(numbers: list[int], weight: int):
    group = get_group("Ed25519")
    key = Key(group, group.power_g(9))
    ciphertexts = [key.encrypt(number, group.random_scalar(rng)) for number in numbers]

    total = scale(group, combine_all(group, ciphertexts), weight)

    decrypted = group.divide(total.beta, group.power(total.alpha, 9))
    assert decrypted == group.power_g(sum(numbers) * weight)
