"""Exponential ElGamal: encryption whose ciphertexts add up (section 4.11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

from belenios.encoding import Json, record, string
from belenios.group import Element, Group
from belenios.kernel import kernel_for


class Key:
    """An election's public key y, prepared for many powers."""

    def __init__(self, group: Group, element: Element) -> None:
        self.group = group
        self.element = element
        self.power = group.fixed_base(element)

    @cached_property
    def table(self) -> Any:
        """What the kernel prepares for this key; only where there is a kernel."""
        kernel = kernel_for(self.group)
        assert kernel is not None
        return kernel.table(self.element)

    def encrypt(self, message: int, randomness: int) -> Ciphertext:
        """(g^r, y^r * g^m)."""
        group = self.group
        blinded = self.power(randomness)
        return Ciphertext(
            alpha=group.power_g(randomness),
            beta=group.multiply(blinded, group.power_g(message)),
        )


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """An encrypted number: two elements."""

    alpha: Element
    beta: Element

    def as_json(self, group: Group) -> Json:
        """As it stands in ballots and tallies."""
        return {"alpha": group.encode(self.alpha), "beta": group.encode(self.beta)}

    @classmethod
    def parse(cls, group: Group, value: Json, *, identity: bool = False) -> Ciphertext:
        """Read a ciphertext; `identity` allows the encrypted sum of nothing.

        beta may always be the identity: it is what y^r g^m happens to be.
        """
        fields = record(value, "alpha", "beta")
        return cls(
            alpha=group.decode(string(fields["alpha"]), identity=identity),
            beta=group.decode(string(fields["beta"]), identity=True),
        )


class Choices(tuple[Ciphertext, ...]):
    """Ciphertexts of one answer; with their points, where the kernel decoded them."""

    points: Any = None


def nothing(group: Group) -> Ciphertext:
    """The sum of no ciphertexts."""
    return Ciphertext(group.identity, group.identity)


def combine(group: Group, a: Ciphertext, b: Ciphertext) -> Ciphertext:
    """A ciphertext of the sum of two encrypted numbers."""
    return Ciphertext(group.multiply(a.alpha, b.alpha), group.multiply(a.beta, b.beta))


def combine_all(group: Group, ciphertexts: Iterable[Ciphertext]) -> Ciphertext:
    """A ciphertext of the sum of all."""
    return reduce(lambda a, b: combine(group, a, b), ciphertexts, nothing(group))


def scale(group: Group, ciphertext: Ciphertext, weight: int) -> Ciphertext:
    """A ciphertext of `weight` times the number; the weight may be negative."""
    if weight == 1:
        return ciphertext
    if weight == -1:
        return Ciphertext(group.invert(ciphertext.alpha), group.invert(ciphertext.beta))
    return Ciphertext(
        group.power(ciphertext.alpha, weight), group.power(ciphertext.beta, weight)
    )
