"""Personal data at rest: encrypted, and found again without being decrypted.

AES-256-GCM for the value; HMAC-SHA-256 under a second key for looking it up. An
IIN has so few possible values that an unkeyed hash of it hides nothing: both keys
live outside the database.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class Vault:
    """Encrypts, decrypts and recognises one service's personal data."""

    def __init__(self, key: bytes) -> None:
        """`key` is 32 random bytes."""
        self._cipher = AESGCM(_subkey(key, b"encrypt"))
        self._lookup_key = _subkey(key, b"look up")

    def encrypt(self, value: str, *, purpose: str) -> bytes:
        """`value` as the database may hold it; `purpose` must match at decryption."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, value.encode(), purpose.encode())

    def decrypt(self, stored: bytes, *, purpose: str) -> str:
        """The value again."""
        nonce, text = stored[:_NONCE], stored[_NONCE:]
        return self._cipher.decrypt(nonce, text, purpose.encode()).decode()

    def fingerprint(self, value: str, *, purpose: str) -> str:
        """The same value always gives the same 64 hex digits, to look it up by."""
        message = f"{purpose}|{value}".encode()
        return hmac.new(self._lookup_key, message, hashlib.sha256).hexdigest()


def _subkey(key: bytes, purpose: bytes) -> bytes:
    if len(key) != 32:  # noqa: PLR2004 (AES-256)
        raise ValueError("a vault's key has 32 bytes")
    return hmac.new(key, purpose, hashlib.sha256).digest()
