"""The same bytes for the same seed, as gateway/portal/test/seeded.js gives them."""

from __future__ import annotations

import hashlib
from itertools import count

from belenios.group import Rng


def seeded(seed: str) -> Rng:
    """Bytes that are random to nobody who knows the seed: for tests alone."""
    blocks = (hashlib.sha256(f"{seed}:{i}".encode()).digest() for i in count())
    stream = (byte for block in blocks for byte in block)

    def rng(size: int) -> bytes:
        return bytes(next(stream) for _ in range(size))

    return rng
