"""Where identifiers come from."""

from __future__ import annotations

from uuid import UUID, uuid4


def new_id() -> UUID:
    """A fresh random identifier; its wire form is lower-case text."""
    return uuid4()
