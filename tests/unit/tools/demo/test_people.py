"""Invented people are possible people, and the same seed invents the same."""

from __future__ import annotations

import csv
import io
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.demo.people import (
    Age,
    Crowd,
    Home,
    apportion,
    flags,
    members_file,
    national_number,
)

HOME = Home(territory="KZ-111000000", ppo="ppo-1")
AGE = Age(least=21, most=35, on=date(2020, 10, 3))


def crowd_of(count: int, seed: int = 7):
    crowd = Crowd(Random(seed))
    return [crowd.person(HOME, AGE, woman=number % 2 == 0) for number in range(count)]


@pytest.mark.parametrize(
    ("born", "woman", "serial", "number"),
    [
        (date(1985, 3, 12), True, 123, "850312401235"),
        (date(1990, 11, 30), False, 4567, "901130345672"),
        (date(2001, 2, 28), False, 9, "010228500094"),
        (date(1985, 3, 12), True, 180, "850312401808"),  # by the second pass
        (date(1985, 3, 12), True, 181, None),  # no check digit is right
    ],
)
def test_the_check_digit_is_the_ministrys(
    *, born: date, woman: bool, serial: int, number: str | None
):
    assert national_number(born, serial, woman=woman) == number


def test_nobody_shares_a_number_or_a_telephone():
    people = crowd_of(500)

    assert len({person.iin for person in people}) == 500
    assert len({person.telephone for person in people}) == 500


def test_everybody_is_as_old_as_asked():
    for person in crowd_of(200):
        assert date(1985, 10, 3) < person.birth_date <= date(1999, 10, 3)


def test_the_same_seed_invents_the_same_people():
    assert crowd_of(50, seed=3) == crowd_of(50, seed=3)
    assert crowd_of(50, seed=3) != crowd_of(50, seed=4)


def test_the_members_file_has_the_registers_columns():
    (row,) = csv.DictReader(io.StringIO(members_file(crowd_of(1))))

    assert list(row) == [
        "iin", "name", "birth_date", "sex", "telephone", "ppo", "territory",
        "joined_on", "resident_since", "occupation",
    ]  # fmt: skip
    assert row["birth_date"][2:].replace("-", "") == row["iin"][:6]


@given(
    st.integers(0, 10_000),
    st.dictionaries(st.text(), st.integers(1, 500), min_size=1, max_size=40),
)
def test_shares_add_up_and_stay_within_one_of_the_exact(
    total: int, weights: dict[str, int]
):
    shares = apportion(total, weights)

    assert sum(shares.values()) == total
    for key, share in shares.items():
        assert abs(share - total * weights[key] / sum(weights.values())) < 1


def test_flags_are_as_many_as_the_share():
    assert sum(flags(Random(1), 9163, 0.347)) == 3180
