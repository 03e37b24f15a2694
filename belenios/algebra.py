"""What a group of prime order offers: all is computed through it (section 5).

An `Element` is opaque: an integer that only its group understands. Elements
enter through `decode`, which checks that they are canonical and in the subgroup
of prime order, or come out of the group's own operations; therefore no
operation checks again.

The identity: no key, credential or fresh ciphertext half can honestly be it, so
`decode` refuses it. Only the sum of no ballots is the identity; those who read
tallies and decryption factors ask for it with `identity=True`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import reduce
from typing import NewType, TypeAlias

from belenios.encoding import decimal
from belenios.errors import InvalidElement, InvalidScalar, Malformed

Element = NewType("Element", int)
Rng: TypeAlias = Callable[[int], bytes]
Power: TypeAlias = Callable[[int], Element]

# Reducing this many more bits than the order has leaves no measurable bias.
SPARE_BYTES = 16


class Group(ABC):
    """A cyclic group of prime `order`, written multiplicatively."""

    name: str
    order: int
    generator: Element
    identity: Element = Element(1)

    @abstractmethod
    def power(self, element: Element, scalar: int) -> Element:
        """`element` to the `scalar`; for public data, may be variable time."""

    @abstractmethod
    def power_secret(self, element: Element, scalar: int) -> Element:
        """`element` to the `scalar`, in a time that does not tell the scalar."""

    @abstractmethod
    def fixed_base(self, element: Element) -> Power:
        """The function x -> element^x, prepared where many x will come."""

    @abstractmethod
    def power_g(self, scalar: int) -> Element:
        """The generator to the `scalar`; for public data, may be variable time."""

    def power_g_secret(self, scalar: int) -> Element:
        """The generator to a secret `scalar`."""
        return self.power_secret(self.generator, scalar)

    @abstractmethod
    def multiply(self, a: Element, b: Element) -> Element:
        """The product of two elements."""

    @abstractmethod
    def invert(self, element: Element) -> Element:
        """The inverse of an element."""

    @abstractmethod
    def encode(self, element: Element) -> str:
        """The canonical text of an element (section 4.2)."""

    @abstractmethod
    def _read(self, text: str) -> Element:
        """Read a canonical member of the group, the identity included."""

    def decode(self, text: str, *, identity: bool = False) -> Element:
        """Read an element; raise InvalidElement unless canonical and a member.

        The identity is a member only where the caller says `identity=True`.
        """
        element = self._read(text)
        if element == self.identity and not identity:
            raise InvalidElement("the identity")
        return element

    def divide(self, a: Element, b: Element) -> Element:
        """The quotient a / b."""
        return self.multiply(a, self.invert(b))

    def product(self, elements: Iterable[Element]) -> Element:
        """The product of elements; the identity when there are none."""
        return reduce(self.multiply, elements, self.identity)

    def random_scalar(self, rng: Rng) -> int:
        """A uniform scalar that is not zero, from the bytes of `rng`."""
        size = (self.order.bit_length() + 7) // 8 + SPARE_BYTES
        return int.from_bytes(rng(size), "big") % (self.order - 1) + 1

    def parse_scalar(self, text: str) -> int:
        """Read a canonical decimal below the order; raise InvalidScalar."""
        try:
            scalar = decimal(text)
        except Malformed as error:
            raise InvalidScalar(text[:20]) from error
        if scalar >= self.order:
            raise InvalidScalar("not below the order of the group")
        return scalar
