"""How large a demonstration is played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.definition import Contest, Definition, Territory

#: the proportions of 26 August 2020: 2,905 of 9,163 by a PPO, women, under 35
PPO_SHARE = 2905 / 9163
WOMEN_SHARE = 0.347
YOUNG_SHARE = 0.267


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many of everything; `districts` empty means all there are."""

    districts: tuple[str, ...]
    nominations: int
    #: applicants in proportion, by the contest's level or its territory's kind;
    #: empty: in proportion to the length of the list
    applicants: Mapping[str, int]
    nomination_days: int
    refused: int
    #: in each voting district: online voters, and members who stay at home
    voters: int
    absent: int
    #: in how many districts people vote; in the others nobody does
    voting: int
    revotes: int
    paper: int
    suggestions: int

    def districts_of(self, definition: Definition) -> tuple[Territory, ...]:
        """The voting districts with members."""
        if not self.districts:
            return definition.voting_districts()
        return tuple(definition.territory(code) for code in self.districts)

    def weight_of(self, definition: Definition, contest: Contest) -> int:
        """How many stand for a contest, in proportion to the others."""
        if not self.applicants:
            return contest.list_length
        kind = definition.territory(contest.territory).kind
        return self.applicants.get(kind) or self.applicants[contest.level]


SMALL = Size(
    districts=("KZ-111000000", "KZ-791110000"),
    nominations=30,
    applicants={"mazhilis": 7, "region": 5, "district": 6},
    nomination_days=2,
    refused=1,
    voters=15,
    absent=2,
    voting=2,
    revotes=3,
    paper=3,
    suggestions=2,
)
NORMAL = Size(
    districts=(
        "KZ-111000000",  # Akmola: Kokshetau, Akkol, Burabay
        "KZ-113200000",
        "KZ-117000000",
        "KZ-392400000",  # Kostanay: Rudny, Altynsarin, Auliekol
        "KZ-393200000",
        "KZ-393600000",
        "KZ-791110000",  # Shymkent: Abay, Al-Farabi
        "KZ-791310000",
    ),
    nominations=124,
    applicants={"mazhilis": 8, "region": 6, "city_regional": 18, "district": 11},
    nomination_days=6,
    refused=4,
    voters=32,
    absent=4,
    voting=8,
    revotes=12,
    paper=12,
    suggestions=8,
)
FULL = Size(
    districts=(),
    nominations=9163,
    applicants={},
    nomination_days=12,
    refused=60,
    voters=12,
    absent=0,
    voting=24,
    revotes=12,
    paper=12,
    suggestions=216,
)
SIZES = {"small": SMALL, "normal": NORMAL, "full": FULL}
