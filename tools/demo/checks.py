"""The last word: do the three files follow from the public boards?

Everything is computed again from the archives, the station's counts and the public
value of the lot; and what the boards say is compared with what the players know to
have chosen. Each difference is a sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from contracts.definition import Definition
from contracts.lots import lot_order
from tools.demo.party_rule import Goal, Ranked, list_by_rule_a, places_for
from tools.demo.played import Choice

_CLOSE = 1e-9


class Counted(Protocol):
    """What the checks need of a verified board's report."""

    @property
    def voters(self) -> int:
        """Public credentials."""
        ...

    @property
    def counted(self) -> int:
        """Ballots that count."""
        ...

    @property
    def result(self) -> list[list[int]] | None:
        """By question and choice, the blank first; None while there is none."""
        ...


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What anybody can have: the verified archives, the protocols, the lot."""

    definition: Definition
    #: the report on each archive, by its file's name
    boards: Mapping[str, Counted]
    #: the counts of all protocols, by contest
    paper: Mapping[str, Mapping[str, Any]]
    lot: str


def check_results(evidence: Evidence, results: Mapping[str, Any]) -> Iterator[str]:
    """Where `results.json` is not what boards and protocols add up to."""
    for contest in results["contests"]:
        name = contest["contest"]
        for field, expected in _totals(evidence, contest).items():
            if not _same(contest[field], expected):
                yield f"{name}: {field} is {contest[field]}, should be {expected}"
        for candidate in contest["candidates"]:
            yield from _check_votes(evidence, contest, candidate)
        yield from _check_ranks(evidence, contest)


def check_lists(
    definition: Definition, results: Mapping[str, Any], lists: Mapping[str, Any]
) -> Iterator[str]:
    """Where `lists.json` is not what rule A makes of `results.json`."""
    by_contest = {each["contest"]: each for each in lists["lists"]}
    if set(by_contest) != {each["contest"] for each in results["contests"]}:
        yield "lists and results are not about the same contests"
    for contest in results["contests"]:
        if found := by_contest.get(contest["contest"]):
            yield from _check_list(definition, contest, found)


def check_choices(
    boards: Mapping[str, Counted], choices: Sequence[Choice], *, by_hand: bool = False
) -> Iterator[str]:
    """Where a board's result is not the sum of what its voters chose.

    Ballots that a person cast `by_hand` are known by their number only: what is left
    of the result without the others must be the sum of so many ballots.
    """
    for file, report in boards.items():
        chosen = [one.votes for one in choices if f"{one.board}.bel" == file]
        others = report.counted - len(chosen)
        if others < 0 or (others and not by_hand):
            yield f"{file}: {report.counted} ballots counted, {len(chosen)} were cast"
        elif report.counted and not _explains(chosen, others, report.result):
            yield f"{file}: the result is not what its voters chose"


def _explains(
    chosen: Sequence[Sequence[Sequence[int]]],
    others: int,
    result: Sequence[Sequence[int]] | None,
) -> bool:
    """Whether a result is what was chosen, and `others` ballots more."""
    if result is None:
        return False
    nothing = [[0] * len(answers) for answers in result]
    known = _added_up([*chosen, nothing])
    pairs = (
        pair
        for total, part in zip(result, known, strict=True)
        for pair in zip(total, part, strict=True)
    )
    return all(0 <= whole - part <= others for whole, part in pairs)


def _added_up(ballots: Sequence[Sequence[Sequence[int]]]) -> list[list[int]]:
    return [
        [sum(column) for column in zip(*answers, strict=True)]
        for answers in zip(*ballots, strict=True)
    ]


def _totals(evidence: Evidence, contest: Mapping[str, Any]) -> dict[str, Any]:
    """A contest's numbers, from its boards and its protocols."""
    reports = [evidence.boards[each["file"]] for each in contest["boards"]]
    sheet = evidence.paper.get(contest["contest"], {})
    on_paper = sum(sheet.get(kind, 0) for kind in ("valid", "blank", "spoilt"))
    online = sum(report.counted for report in reports)
    eligible = sum(report.voters for report in reports)
    blank = sum(_count(evidence, each, 0) for each in contest["boards"])
    return {
        "online": online,
        "paper": on_paper,
        "ballots": online + on_paper,
        "blank": blank + sheet.get("blank", 0),
        "spoilt": sheet.get("spoilt", 0),
        "eligible": eligible,
        "turnout": (online + on_paper) / eligible,
    }


def _count(evidence: Evidence, board: Mapping[str, Any], place: int) -> int:
    """One number of a board's result; a board without ballots has none."""
    result = evidence.boards[board["file"]].result
    return result[board["question"]][place] if result else 0


def _check_votes(
    evidence: Evidence, contest: Mapping[str, Any], candidate: Mapping[str, Any]
) -> Iterator[str]:
    place = candidate["answer"] + 1  # the blank stands first
    online = sum(_count(evidence, each, place) for each in contest["boards"])
    sheet = evidence.paper.get(contest["contest"], {"votes": {}})
    paper = sheet["votes"].get(candidate["candidate"], 0)
    used = contest["ballots"] - contest["blank"] - contest["spoilt"]
    expected = {
        "online": online,
        "paper": paper,
        "votes": online + paper,
        "share": (online + paper) / used if used else 0.0,
    }
    for field, value in expected.items():
        if not _same(candidate[field], value):
            yield (
                f"{contest['contest']}, {candidate['candidate']}: {field} is "
                f"{candidate[field]}, should be {value}"
            )


def _check_ranks(evidence: Evidence, contest: Mapping[str, Any]) -> Iterator[str]:
    """By votes, equal ones by the lot; the lot is drawn again here."""
    candidates = contest["candidates"]
    ties = Counter(one["votes"] for one in candidates)
    keys = dict(
        lot_order(
            evidence.definition.primary,
            contest["contest"],
            evidence.lot,
            [one["candidate"] for one in candidates],
        )
    )
    ordered = sorted(candidates, key=lambda o: (-o["votes"], keys[o["candidate"]]))
    for rank, one in enumerate(ordered, start=1):
        drawn = keys[one["candidate"]] if ties[one["votes"]] > 1 else None
        if (one["rank"], one["lot"]) != (rank, drawn):
            yield f"{contest['contest']}, {one['candidate']}: rank or lot is wrong"


def _check_list(
    definition: Definition, contest: Mapping[str, Any], found: Mapping[str, Any]
) -> Iterator[str]:
    length = definition.contest(contest["contest"]).list_length
    women = places_for(definition.quotas.women.percent, length)
    young = places_for(definition.quotas.young.percent, length)
    standing = [
        Ranked(candidate=one["candidate"], woman=one["woman"], young=one["young"])
        for one in sorted(contest["candidates"], key=lambda one: one["rank"])
        if not one["withdrawn"]
    ]
    goal = Goal(free=length, women=women, young=young)
    expected = list_by_rule_a(standing, goal)
    placed = [each["candidate"] for each in found["places"]]
    passed = {each["candidate"] for each in found["passed_over"]}
    others = {one["candidate"] for one in contest["candidates"]} - set(expected)
    if placed != expected or passed != others:
        yield f"{contest['contest']}: the list is not what rule A makes of the rating"


def _same(found: float, expected: float) -> bool:
    return abs(found - expected) < _CLOSE
