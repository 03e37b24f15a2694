"""Lots: anybody gets the same order, nobody can steer it."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from contracts.lots import lot_order

ids = st.lists(st.uuids().map(str), unique=True, max_size=8)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_order_is_that_of_the_published_formula():
    order = lot_order("tiny-2020", "mazhilis-kz-akm", "7, 14, 21", ["ann", "bob"])

    seed = sha("tiny-2020|mazhilis-kz-akm|7, 14, 21")
    keys = {each: sha(f"{seed}|{each}") for each in ("ann", "bob")}
    assert order == sorted(keys.items(), key=lambda item: item[1])


@given(ids)
def test_everybody_is_drawn_once_however_they_are_listed(given: list[str]):
    drawn = lot_order("p", "thing", "value", given)

    assert sorted(each for each, _ in drawn) == sorted(given)
    assert drawn == lot_order("p", "thing", "value", reversed(given))


def test_another_value_thing_or_primary_is_another_lot():
    people = [f"candidate {n}" for n in range(20)]
    orders = [
        tuple(each for each, _ in lot_order(*lot, people))
        for lot in (("p", "t", "v"), ("q", "t", "v"), ("p", "u", "v"), ("p", "t", "w"))
    ]

    assert len(set(orders)) == len(orders)


def test_leaving_somebody_out_does_not_change_the_others_order():
    people = [f"candidate {n}" for n in range(20)]
    everybody = [each for each, _ in lot_order("p", "t", "v", people)]

    fewer = [each for each, _ in lot_order("p", "t", "v", people[1:])]

    assert fewer == [each for each in everybody if each != people[0]]
