"""Rule A once more, written apart from the platform's, to check its party lists.

Walk down the rating; take a candidate if, afterwards, the quotas can still be met as
well as before. How well they can be met is found by trying every number of those
who count for both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """A standing candidate, in the order of the rating."""

    candidate: str
    woman: bool
    young: bool


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Places that are still free, and how many of each group they should hold."""

    free: int
    women: int
    young: int

    def after(self, one: Ranked) -> Goal:
        """What is left when this candidate has a place."""
        return Goal(
            free=self.free - 1,
            women=max(0, self.women - one.woman),
            young=max(0, self.young - one.young),
        )


def places_for(percent: int, length: int) -> int:
    """At least so many percent of the places, in whole numbers."""
    return -(-percent * length // 100)


def list_by_rule_a(rating: Sequence[Ranked], goal: Goal) -> list[str]:
    """The candidates of the list, first place first."""
    shortest = shortfall(rating, goal)
    taken: list[str] = []
    for place, one in enumerate(rating, start=1):
        after = goal.after(one)
        if goal.free and shortfall(rating[place:], after) == shortest:
            taken.append(one.candidate)
            goal = after
    return taken


def shortfall(coming: Sequence[Ranked], goal: Goal) -> int:
    """By how many the quotas must be missed at least, both added up."""
    kinds = Counter((one.woman, one.young) for one in coming)
    free = min(goal.free, len(coming))
    return min(
        _missed(goal, both, free - both, kinds)
        for both in range(min(kinds[True, True], free) + 1)
    )


def _missed(goal: Goal, both: int, free: int, kinds: Counter[tuple[bool, bool]]) -> int:
    """The same, when exactly so many who count for both are taken."""
    women, young = max(0, goal.women - both), max(0, goal.young - both)
    useful = min(women, kinds[True, False]) + min(young, kinds[False, True])
    return women + young - min(free, useful)
