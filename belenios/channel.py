"""Signed and encrypted messages between threshold trustees (section 4.6).

Each trustee has a seed of 22 characters, of which two private keys are made: one
signs, the other opens what is sent to its owner. The published halves of both stand
in the trustee's certificate. All that travels, travels as text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from belenios.encoding import (
    BASE58,
    Json,
    base58,
    dumps,
    loads,
    record,
    string,
)
from belenios.errors import InvalidCeremony, InvalidProof, Malformed
from belenios.group import Element, Group, Rng
from belenios.proofs import Proof, check_knowledge, prove_knowledge

SEED_LENGTH = 22
# 32 random bytes for 129 bits of base 58: the remainder's bias is below 2^-120.
SEED_BYTES = 32
TAG_LENGTH = 8
# The longer the nonce, the shorter a message AES-CCM can encrypt.
NONCE_LENGTH, SHORT_NONCE_LENGTH = 13, 12
LONG_MESSAGE = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A threshold trustee: the private keys that a seed makes, never published."""

    seed: str
    signing: int
    opening: int

    @classmethod
    def of(cls, seed: str) -> Identity:
        """The keys of a seed; Malformed for a text that is no seed."""
        if len(seed) != SEED_LENGTH or any(letter not in BASE58 for letter in seed):
            raise Malformed("a seed of 22 base-58 characters expected")
        return cls(
            seed=seed,
            signing=int.from_bytes(_sha256(f"sk|{seed}"), "big"),
            opening=int.from_bytes(_sha256(f"dk|{seed}"), "big"),
        )

    @classmethod
    def generate(cls, rng: Rng) -> Identity:
        """A fresh one."""
        return cls.of(base58(int.from_bytes(rng(SEED_BYTES), "big"), SEED_LENGTH))

    def member(self, group: Group) -> Member:
        """The public halves."""
        return Member(
            verification=group.power_g_secret(self.signing),
            encryption=group.power_g_secret(self.opening),
        )

    def __repr__(self) -> str:
        return "Identity(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What is published of a threshold trustee: two public keys."""

    verification: Element
    encryption: Element


def sign(group: Group, me: Identity, message: str, rng: Rng) -> dict[str, Json]:
    """A message with its signature."""
    proof = prove_knowledge(group, f"sigmsg|{message}|", me.signing, rng)
    return {"message": message, "signature": proof.as_json()}


def check_signed(group: Group, signer: Element, value: Json) -> str:
    """The message of what `sign` made; InvalidProof unless `signer` signed it."""
    fields = record(value, "message", "signature")
    message = string(fields["message"])
    proof = Proof.parse(group, fields["signature"])
    try:
        check_knowledge(group, f"sigmsg|{message}|", signer, proof)
    except InvalidProof as error:
        raise InvalidProof("a threshold trustee's signature") from error
    return message


def send(group: Group, me: Identity, recipient: Element, text: str, rng: Rng) -> str:
    """Sign a text for a recipient, named by encryption key, and encrypt it."""
    letter = dumps({"recipient": group.encode(recipient), "message": text})
    return _encrypt(group, recipient, dumps(sign(group, me, letter, rng)), rng)


def receive(group: Group, me: Identity, sender: Element, sealed: str) -> str:
    """The text that the owner of the verification key `sender` sent to `me`.

    Raises InvalidCeremony when it was encrypted for another or changed on its way,
    InvalidProof when another signed it, Malformed when it is no such message.
    """
    letter = check_signed(group, sender, loads(_decrypt(group, me.opening, sealed)))
    fields = record(loads(letter), "recipient", "message")
    if fields["recipient"] != group.encode(me.member(group).encryption):
        raise InvalidCeremony("a message to another trustee")
    return string(fields["message"])


def _encrypt(group: Group, recipient: Element, text: str, rng: Rng) -> str:
    randomness = group.random_scalar(rng)
    secret = group.power_g_secret(group.random_scalar(rng))
    alpha = group.power_g_secret(randomness)
    beta = group.multiply(group.power_secret(recipient, randomness), secret)
    body = text.encode()
    nonce = _nonce(group, alpha, len(body))
    data = _cipher(group, secret).encrypt(nonce, body, None)
    return dumps(
        {
            "alpha": group.encode(alpha),
            "beta": group.encode(beta),
            "data": data.hex(),
        }
    )


def _decrypt(group: Group, opening: int, sealed: str) -> str:
    fields = record(loads(sealed), "alpha", "beta", "data")
    alpha = group.decode(string(fields["alpha"]))
    beta = group.decode(string(fields["beta"]), identity=True)
    data = _read_hex(string(fields["data"]))
    secret = group.divide(beta, group.power_secret(alpha, opening))
    nonce = _nonce(group, alpha, len(data) - TAG_LENGTH)
    try:
        return _cipher(group, secret).decrypt(nonce, data, None).decode()
    except (InvalidTag, ValueError) as error:
        raise InvalidCeremony("a message that cannot be opened") from error


def _cipher(group: Group, secret: Element) -> AESCCM:
    return AESCCM(_sha256(f"key|{group.encode(secret)}"), TAG_LENGTH)


def _nonce(group: Group, alpha: Element, length: int) -> bytes:
    size = NONCE_LENGTH if length < LONG_MESSAGE else SHORT_NONCE_LENGTH
    return _sha256(f"iv|{group.encode(alpha)}")[:size]


def _read_hex(text: str) -> bytes:
    try:
        data = bytes.fromhex(text)
    except ValueError as error:
        raise Malformed("hexadecimal digits expected") from error
    if data.hex() != text:
        raise Malformed("hexadecimal digits in one form expected")
    return data


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
