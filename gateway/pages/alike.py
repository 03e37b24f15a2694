"""Which texts say much the same, so that a member supports instead of repeating."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_WORD = re.compile(r"\w{4,}")
#: Kazakh and Russian words change at their ends
_STEM = 5
_ENOUGH = 0.2


def most_alike(
    text: str, others: Iterable[dict[str, Any]], most: int = 3
) -> list[dict[str, Any]]:
    """Those of `others` whose `text` shares most words with this one, best first."""
    own = _stems(text)
    rated = [(_shared(own, _stems(other["text"])), other) for other in others]
    close = [each for each in rated if each[0] >= _ENOUGH]
    close.sort(key=lambda each: -each[0])
    return [other for _, other in close[:most]]


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _WORD.findall(text.casefold()))


def _shared(own: frozenset[str], other: frozenset[str]) -> float:
    """How much of both is in both: 0 to 1."""
    return len(own & other) / len(own | other) if own and other else 0.0
