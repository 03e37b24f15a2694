"""Integers modulo p = 2^255 - 19, as five limbs of 51 bits.

An element is a tuple of five unsigned 64-bit integers. A *tight* one has limbs just
above 51 bits at most (2^51 + 2^17) and comes from products; sums and differences of
tight ones are *loose*, below 2^54, and may be multiplied but not added up further:
the limits are written at each function. Products need 128 bits, which numba does not
have; two intrinsics write them for the compiler.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from belenios.kernel.machine import part

Field: TypeAlias = "tuple[Any, Any, Any, Any, Any]"

P = 2**255 - 19
LIMB = 51
MASK = (1 << LIMB) - 1
LIMBS = types.UniTuple(types.uint64, 5)
WORD, WIDE = ir.IntType(64), ir.IntType(128)


def limbs(number: int) -> Field:
    """A number modulo p as a constant for compiled code."""
    digits = [np.uint64((number % P) >> (LIMB * i) & MASK) for i in range(5)]
    return tuple(digits)  # type: ignore[return-value]


ZERO, ONE = limbs(0), limbs(1)
D = limbs(-121665 * pow(121666, -1, P))
TWICE_D = limbs(2 * -121665 * pow(121666, -1, P))
ROOT_OF_MINUS_ONE = limbs(pow(2, (P - 1) // 4, P))

U = np.uint64
U1, U19, U51, MASK_64 = U(1), U(19), U(LIMB), U(MASK)
# 4p, limb by limb: added before a subtraction, so that no limb falls below zero.
BIAS_0, BIAS = U(4 * (MASK - 18)), U(4 * MASK)

# Which pairs of limbs meet in each limb of a product: (i, j, wrapped around p).
MEETINGS = [[(i, (k - i) % 5, i > k) for i in range(5)] for k in range(5)]


def _word(number: int) -> ir.Constant:
    return ir.Constant(WORD, number)


def _sum_of_products(
    builder: ir.IRBuilder, pairs: Sequence[tuple[ir.Value, ir.Value]]
) -> ir.Value:
    total = ir.Constant(WIDE, 0)
    for left, right in pairs:
        wide = [builder.zext(factor, WIDE) for factor in (left, right)]
        total = builder.add(total, builder.mul(*wide))
    return total


def _carry(builder: ir.IRBuilder, columns: Sequence[ir.Value]) -> list[ir.Value]:
    """Five sums below 2^115 as a tight element: each carries to the next, twice.

    All carry at once, for the processor then need not wait for one after the other.
    """
    shift = ir.Constant(WIDE, LIMB)
    low = [builder.trunc(column, WORD) for column in columns]
    high = [builder.trunc(builder.lshr(column, shift), WORD) for column in columns]
    once = _add_carries(builder, low, high)
    return _add_carries(
        builder, once, [builder.lshr(limb, _word(LIMB)) for limb in once]
    )


def _add_carries(
    builder: ir.IRBuilder, limbs_in: Sequence[ir.Value], carries: Sequence[ir.Value]
) -> list[ir.Value]:
    """Limbs cut to 51 bits, plus what the one before carries; the last, 19 times."""
    cut = [builder.and_(limb, _word(MASK)) for limb in limbs_in]
    moved = [builder.mul(carries[4], _word(19)), *carries[:4]]
    return [builder.add(*pair) for pair in zip(cut, moved, strict=True)]


def _unpack(builder: ir.IRBuilder, element: ir.Value) -> list[ir.Value]:
    return [builder.extract_value(element, i) for i in range(5)]


def _product(context: Any, builder: Any, signature: Any, factors: Any) -> Any:
    del context, signature
    a, b = (_unpack(builder, factor) for factor in factors)
    wrapped = [builder.mul(limb, _word(19)) for limb in b]
    columns = [
        [(a[i], wrapped[j] if around else b[j]) for i, j, around in meeting]
        for meeting in MEETINGS
    ]
    sums = [_sum_of_products(builder, column) for column in columns]
    return cgutils.pack_array(builder, _carry(builder, sums))


def _square(context: Any, builder: Any, signature: Any, factors: Any) -> Any:
    """As the product with itself; equal pairs are computed once and doubled."""
    del context, signature
    a = _unpack(builder, factors[0])
    columns: list[list[tuple[ir.Value, ir.Value]]] = [
        [
            (a[i], builder.mul(a[j], _word((1 + (i != j)) * (19 if around else 1))))
            for i, j, around in meeting
            if i <= j
        ]
        for meeting in MEETINGS
    ]
    sums = [_sum_of_products(builder, column) for column in columns]
    return cgutils.pack_array(builder, _carry(builder, sums))


@intrinsic
def multiply(typing: Any, a: Any, b: Any) -> Any:
    """The product of two loose elements, tight."""
    del typing, a, b
    return LIMBS(LIMBS, LIMBS), _product


@intrinsic
def square(typing: Any, a: Any) -> Any:
    """The square of a loose element, tight."""
    del typing, a
    return LIMBS(LIMBS), _square


@part
def add(a: Field, b: Field) -> Field:
    """The sum; loose when both are tight."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4])


