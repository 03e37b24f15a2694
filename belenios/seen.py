"""Whether a digest came up before, in memory that does not grow with their number.

A Bloom filter: it never forgets a digest, but may take a new one for an old one;
who is told "perhaps" looks again. With a million digests that happens once in some
ten million questions.
"""

from __future__ import annotations

BITS = 2**26
WORD = 4


class Seen:
    """The digests that were added, in 8 MiB."""

    def __init__(self) -> None:
        self._bits = bytearray(BITS // 8)

    def add(self, digest: bytes) -> bool:
        """Add a SHA-256 digest; whether it was perhaps there already."""
        known = True
        for start in range(0, len(digest), WORD):
            place = int.from_bytes(digest[start : start + WORD], "big") % BITS
            byte, bit = place >> 3, 1 << (place & 7)
            known = known and bool(self._bits[byte] & bit)
            self._bits[byte] |= bit
        return known
