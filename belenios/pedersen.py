"""Threshold trustees: any `threshold` of them decrypt (section 4.6).

What is checked here is what the trustees published while making their keys: each
signed a certificate with two keys and the exponents of a secret polynomial, and
every verification key must be what all the polynomials together make of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from belenios.channel import Member, check_signed
from belenios.encoding import Json, array, integer, loads, record, string
from belenios.errors import InvalidTrustees
from belenios.group import Element, Group
from belenios.keys import check_public_key


@dataclass(frozen=True, slots=True)
class Pedersen:
    """A group of trustees of whom `threshold` suffice."""

    threshold: int
    public_key: Element
    members: tuple[Element, ...]

    @classmethod
    def parse(cls, group: Group, value: Json) -> Pedersen:
        """Read what the trustees published, and check all of it.

        Raises InvalidTrustees, InvalidProof, or what reading its parts raises.
        """
        names = ("threshold", "certs", "coefexps", "verification_keys")
        fields = record(value, *names)
        signers = [
            check_certificate(group, cert).verification
            for cert in array(fields["certs"])
        ]
        threshold = integer(fields["threshold"])
        if not 1 <= threshold <= len(signers):
            raise InvalidTrustees("the threshold is not between 1 and their number")
        polynomials = [
            read_exponents(group, signer, value)
            for signer, value in zip(
                signers, array(fields["coefexps"], len(signers)), strict=True
            )
        ]
        if any(len(polynomial) != threshold for polynomial in polynomials):
            raise InvalidTrustees("a polynomial of another threshold")
        keys = array(fields["verification_keys"], len(signers))
        members = tuple(check_public_key(group, key) for key in keys)
        _check_members(group, members, polynomials)
        public_key = group.product(polynomial[0] for polynomial in polynomials)
        return cls(threshold, public_key, members)

    def is_satisfied(self, present: Sequence[int]) -> bool:
        """When `threshold` of the members are there."""
        members = range(len(self.members))
        return sum(index in members for index in present) >= self.threshold

    def join(self, group: Group, factors: dict[int, Element]) -> Element:
        """Interpolate the factors of the first `threshold` members present."""
        members = range(len(self.members))
        present = [index + 1 for index in sorted(factors) if index in members]
        chosen = present[: self.threshold]
        return group.product(
            group.power(factors[index - 1], _lagrange(group, index, chosen))
            for index in chosen
        )


def _lagrange(group: Group, index: int, chosen: Sequence[int]) -> int:
    """The coefficient of the value at `index` in the value at zero."""
    numerator, denominator = 1, 1
    for other in chosen:
        if other != index:
            numerator = numerator * other % group.order
            denominator = denominator * (other - index) % group.order
    return numerator * pow(denominator, -1, group.order)


def check_certificate(group: Group, value: Json) -> Member:
    """The two keys of a certificate, which is signed with the first; InvalidProof."""
    message = string(record(value, "message", "signature")["message"])
    fields = record(loads(message), "verification", "encryption")
    verification = group.decode(string(fields["verification"]))
    encryption = group.decode(string(fields["encryption"]))
    check_signed(group, verification, value)
    return Member(verification=verification, encryption=encryption)


def read_exponents(group: Group, signer: Element, value: Json) -> list[Element]:
    """g to each coefficient of a trustee's polynomial, signed by that trustee."""
    fields = record(loads(check_signed(group, signer, value)), "coefexps")
    return [group.decode(string(exponent)) for exponent in array(fields["coefexps"])]


def _check_members(
    group: Group, members: Sequence[Element], polynomials: Sequence[list[Element]]
) -> None:
    """Each verification key is g to the sum of the polynomials at its index."""
    coefficients = [group.product(column) for column in zip(*polynomials, strict=True)]
    for index, member in enumerate(members, start=1):
        if evaluate(group, coefficients, index) != member:
            raise InvalidTrustees("a verification key does not fit the polynomials")


def evaluate(group: Group, coefficients: Sequence[Element], index: int) -> Element:
    """g to a polynomial's value at `index`, of g to its coefficients."""
    value = group.identity
    for coefficient in reversed(coefficients):
        value = group.multiply(group.power(value, index), coefficient)
    return value