@part
def subtract(a: Field, b: Field) -> Field:
    """The difference: `b` below 2^53 - 76 in each limb; 2^53 above `a`."""
    return (
        a[0] + BIAS_0 - b[0],
        a[1] + BIAS - b[1],
        a[2] + BIAS - b[2],
        a[3] + BIAS - b[3],
        a[4] + BIAS - b[4],
    )


@part
def tighten(a: Field) -> Field:
    """The same element with its carries done: tight."""
    c0 = a[0] >> U51
    c1 = (a[1] + c0) >> U51
    c2 = (a[2] + c1) >> U51
    c3 = (a[3] + c2) >> U51
    c4 = (a[4] + c3) >> U51
    return (
        (a[0] & MASK_64) + U19 * c4,
        (a[1] + c0) & MASK_64,
        (a[2] + c1) & MASK_64,
        (a[3] + c2) & MASK_64,
        (a[4] + c3) & MASK_64,
    )


@part
def to_words(a: Field) -> tuple[Any, Any, Any, Any]:
    """The one number below p that the element stands for, in four 64-bit words."""
    a = tighten(tighten(a))
    # Is it p or more? Then adding 19 carries out of bit 255.
    q = (a[0] + U19) >> U51
    for i in range(1, 5):
        q = (a[i] + q) >> U51
    reduced = tighten((a[0] + U19 * q, a[1], a[2], a[3], a[4]))
    # What was carried out of the top came back as 19, once too often.
    low = reduced[0] - U19 * q
    return (
        low | reduced[1] << U(51),
        reduced[1] >> U(13) | reduced[2] << U(38),
        reduced[2] >> U(26) | reduced[3] << U(25),
        reduced[3] >> U(39) | reduced[4] << U(12),
    )


@part
def from_words(w0: Any, w1: Any, w2: Any, w3: Any) -> Field:
    """The element of a number below 2^255 in four words; the 256th bit is dropped."""
    return (
        w0 & MASK_64,
        (w0 >> U(51) | w1 << U(13)) & MASK_64,
        (w1 >> U(38) | w2 << U(26)) & MASK_64,
        (w2 >> U(25) | w3 << U(39)) & MASK_64,
        w3 >> U(12) & MASK_64,
    )


@part
def is_zero(a: Field) -> bool:
    """Whether the element is zero modulo p."""
    words = to_words(a)
    return (words[0] | words[1] | words[2] | words[3]) == U(0)


@part
def square_times(a: Field, times: int) -> Field:
    """The element squared so many times."""
    for _ in range(times):
        a = square(a)
    return a


@part
def _raised(z: Field) -> tuple[Field, Field]:
    """z^(2^250 - 1) and z^11, on the way to the two powers below."""
    z2 = square(z)
    z9 = multiply(z, square_times(z2, 2))
    z11 = multiply(z2, z9)
    ones_5 = multiply(z9, square(z11))
    ones_10 = multiply(square_times(ones_5, 5), ones_5)
    ones_20 = multiply(square_times(ones_10, 10), ones_10)
    ones_40 = multiply(square_times(ones_20, 20), ones_20)
    ones_50 = multiply(square_times(ones_40, 10), ones_10)
    ones_100 = multiply(square_times(ones_50, 50), ones_50)
    ones_200 = multiply(square_times(ones_100, 100), ones_100)
    return multiply(square_times(ones_200, 50), ones_50), z11


@part
def invert(z: Field) -> Field:
    """z^(p - 2), the inverse; zero for zero."""
    raised, z11 = _raised(z)
    return multiply(square_times(raised, 5), z11)


@part
def near_root(z: Field) -> Field:
    """z^((p - 5) / 8), from which square roots are made."""
    raised, _ = _raised(z)
    return multiply(square_times(raised, 2), z)
