"""Points of the curve Ed25519: -x^2 + y^2 = 1 + d x^2 y^2, in compiled code.

A *point* is (X, Y, Z, T) with x = X/Z, y = Y/Z and x y = T/Z. An *addend* is a point
made ready to be added many times: (Y+X, Y-X, 2Z, 2dT). The addition law is complete:
it holds for any two points, equal, opposite or the identity. All coordinates are
tight. Variable time: for public data only.

Arrays hold points as 64-bit words: five a coordinate, so 20 a point, 15 an addend
with Z = 1 (which is left out), 10 the pair x, y; an encoded point takes four.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from belenios.kernel.field import (
    ONE,
    ROOT_OF_MINUS_ONE,
    TWICE_D,
    U1,
    ZERO,
    D,
    Field,
    P,
    U,
    add,
    from_words,
    invert,
    is_zero,
    multiply,
    near_root,
    square,
    subtract,
    tighten,
    to_words,
)
from belenios.kernel.machine import part

Point: TypeAlias = tuple[Field, Field, Field, Field]
Addend: TypeAlias = tuple[Field, Field, Field, Field]
# Many doublings follow each other and need no T: it is left as two factors.
Open: TypeAlias = tuple[Field, Field, Field, Field, Field]
Words: TypeAlias = "np.ndarray[Any, np.dtype[np.uint64]]"

IDENTITY = (ZERO, ONE, ONE, ZERO)
TOP_BIT = U(63)
# The words of p: an encoding is canonical when its y is below.
P_LOW, P_MIDDLE, P_TOP = U(P % 2**64), U(2**64 - 1), U(P >> 192)


@part
def load(array: Words, at: int) -> Field:
    """A coordinate of a point in an array."""
    return (array[at], array[at + 1], array[at + 2], array[at + 3], array[at + 4])


@part
def store(array: Words, at: int, a: Field) -> None:
    """Write a coordinate."""
    for i in range(5):
        array[at + i] = a[i]


@part
def load_point(array: Words) -> Point:
    """A point from 20 words."""
    return (load(array, 0), load(array, 5), load(array, 10), load(array, 15))


@part
def store_point(array: Words, p: Point) -> None:
    """A point into 20 words."""
    for i in range(4):
        store(array, 5 * i, p[i])


@part
def load_affine(array: Words) -> Point:
    """A point from the 10 words of x and y."""
    x, y = load(array, 0), load(array, 5)
    return (x, y, ONE, multiply(x, y))


@part
def ready(p: Point) -> Addend:
    """A point as an addend."""
    x, y, z, t = p
    return (add(y, x), subtract(y, x), add(z, z), multiply(t, TWICE_D))


@part
def opposite(q: Addend) -> Addend:
    """The addend of the opposite point."""
    return (q[1], q[0], q[2], subtract(ZERO, q[3]))


@part
def plus(p: Point, q: Addend) -> Point:
    """The sum of a point and an addend."""
    x, y, z, t = p
    a = multiply(subtract(y, x), q[1])
    b = multiply(add(y, x), q[0])
    c = multiply(t, q[3])
    d = multiply(z, q[2])
    e, f, g, h = subtract(b, a), subtract(d, c), add(d, c), add(b, a)
    return (multiply(e, f), multiply(g, h), multiply(f, g), multiply(e, h))


@part
def plus_affine(p: Point, q: Addend) -> Point:
    """The same for an addend with Z = 1: a product less."""
    x, y, z, t = p
    a = multiply(subtract(y, x), q[1])
    b = multiply(add(y, x), q[0])
    c = multiply(t, q[3])
    d = add(z, z)
    e, f, g, h = subtract(b, a), subtract(d, c), add(d, c), add(b, a)
    return (multiply(e, f), multiply(g, h), multiply(f, g), multiply(e, h))


@part
def double_open(p: Open) -> Open:
    """Twice a point whose T may be missing, T left in two factors."""
    x, y, z, _, _ = p
    xx, yy, zz = square(x), square(y), square(z)
    h = add(yy, xx)
    e = subtract(square(add(x, y)), h)
    g = subtract(yy, xx)
    f = subtract(add(add(zz, zz), xx), yy)
    return (multiply(e, f), multiply(h, g), multiply(f, g), e, h)


@part
def close(p: Open) -> Point:
    """The point, with its T."""
    return (p[0], p[1], p[2], multiply(p[3], p[4]))


@part
def double(p: Point) -> Point:
    """Twice a point."""
    return close(double_open((p[0], p[1], p[2], ZERO, ZERO)))


@part
def negative(p: Point) -> Point:
    """The opposite point."""
    x, y, z, t = p
    return (tighten(subtract(ZERO, x)), y, z, tighten(subtract(ZERO, t)))


@part
def is_identity(p: Point) -> bool:
    """Whether the point is (0, 1)."""
    return is_zero(p[0]) and is_zero(subtract(p[1], p[2]))


@part
def decode(words: Words) -> tuple[bool, Field, Field]:
    """Whether four words encode a point, canonically (RFC 8032), and its x and y."""
    sign, top = words[3] >> TOP_BIT, words[3] & P_TOP
    canonical = not (
        top == P_TOP
        and words[2] == P_MIDDLE
        and words[1] == P_MIDDLE
        and words[0] >= P_LOW
    )
    y = from_words(words[0], words[1], words[2], words[3])
    found, x = _x_of(y)
    lowest = to_words(x)
    if lowest[0] & U1 != sign:
        x = tighten(subtract(ZERO, x))
        # Zero has no other sign.
        canonical = canonical and not is_zero(x)
    return (canonical and found, x, y)


@part
def _x_of(y: Field) -> tuple[bool, Field]:
    """A root of x^2 = (y^2 - 1) / (d y^2 + 1), where there is one."""
    yy = square(y)
    u, v = tighten(subtract(yy, ONE)), add(multiply(yy, D), ONE)
    v3 = multiply(square(v), v)
    v7 = multiply(square(v3), v)
    x = multiply(multiply(u, v3), near_root(multiply(u, v7)))
    found = multiply(v, square(x))
    if is_zero(subtract(found, u)):
        return (True, x)
    return (is_zero(add(found, u)), multiply(x, ROOT_OF_MINUS_ONE))


@part
def invert_all(points: Words, inverses: Words) -> None:
    """1/Z of each point (20 words a row), with one inversion for all."""
    total = ONE
    for i in range(len(points)):
        store(inverses[i], 0, total)
        total = multiply(total, load(points[i], 10))
    inverse = invert(total)
    for i in range(len(points) - 1, -1, -1):
        before = load(inverses[i], 0)
        store(inverses[i], 0, multiply(inverse, before))
        inverse = multiply(inverse, load(points[i], 10))


@part
def make_affine(points: Words, affine: Words) -> None:
    """x and y (10 words a row) of each point (20 words a row)."""
    inverses = np.empty((len(points), 5), np.uint64)
    invert_all(points, inverses)
    for i in range(len(points)):
        inverse = load(inverses[i], 0)
        store(affine[i], 0, multiply(load(points[i], 0), inverse))
        store(affine[i], 5, multiply(load(points[i], 5), inverse))


@part
def encode(affine: Words, encoded: Words) -> None:
    """Four words a row from x and y: y, with the lowest bit of x on top."""
    for i in range(len(affine)):
        x, y = to_words(load(affine[i], 0)), to_words(load(affine[i], 5))
        for j in range(4):
            encoded[i, j] = y[j]
        encoded[i, 3] |= (x[0] & U1) << TOP_BIT
