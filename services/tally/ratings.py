"""Ratings: candidates in the order of their votes, equal votes by lot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.lots import lot_order

#: candidates in the order of a rating, each with the key of its lot or None
Order = list[tuple[str, str | None]]


class LotMissing(Exception):
    """Candidates have equal votes and no lot is drawn yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TieLot:
    """The draw that puts equal votes of one contest in order."""

    primary: str
    contest: str
    value: str | None  # as two officers entered it; None until then

    def keys(self, candidates: Iterable[str]) -> dict[str, str]:
        """The key of each candidate; raise `LotMissing` before the draw."""
        if self.value is None:
            raise LotMissing(self.contest)
        return dict(lot_order(self.primary, self.contest, self.value, candidates))


def rate(votes: Mapping[str, int], lot: TieLot) -> Order:
    """Everybody in a strict order: more votes first, then the smaller key."""
    equal = Counter(votes.values())
    tied = [name for name, count in votes.items() if equal[count] > 1]
    keys = lot.keys(tied) if tied else {}
    ordered = sorted(votes, key=lambda name: (-votes[name], keys.get(name, "")))
    return [(name, keys.get(name)) for name in ordered]


def part_of(rated: Iterable[dict[str, Any]], belongs: str) -> list[dict[str, Any]]:
    """The women's or young's rating: who belongs, ranked among themselves."""
    members = [each for each in rated if each[belongs]]
    return [{**each, "rank": rank} for rank, each in enumerate(members, start=1)]


def three_ratings(rated: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The general rating, and those of women and of the young."""
    return {
        "general": rated,
        "women": part_of(rated, "woman"),
        "young": part_of(rated, "young"),
    }
