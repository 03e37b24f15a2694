"""Results: a contest's boards and paper protocols added up. Pure.

The share of a candidate is votes / (ballots - blank - spoilt). Who withdrew keeps
votes and rank, so that a withdrawal changes nobody else's; the party list leaves
them out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.definition import Contest, Quotas
from services.tally.party_lists import Rated, Wanted, compose_list, places_for
from services.tally.ratings import TieLot, rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is behind a candidacy."""

    name: str
    woman: bool
    young: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCount:
    """What one board's question about the contest counted to; if excluded, nothing."""

    board: str
    question: int
    candidacies: Sequence[str]
    #: the blank first, then the votes of each candidacy
    counts: Sequence[int]
    ballots: int
    eligible: int
    #: why officers have left the board out, if they have
    exclusion: str | None = None


@dataclass(frozen=True, kw_only=True)
class Votes:
    """A contest's numbers, by channel."""

    boards: Sequence[BoardCount]
    papers: Sequence[Mapping[str, Any]]

    @property
    def online(self) -> Counter[str]:
        """Votes through the boards, by candidacy."""
        votes: Counter[str] = Counter(dict.fromkeys(self.answers, 0))
        for board in self.boards:
            votes.update(dict(zip(board.candidacies, board.counts[1:], strict=True)))
        return votes

    @property
    def paper(self) -> Counter[str]:
        """Votes on paper, by candidacy."""
        votes: Counter[str] = Counter()
        for paper in self.papers:
            votes.update(paper["votes"])
        return votes

    @property
    def answers(self) -> list[str]:
        """The candidacies in the order of the question's answers."""
        return list(self.boards[0].candidacies)

    def papers_that_are(self, *kinds: str) -> int:
        """How many paper ballots are of these kinds: valid, blank, spoilt."""
        return sum(paper[kind] for paper in self.papers for kind in kinds)

    def totals(self) -> dict[str, Any]:
        """Ballots by channel, blank and spoilt ones, and the turnout."""
        online = sum(board.ballots for board in self.boards)
        paper = self.papers_that_are("valid", "blank", "spoilt")
        eligible = sum(board.eligible for board in self.boards)
        blank = sum(board.counts[0] for board in self.boards)
        return {
            "eligible": eligible,
            "ballots": online + paper,
            "online": online,
            "paper": paper,
            "blank": blank + self.papers_that_are("blank"),
            "spoilt": self.papers_that_are("spoilt"),
            "turnout": _part(online + paper, eligible),
        }


def result_of(
    contest: Contest, votes: Votes, people: Mapping[str, Person], lot: TieLot
) -> dict[str, Any]:
    """The contest as `results.json` shows it; `LotMissing` while a tie is open."""
    totals = votes.totals()
    valid = totals["ballots"] - totals["blank"] - totals["spoilt"]
    return {
        "contest": contest.id,
        "title": dict(contest.title),
        "territory": contest.territory,
        "level": contest.level.value,
        "seats": contest.seats,
        **totals,
        "boards": [
            {"file": f"{each.board}.bel", "question": each.question}
            for each in votes.boards
            if each.exclusion is None
        ],
        "excluded": [
            {"board": each.board, "reason": each.exclusion}
            for each in votes.boards
            if each.exclusion is not None
        ],
        "candidates": _candidates(votes, people, lot, valid),
    }


def _candidates(
    votes: Votes, people: Mapping[str, Person], lot: TieLot, valid: int
) -> list[dict[str, Any]]:
    """Everybody on the ballot, in the order of the general rating."""
    online, paper = votes.online, votes.paper
    answers = {name: index for index, name in enumerate(votes.answers)}
    together = {name: online[name] + paper[name] for name in answers}
    return [
        {
            "candidate": name,
            "answer": answers[name],
            "name": people[name].name,
            "votes": together[name],
            "online": online[name],
            "paper": paper[name],
            "share": _part(together[name], valid),
            "rank": rank,
            "lot": key,
            "woman": people[name].woman,
            "young": people[name].young,
            "withdrawn": people[name].withdrawn,
        }
        for rank, (name, key) in enumerate(rate(together, lot), start=1)
    ]


def _part(number: int, whole: int) -> float:
    return number / whole if whole else 0.0


def list_of(
    contest: Contest, quotas: Quotas, candidates: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The party list as `lists.json` shows it, from a contest's candidates."""
    length = contest.list_length
    wanted = Wanted(
        length=length,
        women=places_for(quotas.women.percent, length),
        young=places_for(quotas.young.percent, length),
    )
    composed = compose_list([_rated(each) for each in candidates], wanted)
    women = (quotas.women.percent, wanted.women, composed.women)
    young = (quotas.young.percent, wanted.young, composed.young)
    return {
        "contest": contest.id,
        "length": length,
        "quotas": {"women": _quota(*women), "young": _quota(*young)},
        "feasible": composed.feasible,
        "places": [
            {"place": place, "candidate": each.candidate, "because": each.because}
            for place, each in enumerate(composed.places, start=1)
        ],
        "passed_over": [
            {"candidate": each.candidate, "because": each.because}
            for each in composed.passed_over
        ],
    }


def _rated(candidate: Mapping[str, Any]) -> Rated:
    return Rated(
        candidate=candidate["candidate"],
        rank=candidate["rank"],
        woman=candidate["woman"],
        young=candidate["young"],
        withdrawn=candidate["withdrawn"],
    )


def _quota(percent: int, places: int, filled: int) -> dict[str, int]:
    return {"percent": percent, "places": places, "filled": filled}
