"""How invented voters make up their minds; the same seed, the same minds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random  # noqa: TID251 (a seeded choice must repeat; no secret here)
from typing import Any

from tools.demo.cast import Nominee
from tools.demo.played import Votes

_BLANK = 0.04  # of the questions are left blank
_LEAST = 0.03  # even the least known candidate is somebody's choice


def choose(
    election: Mapping[str, Any],
    nominees: Mapping[str, Nominee],
    choices: Callable[[str], int],
    rng: Random,
) -> Votes:
    """The votes of one voter; `choices` says how many names a contest allows."""
    standing = {
        candidacy: nominee
        for candidacy, nominee in nominees.items()
        if candidacy not in election["withdrawn"]
    }
    return [
        _answer(question["candidacies"], standing, choices(question["contest"]), rng)
        for question in election["questions"]
    ]


def _answer(
    candidacies: list[str], standing: Mapping[str, Nominee], most: int, rng: Random
) -> list[int]:
    """Names drawn by popularity, in an order that no identifier of a server sets."""
    if rng.random() < _BLANK:
        return [1] + [0] * len(candidacies)
    there = [each for each in candidacies if each in standing]
    there.sort(key=lambda each: standing[each].person.iin)
    drawn = {each: _luck(standing[each], rng) for each in there}
    chosen = sorted(drawn, key=lambda each: -drawn[each])[: rng.randint(1, most)]
    return [0] + [int(each in chosen) for each in candidacies]


def _luck(nominee: Nominee, rng: Random) -> float:
    return rng.random() ** (1 / (_LEAST + nominee.popularity))
