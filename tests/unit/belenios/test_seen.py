from __future__ import annotations

import hashlib

from belenios.seen import Seen


def digest(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def test_a_digest_is_new_once():
    seen = Seen()

    assert [seen.add(digest(number)) for number in range(2000)] == [False] * 2000
    assert [seen.add(digest(number)) for number in range(2000)] == [True] * 2000
