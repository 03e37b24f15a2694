"""Laws of the encryption: what is done to ciphertexts is done to the numbers."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belenios.elgamal import Key, combine, combine_all, nothing, scale
from belenios.group import get_group

groups = pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
numbers = st.integers(-(2**40), 2**40)
scalars = st.integers(0, 2**256)
SECRET = 987654321


@cache
def key(name: str) -> Key:
    group = get_group(name)
    return Key(group, group.power_g(SECRET))


def decrypted(name: str, ciphertext) -> int:
    """g to the encrypted number."""
    group = key(name).group
    blind = group.power(ciphertext.alpha, SECRET)
    return group.divide(ciphertext.beta, blind)


@groups
@given(a=numbers, b=numbers, r=scalars, s=scalars)
@settings(max_examples=10, deadline=None)
def test_a_product_of_ciphertexts_encrypts_the_sum(
    name: str, a: int, b: int, r: int, s: int
):
    one, group = key(name), key(name).group

    both = combine(group, one.encrypt(a, r), one.encrypt(b, s))

    assert both == one.encrypt(a + b, r + s)
    assert decrypted(name, both) == group.power_g(a + b)


@groups
@given(a=numbers, r=scalars, weight=st.integers(-(2**53), 2**53))
@settings(max_examples=10, deadline=None)
def test_a_weight_multiplies_the_number(name: str, a: int, r: int, weight: int):
    one, group = key(name), key(name).group
    weighted = scale(group, one.encrypt(a, r), weight)

    assert weighted == one.encrypt(a * weight, r * weight)
    back = combine(group, weighted, scale(group, one.encrypt(a, r), -weight))
    assert back == nothing(group)


@groups
@given(values=st.permutations([(1, 5), (0, 7), (3, 11), (-2, 13)]))
@settings(max_examples=10, deadline=None)
def test_the_order_of_a_sum_does_not_matter(name: str, values: list[tuple[int, int]]):
    one = key(name)
    ciphertexts = [one.encrypt(*value) for value in values]

    assert combine_all(one.group, ciphertexts) == one.encrypt(2, 36)
    assert combine_all(one.group, []) == nothing(one.group)
