"""What Python calls of the kernel: whole arrays at a time, without the lock.

Points that come in encoded are checked to be canonical and on the curve when they
are decoded, to be of the prime order and not the identity where a proof is checked.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from belenios.kernel.curve import (
    IDENTITY,
    Words,
    decode,
    encode,
    is_identity,
    load_affine,
    load_point,
    make_affine,
    plus,
    ready,
    store,
    store_point,
)
from belenios.kernel.field import TWICE_D, add, multiply, subtract
from belenios.kernel.machine import entry, part
from belenios.kernel.multiples import (
    LENGTH,
    ORDER_WORDS,
    below_order,
    multiply_many,
    plus_multiple,
    tabulate,
    weighed,
    write_digits,
)


@entry("boolean(u8[:,::1], u8[:,::1])")
def decode_points(encoded: Words, affine: Words) -> bool:
    """Decode points, four words a row into ten; whether all are points."""
    good = True
    for i in range(len(encoded)):
        found, x, y = decode(encoded[i])
        good = good and found
        store(affine[i], 0, x)
        store(affine[i], 5, y)
    return good


@entry("void(u8[:,::1], u8[:,::1])")
def encode_points(affine: Words, encoded: Words) -> None:
    """The opposite of `decode_points`."""
    encode(affine, encoded)


@entry("void(u8[:,::1], u8[:,::1])")
def settle_points(points: Words, affine: Words) -> None:
    """x and y of sums (20 words a row)."""
    make_affine(points, affine)


@entry("void(u8[:,::1], u8[:,::1], i8)")
def add_points(sums: Words, affine: Words, weight: int) -> None:
    """Add to each sum (20 words a row) the point in its row, so many times."""
    for i in range(len(sums)):
        p = load_affine(affine[i])
        if weight != 1:
            p = weighed(p, weight)
        store_point(sums[i], plus(load_point(sums[i]), ready(p)))


@entry("void(u8[:,:,::1], u8[:,::1])")
def add_up(pairs: Words, total: Words) -> None:
    """x and y of the sum of the first points, and of the second points, of pairs."""
    sums = np.empty((2, 20), np.uint64)
    for half in range(2):
        p = IDENTITY
        for i in range(len(pairs)):
            p = plus(p, ready(load_affine(pairs[i, half])))
        store_point(sums[half], p)
    make_affine(sums, total)


@entry("void(u8[:,::1], u8[:,::1])")
def make_table(affine: Words, table: Words) -> None:
    """The table of one point for `commit`: 15 words a row."""
    points = np.empty((len(table), 20), np.uint64)
    tabulate(load_affine(affine[0]), points)
    entries = np.empty((len(table), 10), np.uint64)
    make_affine(points, entries)
    for i in range(len(table)):
        x, y, _, t = load_affine(entries[i])
        store(table[i], 0, add(y, x))
        store(table[i], 5, subtract(y, x))
        store(table[i], 10, multiply(t, TWICE_D))


@entry("void(u8[:,::1], u8[:,::1])")
def walk(affine: Words, encoded: Words) -> None:
    """Encode the first point, it plus the second, it plus twice the second, ..."""
    points = np.empty((len(encoded), 20), np.uint64)
    p, step = load_affine(affine[0]), ready(load_affine(affine[1]))
    for i in range(len(encoded)):
        store_point(points[i], p)
        p = plus(p, step)
    places = np.empty((len(encoded), 10), np.uint64)
    make_affine(points, places)
    encode(places, encoded)


@part
def _write_order(digits: Any) -> None:
    order = np.empty(4, np.uint64)
    for i in range(4):
        order[i] = ORDER_WORDS[i]
    write_digits(order, digits)


@entry("boolean(u8[:,:,::1])")
def are_members(pairs: Words) -> bool:
    """Whether all points (two a row) are of the prime order, or the identity."""
    digits, products = np.empty((1, LENGTH), np.int8), np.empty((1, 20), np.uint64)
    _write_order(digits[0])
    good = True
    for i in range(len(pairs)):
        for half in range(2):
            multiply_many(load_affine(pairs[i, half]), digits, products)
            good = good and is_identity(load_point(products[0]))
    return good


@part
def _below_order(scalars: Words) -> bool:
    for s in range(len(scalars)):
        for j in range(3):
            if not below_order(scalars[s, j]):
                return False
    return True


@part
def _raise_pair(pair: Words, chosen: Any, scalars: Words, points: Words) -> bool:
    """Multiply alpha and beta by the challenges; whether both are members.

    The order is one more scalar, whose product must be the identity.
    """
    digits = np.empty((len(chosen) + 1, LENGTH), np.int8)
    products = np.empty((len(chosen) + 1, 20), np.uint64)
    for j in range(len(chosen)):
        write_digits(scalars[chosen[j], 0], digits[j])
    _write_order(digits[len(chosen)])
    good = True
    for half in range(2):
        multiply_many(load_affine(pair[half]), digits, products)
        good = good and is_identity(load_point(products[len(chosen)]))
        for j in range(len(chosen)):
            points[chosen[j], half] = products[j]
    return good


@part
def _respond(points: Words, scalars: Words, base: Words, key: Words) -> None:
    a = plus_multiple(load_point(points[0]), base, scalars[1])
    b = plus_multiple(load_point(points[1]), key, scalars[1])
    store_point(points[0], a)
    store_point(points[1], plus_multiple(b, base, scalars[2]))


@entry("boolean(u8[:,:,::1], i8[::1], u8[:,:,::1], u8[:,::1], u8[:,::1], u8[:,:,::1])")
def commit(
    pairs: Words, which: Any, scalars: Words, base: Words, key: Words, out: Words
) -> bool:
    """The commitments of proofs of which each speaks of one ciphertext.

    `pairs` are the ciphertexts, their total last; proof s speaks of number
    `which[s]`, and its scalars are challenge, response and shift: A = response *
    base + challenge * alpha, B = response * key + shift * base + challenge * beta,
    encoded into `out`. False, with nothing in `out`, when a scalar is not below the
    order, a point is not of that order, or an alpha but the total's the identity.
    """
    if not _below_order(scalars):
        return False
    points = np.empty((len(which), 2, 20), np.uint64)
    for i in range(len(pairs)):
        chosen = np.flatnonzero(which == i)
        if not _raise_pair(pairs[i], chosen, scalars, points):
            return False
        if i < len(pairs) - 1 and is_identity(load_affine(pairs[i, 0])):
            return False
    for s in range(len(which)):
        _respond(points[s], scalars[s], base, key)
    affine = np.empty((2 * len(which), 10), np.uint64)
    make_affine(points.reshape((-1, 20)), affine)
    encode(affine, out.reshape((-1, 4)))
    return True
