"""Elections, parsed once and kept: their keys hold tables that are dear to make."""

from __future__ import annotations

from functools import lru_cache

from belenios.election import Election


@lru_cache(maxsize=256)
def election_of(text: str) -> Election:
    """The election that was published as `text`; BeleniosError if it is none."""
    return Election.parse(text)
