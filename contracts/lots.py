"""Lots that anybody can draw again: an order made by a public value and SHA-256.

Two officers enter a value that nobody controls and everybody can look up. With it

    seed = SHA-256(primary | thing | value)
    key of an id = SHA-256(seed | id)

and the ids stand in the order of their keys. All are texts in UTF-8 joined by a
vertical bar; the seed is written as 64 lower-case hexadecimal digits, like a key.
`thing` is what is decided: a contest for its ties, `debates|<contest>` for debates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def lot_order(
    primary: str, thing: str, value: str, ids: Iterable[str]
) -> list[tuple[str, str]]:
    """The ids in the order of the lot, each with the key that put it there."""
    seed = lot_seed(primary, thing, value)
    return sorted(
        ((each, lot_key(seed, each)) for each in set(ids)),
        key=lambda drawn: (drawn[1], drawn[0]),
    )


def lot_seed(primary: str, thing: str, value: str) -> str:
    """The seed of one decision; the value is taken exactly as it was published."""
    return _digest(primary, thing, value)


def lot_key(seed: str, each: str) -> str:
    """The key by which an id is put in order; smaller comes first."""
    return _digest(seed, each)


def _digest(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()
