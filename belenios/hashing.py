"""The one rule that makes every challenge: a hash of text into the scalars."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from belenios.group import Element, Group


def hash_to_scalar(group: Group, prefix: str, elements: Iterable[Element]) -> int:
    """SHA-256 of `prefix` and the comma-separated elements, modulo the order.

    The prefix names the purpose ("prove|", "sig|", ...) and binds the context, so
    that a proof made for one statement is worth nothing for another.
    """
    text = prefix + ",".join(map(group.encode, elements))
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % group.order
