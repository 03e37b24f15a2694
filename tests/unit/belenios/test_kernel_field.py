"""Integers modulo p in the kernel, compared with Python's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numba import njit

from belenios.kernel import field
from belenios.kernel.field import LIMB, P

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

# Sums and differences may have limbs up to here; products, just above 51 bits.
LOOSE = st.tuples(*[st.integers(0, 7 * 2**51)] * 5)
TIGHT = st.tuples(*[st.integers(0, 2**51 + 2**17)] * 5)
HIGHEST = (7 * 2**51,) * 5
AROUND_P = st.sampled_from([0, 1, 18, 19, P - 1, P, P + 1, P + 18, 2**255 - 1])


@njit
def product(a, b):
    return field.multiply(a, b)


@njit
def squared(a):
    return field.square(a)


def element(limbs: tuple[int, ...]) -> tuple[np.uint64, ...]:
    return tuple(map(np.uint64, limbs))


def number(limbs: tuple[int, ...]) -> int:
    return sum(int(limb) << (LIMB * i) for i, limb in enumerate(limbs)) % P


def words(value: int) -> list[np.uint64]:
    return [np.uint64(value >> (64 * i) & (2**64 - 1)) for i in range(4)]


def is_tight(limbs: tuple[int, ...]) -> bool:
    return all(limb <= 2**51 + 2**17 for limb in limbs)


@given(LOOSE, LOOSE)
@example(HIGHEST, HIGHEST)
def test_a_product_is_that_of_the_numbers_and_tight(a, b):
    result = product(element(a), element(b))

    assert number(result) == number(a) * number(b) % P
    assert is_tight(result)


@given(LOOSE)
@example(HIGHEST)
def test_a_square_is_the_product_with_itself(a):
    result = squared(element(a))

    assert number(result) == number(a) ** 2 % P
    assert is_tight(result)


@given(TIGHT, TIGHT)
def test_sums_and_differences_are_those_of_the_numbers(a, b):
    total = field.add(element(a), element(b))
    difference = field.subtract(element(a), element(b))

    assert number(total) == (number(a) + number(b)) % P
    assert number(difference) == (number(a) - number(b)) % P
    assert max(map(int, difference)) < 2**54


@given(LOOSE)
@example(HIGHEST)
def test_there_is_one_way_to_write_a_number(a):
    value = number(a)

    assert list(field.to_words(element(a))) == words(value)
    assert is_tight(field.tighten(element(a)))
    assert bool(field.is_zero(element(a))) is (value == 0)


@given(AROUND_P)
def test_what_is_read_from_words_is_reduced_when_written(value):
    read = field.from_words(*words(value))

    assert list(field.to_words(element(read))) == words(value % P)


@pytest.mark.parametrize("value", [1, 2, 19, P - 1, 2**200 + 7])
def test_an_inverse_is_one(value):
    assert number(field.invert(field.limbs(value))) == pow(value, -1, P)
    root = number(field.near_root(field.limbs(value)))
    assert root == pow(value, (P - 5) // 8, P)


def test_zero_has_no_inverse_and_gives_zero():
    assert number(field.invert(field.limbs(0))) == 0
