"""Rule A: the party list that follows from a rating and two quotas.

Walk down the rating with the places still free, the quotas' deficits and the kinds
of candidates still to come. Take the next candidate if the quotas can still be met
as well afterwards as before; otherwise pass over, and note the state: it is the
certificate that taking this candidate would have cost a quota. The list is, of all
that meet the quotas best, the one that takes the best-rated, then the next, …

Where not even everybody who stands could meet the quotas, the places lacking
are a constant of the whole walk: they are kept as few as possible, and the list is
marked as not feasible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

#: a reason: its code, and the whole numbers that prove it
Because: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A candidate as the general rating has them, from rank 1 on."""

    candidate: str
    rank: int
    woman: bool
    young: bool
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How long the list is and how many places each quota asks for."""

    length: int
    women: int
    young: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A candidate, and why they are on the list or not."""

    candidate: str
    because: Because


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyList:
    """The candidates taken, first place first, and all the others."""

    feasible: bool
    women: int
    young: int
    places: tuple[Decision, ...]
    passed_over: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is left to fill and who is still to come, by kind."""

    free: int
    women_needed: int
    young_needed: int
    both: int
    women: int
    young: int
    neither: int

    def without(self, rated: Rated) -> State:
        """The candidate no longer is among those still to come."""
        kind = _KINDS[rated.woman, rated.young]
        return replace(self, **{kind: getattr(self, kind) - 1})

    def with_taken(self, rated: Rated) -> State:
        """The candidate fills a place."""
        return replace(
            self.without(rated),
            free=self.free - 1,
            women_needed=max(0, self.women_needed - rated.woman),
            young_needed=max(0, self.young_needed - rated.young),
        )

    @property
    def lacking(self) -> int:
        """How much the quotas must stay short, both added up, at the best.

        Who counts for both quotas is never worse than who counts for one, so as
        many of them as serve both go first.
        """
        twice = min(self.both, self.free, self.women_needed, self.young_needed)
        women, young = self.women_needed - twice, self.young_needed - twice
        spare = self.both - twice  # of use only where one quota is met already
        once = min(women, self.women + spare) + min(young, self.young + spare)
        return women + young - min(once, self.free - twice)

    @property
    def women_lacking(self) -> int:
        """How short the women's quota must stay if it were the only one."""
        return max(0, self.women_needed - min(self.free, self.women + self.both))

    @property
    def young_lacking(self) -> int:
        """How short the quota of the young must stay if it were the only one."""
        return max(0, self.young_needed - min(self.free, self.young + self.both))

    def certificate(self, rated: Rated) -> dict[str, int]:
        """The state in which a candidate was decided on, the candidate left out."""
        rest = self.without(rated)
        return {
            "rank": rated.rank,
            "free": rest.free,
            "women_needed": rest.women_needed,
            "young_needed": rest.young_needed,
            "both": rest.both,
            "women": rest.women,
            "young": rest.young,
            "neither": rest.neither,
        }


_KINDS: Mapping[tuple[bool, bool], str] = {
    (True, True): "both",
    (True, False): "women",
    (False, True): "young",
    (False, False): "neither",
}


def places_for(percent: int, length: int) -> int:
    """At least `percent` of `length` places: rounded up, in whole numbers."""
    return (percent * length + 99) // 100


def compose_list(rating: Sequence[Rated], wanted: Wanted) -> PartyList:
    """The list by rule A; `rating` is strict and in its order."""
    standing = [rated for rated in rating if not rated.withdrawn]
    start = state = _start(standing, wanted)
    taken: list[Rated] = []
    places: list[Decision] = []
    passed_over = [_withdrawn(rated) for rated in rating if rated.withdrawn]
    for position, rated in enumerate(standing, start=1):
        after = state.with_taken(rated)
        if state.free and after.lacking == start.lacking:
            places.append(_place(rated, state, by_right=position <= wanted.length))
            taken.append(rated)
            state = after
        else:
            passed_over.append(_passed_over(rated, state))
            state = state.without(rated)
    return PartyList(
        feasible=start.lacking == 0 and len(standing) >= wanted.length,
        women=sum(rated.woman for rated in taken),
        young=sum(rated.young for rated in taken),
        places=tuple(places),
        passed_over=_in_order(rating, passed_over),
    )


def _start(standing: Sequence[Rated], wanted: Wanted) -> State:
    kinds = [_KINDS[rated.woman, rated.young] for rated in standing]
    return State(
        free=min(wanted.length, len(standing)),
        women_needed=wanted.women,
        young_needed=wanted.young,
        **{kind: kinds.count(kind) for kind in _KINDS.values()},
    )


def _place(rated: Rated, state: State, *, by_right: bool) -> Decision:
    """Those beyond the length of the list owe their place to a quota."""
    serves_women = rated.woman and state.women_needed > 0
    serves_young = rated.young and state.young_needed > 0
    code = "rating"
    if not by_right:
        code = _QUOTA_CODES[serves_women, serves_young]
    return _decision(rated, code, state.certificate(rated))


_QUOTA_CODES: Mapping[tuple[bool, bool], str] = {
    (True, True): "women_and_young_quota",
    (True, False): "women_quota",
    (False, True): "young_quota",
}


def _passed_over(rated: Rated, state: State) -> Decision:
    """For want of places, or because they are needed for one quota or for both."""
    after = state.with_taken(rated)
    for_women = after.women_lacking > state.women_lacking
    for_young = after.young_lacking > state.young_lacking
    code = "list_full" if not state.free else _NEEDED_CODES[for_women, for_young]
    return _decision(rated, code, state.certificate(rated))


#: where neither quota alone would suffer, the two share the places left
_NEEDED_CODES: Mapping[tuple[bool, bool], str] = {
    (True, False): "places_needed_for_women",
    (False, True): "places_needed_for_young",
    (True, True): "places_needed_for_both",
    (False, False): "places_needed_for_both",
}


def _withdrawn(rated: Rated) -> Decision:
    return _decision(rated, "withdrawn", {"rank": rated.rank})


def _decision(rated: Rated, code: str, params: dict[str, int]) -> Decision:
    because = {"code": code, "params": params}
    return Decision(candidate=rated.candidate, because=because)


def _in_order(
    rating: Sequence[Rated], decisions: Sequence[Decision]
) -> tuple[Decision, ...]:
    ranks = {rated.candidate: rated.rank for rated in rating}
    return tuple(sorted(decisions, key=lambda decision: ranks[decision.candidate]))
