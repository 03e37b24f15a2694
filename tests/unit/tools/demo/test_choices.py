"""Invented voters vote by the rules, and the same seed chooses the same."""

from __future__ import annotations

from datetime import date
from random import Random

from contracts.definition import Route
from tools.demo.cast import Nominee
from tools.demo.choices import choose
from tools.demo.people import Age, Crowd, Home

CROWD = Crowd(Random(1))
AGE = Age(least=30, most=60, on=date(2020, 10, 3))
NOMINEES = {
    f"candidacy-{number}": Nominee(
        person=CROWD.person(Home(territory="T", ppo="P"), AGE, woman=False),
        contest="contest",
        route=Route.SELF,
        refused=False,
        popularity=number / 8,
    )
    for number in range(8)
}


def election(order: list[str], withdrawn: tuple[str, ...] = ()):
    questions = [{"contest": "contest", "candidacies": order}]
    return {"questions": questions, "withdrawn": list(withdrawn)}


def many_choices(order: list[str], withdrawn: tuple[str, ...] = ()):
    return [
        choose(election(order, withdrawn), NOMINEES, lambda _: 3, Random(seed))[0]
        for seed in range(300)
    ]


def test_every_vote_keeps_the_rules_of_its_question():
    for blank, *names in many_choices(list(NOMINEES)):
        assert 1 <= sum(names) <= 3 if not blank else sum(names) == 0


def test_some_vote_blank():
    blank = sum(votes[0] for votes in many_choices(list(NOMINEES)))

    assert 0 < blank < 60


def test_the_order_of_the_ballot_changes_nobodys_mind():
    order = list(NOMINEES)
    turned = order[::-1]

    for straight, back in zip(many_choices(order), many_choices(turned), strict=True):
        assert straight[1:] == back[:0:-1]


def test_who_has_withdrawn_gets_no_vote():
    votes = many_choices(list(NOMINEES), withdrawn=("candidacy-7",))

    assert sum(each[8] for each in votes) == 0
    assert sum(each[7] for each in votes) > 0


def test_the_popular_get_more_votes():
    votes = many_choices(list(NOMINEES))

    assert sum(each[8] for each in votes) > 3 * sum(each[1] for each in votes)
