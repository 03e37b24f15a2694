"""The kernel in the protocol's words: elements, ciphertexts, proofs, sums.

Here elements, which are integers, become arrays of words and back. A point that was
decoded is five words each of x and y; a ciphertext is two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from math import isqrt
from typing import Any, TypeAlias

import numpy as np

from belenios.algebra import Element
from belenios.edwards import Ed25519
from belenios.elgamal import Choices, Ciphertext
from belenios.encoding import Json, record, string
from belenios.errors import InvalidElement, InvalidProof
from belenios.kernel import entries

Array: TypeAlias = "np.ndarray[Any, np.dtype[np.uint64]]"
Scalars: TypeAlias = tuple[int, int, int]

ENCODED = 32
ENTRIES = 32 * 128
# How many steps of a discrete logarithm are computed at a time, at most.
MOST_BABIES, GIANTS = 2**16, 2**10


class Kernel:
    """What the protocol may ask; all of it on public data."""

    group = Ed25519()

    @cached_property
    def base(self) -> Array:
        """The table of the generator."""
        return self.table(self.group.generator)

    def table(self, element: Element) -> Array:
        """Multiples of an element, for many proofs: half a megabyte, two ms."""
        table = np.empty((ENTRIES, 15), np.uint64)
        entries.make_table(_decode([element]), table)
        return table

    def read(self, value: Json) -> Ciphertext:
        """Read a ciphertext's canonical text; `decode` and `commit` do the rest."""
        fields = record(value, "alpha", "beta")
        return Ciphertext(
            alpha=self.group.read_text(string(fields["alpha"])),
            beta=self.group.read_text(string(fields["beta"])),
        )

    def decode(self, ciphertexts: Sequence[Ciphertext]) -> Choices:
        """Decode ciphertexts; InvalidElement when one is not on the curve."""
        choices = Choices(ciphertexts)
        choices.points = _decode(_halves(ciphertexts)).reshape(-1, 2, 10)
        return choices

    def check_members(self, choices: Choices) -> None:
        """Raise InvalidElement unless all are fresh ciphertexts, of prime order."""
        if any(choice.alpha == self.group.identity for choice in choices):
            raise InvalidElement("the identity")
        if not entries.are_members(choices.points):
            raise InvalidElement("not a point of the prime-order subgroup")

    def total(self, choices: Choices, first: int) -> tuple[Ciphertext, Array]:
        """The sum of the choices from the `first` on; all points, the sum's last."""
        total = np.empty((2, 10), np.uint64)
        entries.add_up(choices.points[first:], total)
        alpha, beta = _encode(total)
        points = np.concatenate((choices.points, total[np.newaxis]))
        return Ciphertext(alpha, beta), points

    def commit(
        self, key: Array, points: Array, which: Sequence[int], scalars: list[Scalars]
    ) -> list[Element]:
        """The commitments A and B of each proof, in turn.

        `points` are ciphertexts, their total last. The proof of (challenge, response,
        shift) speaks of the one that `which` says. Raises InvalidProof when a point
        is no member, an alpha the identity, or a scalar not below the order.
        """
        words = _words(scalar for three in scalars for scalar in three)
        out = np.empty((len(which), 2, 4), np.uint64)
        numbers = np.array(which, np.int64)
        words = words.reshape(-1, 3, 4)
        if not entries.commit(points, numbers, words, self.base, key, out):
            raise InvalidProof("a proof about what is no ciphertext")
        return _elements(out)

    def sum(self, ciphertexts: Sequence[Ciphertext]) -> PointSum:
        """A running sum of choices that begins with these."""
        return PointSum(self, ciphertexts)

    def logarithms(self, powers: Sequence[Element], bound: int) -> Iterator[int | None]:
        """The logarithm of each power, None where it is not between 0 and `bound`."""
        width = min(isqrt(bound) + 1, MOST_BABIES)
        one = self.group.generator
        babies = _Babies(self.walk(self.group.identity, one, width))
        step = self.group.invert(self.group.power_g(width))
        for power in powers:
            yield self._logarithm(power, step, babies, bound)

    def _logarithm(
        self, power: Element, step: Element, babies: _Babies, bound: int
    ) -> int | None:
        width = len(babies.steps)
        for start in range(0, bound + 1, width * GIANTS):
            count = min(GIANTS, (bound - start) // width + 1)
            giants = self.walk(power, step, count + 1)
            for giant, baby in babies.meet(giants[:count]):
                logarithm = start + giant * width + baby
                if logarithm <= bound:
                    return logarithm
            power = _elements(giants[count:])[0]
        return None

    def walk(self, start: Element, step: Element, count: int) -> Array:
        """start, start * step, start * step^2, ..., encoded."""
        encoded = np.empty((count, 4), np.uint64)
        entries.walk(_decode([start, step]), encoded)
        return encoded


class PointSum:
    """A running sum of choices, kept as points."""

    def __init__(self, kernel: Kernel, ciphertexts: Sequence[Ciphertext]) -> None:
        self._kernel = kernel
        self._sums = np.zeros((2 * len(ciphertexts), 20), np.uint64)
        self._sums[:, 5] = self._sums[:, 10] = 1
        self.add(ciphertexts, 1)

    def add(self, choices: Sequence[Ciphertext], weight: int) -> None:
        """Add choices so many times; a negative weight takes them out."""
        if not isinstance(choices, Choices) or choices.points is None:
            choices = self._kernel.decode(choices)
        entries.add_points(self._sums, choices.points.reshape(-1, 10), weight)

    @property
    def ciphertexts(self) -> list[Ciphertext]:
        """The sum."""
        points = np.empty((len(self._sums), 10), np.uint64)
        entries.settle_points(self._sums, points)
        halves = _encode(points)
        pairs = zip(halves[::2], halves[1::2], strict=True)
        return [Ciphertext(alpha, beta) for alpha, beta in pairs]


class _Babies:
    """Encoded points, found again by their lowest words."""

    def __init__(self, steps: Array) -> None:
        self.steps = steps
        self._order = np.argsort(steps[:, 0])
        self._sorted = steps[self._order, 0]

    def meet(self, giants: Array) -> Iterator[tuple[int, int]]:
        """Where a giant step and a baby step are the same point."""
        places = np.searchsorted(self._sorted, giants[:, 0])
        places = self._order[np.minimum(places, len(self._order) - 1)]
        for giant in np.flatnonzero((self.steps[places] == giants).all(axis=1)):
            yield int(giant), int(places[giant])


def _halves(ciphertexts: Iterable[Ciphertext]) -> list[Element]:
    return [half for one in ciphertexts for half in (one.alpha, one.beta)]


def _words(numbers: Iterable[int]) -> Array:
    encoded = b"".join(number.to_bytes(ENCODED, "little") for number in numbers)
    return np.frombuffer(encoded, "<u8").astype(np.uint64).reshape(-1, 4)


def _elements(words: Array) -> list[Element]:
    encoded = words.astype("<u8").tobytes()
    starts = range(0, len(encoded), ENCODED)
    cut = (encoded[start : start + ENCODED] for start in starts)
    return [Element(int.from_bytes(one, "little")) for one in cut]


def _decode(elements: Sequence[Element]) -> Array:
    points = np.empty((len(elements), 10), np.uint64)
    if not entries.decode_points(_words(elements), points):
        raise InvalidElement("not a point of the curve")
    return points


def _encode(points: Array) -> list[Element]:
    encoded = np.empty((len(points), 4), np.uint64)
    entries.encode_points(points, encoded)
    return _elements(encoded)
