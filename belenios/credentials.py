"""Voting credentials: the secret a voter signs with (section 4.8)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from belenios.encoding import (
    BASE58,
    array,
    base58,
    decimal,
    dumps,
    from_base58,
    loads,
    string,
)
from belenios.errors import InvalidCredential, Malformed
from belenios.group import Group, Rng

UUID_LENGTH = 14
DIGITS = 14
CHECK_MODULUS = 53
ITERATIONS = 1000
# 24 random bytes for 82 bits of base 58: the remainder's bias is below 2^-109.
RANDOM_BYTES = 24
# So that no total comes near the order of a group, where counts would wrap.
LARGEST_WEIGHT = 2**53 - 1
SEPARATORS = re.compile(r"[\s\u2010-\u2015\u2212-]+")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What a credential opens in one election; `public` is published."""

    secret: int
    public: str

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public[:16]!r}...)"


def generate_uuid(rng: Rng) -> str:
    """A fresh election identifier: 14 base-58 characters (section 4.10)."""
    return base58(int.from_bytes(rng(RANDOM_BYTES), "big"), UUID_LENGTH)


def generate_credential(rng: Rng) -> str:
    """A fresh credential, written XXX-XXX-XXX-XXX-XXX; the last is a check digit."""
    digits = base58(int.from_bytes(rng(RANDOM_BYTES), "big"), DIGITS)
    return _hyphenated(digits + _check_digit(digits))


def normalise_credential(text: str) -> str:
    """The form that `derive` wants of a credential as a person types it.

    Spaces and every kind of dash are forgiven; a wrong character, length or check
    digit raises InvalidCredential.
    """
    digits = SEPARATORS.sub("", text)
    if len(digits) != DIGITS + 1:
        raise InvalidCredential("15 characters expected")
    if any(character not in BASE58 for character in digits):
        raise InvalidCredential("a character that no credential has")
    if _check_digit(digits[:DIGITS]) != digits[DIGITS]:
        raise InvalidCredential("the check digit does not fit")
    return _hyphenated(digits)


def derive(group: Group, uuid: str, credential: str) -> SigningKey:
    """The signing key of `credential` in the election `uuid`.

    With and without hyphens a credential derives different keys, therefore only
    the normal form is taken; any other raises InvalidCredential.
    """
    if normalise_credential(credential) != credential:
        raise InvalidCredential("written XXX-XXX-XXX-XXX-XXX it must be")
    digest = hashlib.pbkdf2_hmac(
        "sha256", credential.encode(), uuid.encode(), ITERATIONS
    )
    secret = int.from_bytes(digest, "big") % group.order
    return SigningKey(secret=secret, public=group.encode(group.power_g_secret(secret)))


def credentials_json(weights: Mapping[str, int]) -> str:
    """The public credentials as published: sorted, so that no order tells a voter.

    `weights` gives each public credential its weight. Weights are written only
    where one of them is not 1.
    """
    publics = sorted(weights, key=lambda public: (len(public), public))
    if set(weights.values()) <= {1}:
        return dumps(publics)
    return dumps([f"{public},{weights[public]}" for public in publics])


def read_credentials(group: Group, text: str) -> dict[str, int]:
    """The weight of each published credential, all checked.

    Raises InvalidElement for one that is no element or is the identity (anybody
    could sign for it), Malformed for duplicates and for weights that are no weights.
    """
    weights: dict[str, int] = {}
    for item in array(loads(text)):
        public, comma, weight = string(item).partition(",")
        group.decode(public)
        if public in weights:
            raise Malformed("a public credential appears twice")
        weights[public] = decimal(weight) if comma else 1
        if not 1 <= weights[public] <= LARGEST_WEIGHT:
            raise Malformed("a weight below 1, or above 2^53 - 1")
    return weights


def _check_digit(digits: str) -> str:
    return BASE58[CHECK_MODULUS - from_base58(digits) % CHECK_MODULUS]


def _hyphenated(digits: str) -> str:
    return "-".join(digits[start : start + 3] for start in range(0, len(digits), 3))
