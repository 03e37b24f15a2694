"""The group Ed25519, over libsodium (format of belenios-tool 2.1 and later).

An element is the integer that the 32-byte encoding of RFC 8032 writes in little
endian; its text is the same integer as 64 lower-case hexadecimal digits. With
this convention the identity is the integer 1, as in the other groups.
"""

from __future__ import annotations

import re
from functools import partial

from nacl import bindings

from belenios.algebra import Element, Group, Power
from belenios.errors import InvalidElement

POINT = re.compile(r"[0-9a-f]{64}", re.ASCII)
SIGN = 1 << 255


def _to_bytes(element: Element) -> bytes:
    return element.to_bytes(32, "little")


def _from_bytes(encoded: bytes) -> Element:
    return Element(int.from_bytes(encoded, "little"))


class Ed25519(Group):
    """The subgroup of prime order of the twisted Edwards curve Ed25519."""

    name = "Ed25519"
    order = 2**252 + 27742317777372353535851937790883648493
    generator = Element(int("66" * 31 + "58", 16))

    def power(self, element: Element, scalar: int) -> Element:
        """`element` to the `scalar`; libsodium refuses zero, so it goes first."""
        scalar %= self.order
        if scalar == 0 or element == self.identity:
            return self.identity
        return _from_bytes(
            bindings.crypto_scalarmult_ed25519_noclamp(
                scalar.to_bytes(32, "little"), _to_bytes(element)
            )
        )

    def power_secret(self, element: Element, scalar: int) -> Element:
        """The same: libsodium's multiplications are constant time."""
        return self.fixed_base(element)(scalar)

    def power_g(self, scalar: int) -> Element:
        """The generator to the `scalar`, from libsodium's table."""
        scalar %= self.order
        if scalar == 0:
            return self.identity
        return _from_bytes(
            bindings.crypto_scalarmult_ed25519_base_noclamp(
                scalar.to_bytes(32, "little")
            )
        )

    def fixed_base(self, element: Element) -> Power:
        """No table: adding points one by one through bindings costs more."""
        if element == self.generator:
            return self.power_g
        return partial(self.power, element)

    def multiply(self, a: Element, b: Element) -> Element:
        """The sum of two points."""
        return _from_bytes(bindings.crypto_core_ed25519_add(_to_bytes(a), _to_bytes(b)))

    def invert(self, element: Element) -> Element:
        """The opposite point: the sign of x changes; only the identity has none."""
        return element if element == self.identity else Element(element ^ SIGN)

    def divide(self, a: Element, b: Element) -> Element:
        """The difference of two points."""
        return _from_bytes(bindings.crypto_core_ed25519_sub(_to_bytes(a), _to_bytes(b)))

    def encode(self, element: Element) -> str:
        """64 lower-case hexadecimal digits."""
        return f"{element:064x}"

    def read_text(self, text: str) -> Element:
        """Read what looks like a point, for those who find out if it is one."""
        if not POINT.fullmatch(text):
            raise InvalidElement("64 lower-case hexadecimal digits expected")
        return Element(int(text, 16))

    def _read(self, text: str) -> Element:
        element = self.read_text(text)
        # libsodium's test refuses y >= p, points off the curve, small and mixed
        # orders; and the identity, which is decided by the caller instead.
        if element != self.identity and not bindings.crypto_core_ed25519_is_valid_point(
            _to_bytes(element)
        ):
            raise InvalidElement("not a point of the prime-order subgroup")
        return element
