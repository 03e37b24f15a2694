"""The demonstration's checks notice every kind of difference."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from contracts.definition import parse_definition
from contracts.lots import lot_order
from tests.support.definitions import a_definition_document
from tools.demo.checks import Evidence, check_choices, check_lists, check_results
from tools.demo.played import Choice

DEFINITION = parse_definition(a_definition_document())
(CONTEST, *_) = (each.id for each in DEFINITION.contests if each.level == "district")
LOT = "1 2 3"
BALLOTS = [[[0, 1, 1, 0]], [[0, 1, 0, 0]], [[1, 0, 0, 0]]]
PAPER = {CONTEST: {"valid": 2, "blank": 1, "spoilt": 1, "votes": {"b": 1, "c": 1}}}


@dataclass(frozen=True)
class Counted:
    voters: int
    counted: int
    result: list[list[int]] | None


REPORT = Counted(voters=10, counted=3, result=[[1, 2, 1, 0]])


def a_candidate(name: str, answer: int, votes: tuple[int, int]) -> dict[str, Any]:
    online, paper = votes
    return {
        "candidate": name,
        "answer": answer,
        "online": online,
        "paper": paper,
        "votes": online + paper,
        "share": (online + paper) / 4,
        "rank": 0,
        "lot": None,
        "woman": name == "c",
        "young": False,
        "withdrawn": False,
    }


def the_results() -> dict[str, Any]:
    """Two votes each for a and b, so that the lot decides; one for c."""
    candidates = [
        a_candidate("a", 0, (2, 0)),
        a_candidate("b", 1, (1, 1)),
        a_candidate("c", 2, (0, 1)),
    ]
    keys = dict(lot_order(DEFINITION.primary, CONTEST, LOT, ["a", "b", "c"]))
    ordered = sorted(candidates, key=lambda o: (-o["votes"], keys[o["candidate"]]))
    for rank, one in enumerate(ordered, start=1):
        one["rank"] = rank
        one["lot"] = keys[one["candidate"]] if one["votes"] == 2 else None
    contest = {
        "contest": CONTEST,
        "eligible": 10,
        "ballots": 7,
        "online": 3,
        "paper": 4,
        "blank": 2,
        "spoilt": 1,
        "turnout": 0.7,
        "boards": [{"file": "KZ-1.bel", "question": 0}],
        "candidates": candidates,
    }
    return {"contests": [contest]}


def differences(results: dict[str, Any]) -> list[str]:
    evidence = Evidence(
        definition=DEFINITION, boards={"KZ-1.bel": REPORT}, paper=PAPER, lot=LOT
    )
    return list(check_results(evidence, results))


def test_results_that_follow_from_the_boards_are_accepted():
    assert differences(the_results()) == []


@pytest.mark.parametrize(
    "field", ["eligible", "ballots", "online", "paper", "blank", "spoilt", "turnout"]
)
def test_a_wrong_number_of_a_contest_is_noticed(field: str):
    results = the_results()
    results["contests"][0][field] += 1

    assert any(f": {field} is" in one for one in differences(results))


@pytest.mark.parametrize("field", ["online", "paper", "votes", "share"])
def test_a_wrong_number_of_a_candidate_is_noticed(field: str):
    results = the_results()
    results["contests"][0]["candidates"][2][field] += 1

    assert any(f"c: {field} is" in one for one in differences(results))


@pytest.mark.parametrize("field", ["rank", "lot"])
def test_two_equal_candidates_whose_lot_was_turned_round_are_noticed(field: str):
    results = the_results()
    one, other, _ = results["contests"][0]["candidates"]
    one[field], other[field] = other[field], one[field]

    assert len(differences(results)) == 2


def the_lists(results: dict[str, Any]) -> dict[str, Any]:
    ranked = sorted(results["contests"][0]["candidates"], key=lambda one: one["rank"])
    places = [{"candidate": one["candidate"]} for one in ranked]
    return {"lists": [{"contest": CONTEST, "places": places, "passed_over": []}]}


def swap_places(lists: dict[str, Any]) -> None:
    lists["lists"][0]["places"].reverse()


def drop_a_place(lists: dict[str, Any]) -> None:
    lists["lists"][0]["places"].pop()


def forget_the_list(lists: dict[str, Any]) -> None:
    lists["lists"].clear()


def test_a_list_that_follows_from_the_rating_is_accepted():
    results = the_results()

    assert list(check_lists(DEFINITION, results, the_lists(results))) == []


@pytest.mark.parametrize("spoil", [swap_places, drop_a_place, forget_the_list])
def test_another_list_is_noticed(spoil: Callable[[dict[str, Any]], None]):
    results = the_results()
    lists = copy.deepcopy(the_lists(results))
    spoil(lists)

    assert list(check_lists(DEFINITION, results, lists)) != []


def test_a_board_is_what_its_voters_chose_or_it_is_noticed():
    boards = {"KZ-1.bel": REPORT}
    choices = [Choice(board="KZ-1", votes=votes) for votes in BALLOTS]
    other = [*choices[:2], Choice(board="KZ-1", votes=[[0, 0, 0, 1]])]

    assert list(check_choices(boards, choices)) == []
    assert list(check_choices(boards, other)) == [
        "KZ-1.bel: the result is not what its voters chose"
    ]
    assert list(check_choices(boards, choices[:2])) == [
        "KZ-1.bel: 3 ballots counted, 2 were cast"
    ]


def test_a_ballot_cast_by_hand_may_be_anything_that_one_ballot_can_be():
    known = [Choice(board="KZ-1", votes=votes) for votes in BALLOTS[:2]]
    two_for_one = replace(REPORT, result=[[0, 2, 1, 2]])
    fewer = replace(REPORT, result=[[1, 1, 1, 0]])

    assert list(check_choices({"KZ-1.bel": REPORT}, known, by_hand=True)) == []
    for report in (two_for_one, fewer, replace(REPORT, result=None)):
        assert list(check_choices({"KZ-1.bel": report}, known, by_hand=True)) == [
            "KZ-1.bel: the result is not what its voters chose"
        ]
    more = [*known, *known]
    assert list(check_choices({"KZ-1.bel": REPORT}, more, by_hand=True)) == [
        "KZ-1.bel: 3 ballots counted, 4 were cast"
    ]
