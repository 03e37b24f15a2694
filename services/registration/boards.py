"""Cutting a voting district's roll into boards that are not too long.

Members stay with their party organisation where they can: organisations are laid
one after another, and a new board begins where the next would not fit. Only one
that is itself longer than a board is cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Members of one organisation, counted in the order of their ids."""

    ppo: str
    first: int
    count: int


def cut_into_boards(sizes: Mapping[str, int], longest: int) -> list[list[Slice]]:
    """The slices of each board, so that each holds at most `longest` members."""
    boards: list[list[Slice]] = []
    free = 0
    for piece in _pieces(sizes, longest):
        if piece.count > free:
            boards.append([])
            free = longest
        boards[-1].append(piece)
        free -= piece.count
    return boards


def board_id(district: str, number: int) -> str:
    """The id of a district's board, counted from 1."""
    return district if number == 1 else f"{district}-{number}"


def _pieces(sizes: Mapping[str, int], longest: int) -> Iterator[Slice]:
    for ppo in sorted(sizes):
        for first in range(0, sizes[ppo], longest):
            count = min(longest, sizes[ppo] - first)
            yield Slice(ppo=ppo, first=first, count=count)
