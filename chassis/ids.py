"""Where identifiers come from."""

from __future__ import annotations

import secrets
import time
from uuid import UUID, uuid4


def new_id() -> UUID:
    """A fresh random identifier; its wire form is lower-case text."""
    return uuid4()


def ordered_id() -> UUID:
    """A fresh identifier that sorts after those that this machine made before.

    For what has an order even where the platform's clock stands still.
    """
    return UUID(int=(time.time_ns() << 64) | secrets.randbits(64))
