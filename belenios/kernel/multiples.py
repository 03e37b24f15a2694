"""Multiples of points, in compiled code: of one point many, of a fixed point any.

Variable time: for public data only.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from belenios.kernel.curve import (
    IDENTITY,
    Addend,
    Point,
    Words,
    close,
    double,
    double_open,
    load,
    load_point,
    negative,
    opposite,
    plus,
    plus_affine,
    ready,
    store_point,
)
from belenios.kernel.field import ONE, U1, U
from belenios.kernel.machine import part

Digits: TypeAlias = "np.ndarray[Any, np.dtype[np.int8]]"

ORDER = 2**252 + 27742317777372353535851937790883648493
ORDER_WORDS = tuple(U(ORDER >> (64 * i) & (2**64 - 1)) for i in range(4))

# A scalar is written with odd digits between -15 and 15, on average every sixth not
# zero. Digits of the same size are gathered: there are eight sizes.
WIDTH = 5
SIZES = 2 ** (WIDTH - 2)
LENGTH = 254
WINDOW, LOW_BITS, HALF = U(2**WIDTH), U(2**WIDTH - 1), U(2 ** (WIDTH - 1))
WORD_BITS = 64

# A table holds 1 to 128 times each 256^i of its point.
ROWS, COLUMNS = 32, 128
BASE, BYTE = 256, U(255)


@part
def below_order(scalar: Words) -> bool:
    """Whether a scalar of four words is below the order of the group."""
    for i in range(3, -1, -1):
        if scalar[i] != ORDER_WORDS[i]:
            return scalar[i] < ORDER_WORDS[i]
    return False


@part
def write_digits(scalar: Words, digits: Digits) -> None:
    """A scalar below 2^253 in odd digits, the lowest first."""
    digits[:] = 0
    carry, position = U(0), 0
    while position < LENGTH:
        window = carry + _window(scalar, position)
        if window & U1 == U(0):
            position += 1
            continue
        carry = U(1) if window > HALF else U(0)
        digits[position] = np.int8(np.int64(window) - np.int64(carry * WINDOW))
        position += WIDTH


@part
def _window(scalar: Words, position: int) -> Any:
    """The bits of a scalar from a position on."""
    word, bit = position >> 6, position & 63
    bits = scalar[word] >> U(bit)
    if bit > WORD_BITS - WIDTH and word < 3:  # noqa: PLR2004 - the last word
        bits |= scalar[word + 1] << U(WORD_BITS - bit)
    return bits & LOW_BITS


@part
def multiply_many(p: Point, digits: Digits, products: Words) -> None:
    """A product (20 words a row) of one point and each scalar (a row of digits).

    Scalars share the doublings: going up, twice the point is twice the point for
    all of them. Where a digit is not zero the point joins the heap of its size.
    """
    count = len(digits)
    heaps = np.empty((count, SIZES, 20), np.uint64)
    started = np.zeros((count, SIZES), np.bool_)
    chain = (p[0], p[1], p[2], p[3], ONE)
    for position in range(LENGTH):
        if np.any(digits[:, position]):
            _gather(close(chain), digits[:, position], heaps, started)
        chain = double_open(chain)
    for i in range(count):
        store_point(products[i], _weigh(heaps[i], started[i]))


@part
def _gather(p: Point, digits: Digits, heaps: Words, started: Any) -> None:
    q = ready(p)
    for i in range(len(digits)):
        digit = digits[i]
        if digit:
            size = abs(digit) // 2
            if started[i, size]:
                heap = load_point(heaps[i, size])
                heap = plus(heap, q if digit > 0 else opposite(q))
            else:
                heap = p if digit > 0 else negative(p)
            started[i, size] = True
            store_point(heaps[i, size], heap)


@part
def _weigh(heaps: Words, started: Any) -> Point:
    """1 times the first heap, 3 times the second, 5 times the third, ..."""
    above = _heap(heaps, started, SIZES - 1)
    total = above
    for size in range(SIZES - 2, 0, -1):
        above = plus(above, ready(_heap(heaps, started, size)))
        total = plus(total, ready(above))
    above = plus(above, ready(_heap(heaps, started, 0)))
    return plus(double(total), ready(above))


@part
def _heap(heaps: Words, started: Any, size: int) -> Point:
    return load_point(heaps[size]) if started[size] else IDENTITY


@part
def tabulate(p: Point, points: Words) -> None:
    """The points of a table (20 words each), a row after another."""
    for row in range(ROWS):
        q, multiple = ready(p), p
        for column in range(COLUMNS):
            store_point(points[row * COLUMNS + column], multiple)
            multiple = plus(multiple, q)
        p = double(load_point(points[row * COLUMNS + COLUMNS - 1]))


@part
def plus_multiple(total: Point, table: Words, scalar: Words) -> Point:
    """A point plus a multiple of the table's point, the scalar below 2^253."""
    carry = 0
    for row in range(ROWS):
        digit = np.int64(scalar[row >> 3] >> U(8 * (row & 7)) & BYTE) + carry
        carry = 1 if digit > COLUMNS else 0
        digit -= BASE * carry
        if digit:
            q = _entry(table[row * COLUMNS + abs(digit) - 1])
            total = plus_affine(total, q if digit > 0 else opposite(q))
    return total


@part
def _entry(words: Words) -> Addend:
    return (load(words, 0), load(words, 5), ONE, load(words, 10))


@part
def weighed(p: Point, weight: int) -> Point:
    """A point times a small integer, which may be negative."""
    total, q = IDENTITY, ready(p)
    for bit in range(62, -1, -1):
        total = double(total)
        if abs(weight) >> bit & 1:
            total = plus(total, q)
    return negative(total) if weight < 0 else total
