from __future__ import annotations

import dataclasses
import json
from functools import cache

import pytest

from belenios.ballots import check_ballot
from belenios.drill import Drill, make_drill
from belenios.encoding import dumps
from belenios.errors import (
    InvalidPartialDecryption,
    InvalidScalar,
    InvalidTally,
    InvalidTrustees,
    Malformed,
)
from belenios.tally import EncryptedTally
from belenios.trustees import generate_key
from tests.unit.belenios.ceremonies import Meeting
from tests.unit.belenios.elections import Primary, fields_of, leaves, replace, rng


@cache
def primary() -> Primary:
    """One trustee who is needed, and three of whom any two suffice."""
    return Primary(trustee_count=1, meeting=Meeting())


@cache
def drill_text() -> str:
    return make_drill(primary().group, primary().trustees_text, rng)


def part(owner: int) -> str:
    return Drill.parse(drill_text()).decrypt(primary().private_key(owner), rng)


@pytest.mark.parametrize("owners", [(1, 2, 3), (4, 1, 3), (1, 2, 3, 4)])
def test_enough_trustees_decrypt_the_drill(owners: tuple[int, ...]):
    drill = Drill.parse(drill_text())

    assert drill.check(part(owner) for owner in owners) == sorted(owners)


@pytest.mark.parametrize("owners", [(), (1,), (1, 2), (2, 3, 4), (1, 2, 2)])
def test_too_few_trustees_are_noticed(owners: tuple[int, ...]):
    drill = Drill.parse(drill_text())

    with pytest.raises(InvalidPartialDecryption, match="missing"):
        drill.check([part(owner) for owner in owners])


def test_a_key_that_is_none_of_theirs_is_noticed():
    drill = Drill.parse(drill_text())

    with pytest.raises(InvalidTrustees, match="none of theirs"):
        drill.decrypt(generate_key(primary().group, rng).private, rng)
    with pytest.raises(InvalidScalar):
        drill.decrypt("x", rng)


def test_another_trustees_part_cannot_be_claimed():
    drill = Drill.parse(drill_text())
    claimed = dumps({**fields_of(part(2)), "owner": 3})

    with pytest.raises(InvalidPartialDecryption):
        drill.check([part(1), part(2), claimed])
    with pytest.raises(InvalidTrustees):
        drill.check([dumps({**fields_of(part(2)), "owner": 5})])


def test_a_ballot_cannot_be_passed_off_as_a_drill():
    real = primary().open().vote(0, [[1, 0, 0], [1, 0, 0]])
    total = EncryptedTally(real.election)
    total.add(_ciphertexts(real))
    fields = fields_of(drill_text())
    fields |= {
        "election": real.election.raw,
        "encrypted_tally": total.to_json(),
        "counts": [[1, 0, 0], [1, 0, 0]],
        "randomness": [["1"] * 3, ["1"] * 3],
    }

    with pytest.raises(InvalidTally, match="not made of the numbers"):
        Drill.parse(dumps(fields))


def _ciphertexts(real: Primary):
    return check_ballot(real.election, real.ballots[0]).ciphertexts


def test_numbers_that_are_not_the_tallys_are_noticed():
    for path in leaves(fields_of(drill_text())):
        if path[0] not in ("counts", "randomness"):
            continue
        fields = fields_of(drill_text())
        replace(fields, path, lambda v: v + 1 if isinstance(v, int) else "7")
        with pytest.raises(InvalidTally):
            Drill.parse(dumps(fields))


def test_a_drill_of_other_trustees_is_noticed():
    fields = fields_of(drill_text())
    other = Primary(trustee_count=2)

    with pytest.raises(InvalidTrustees, match="product"):
        Drill.parse(dumps({**fields, "trustees": other.trustees_text}))
    with pytest.raises(Malformed):
        Drill.parse(json.dumps(fields))


def test_what_is_decrypted_is_compared():
    drill = Drill.parse(drill_text())
    others = dataclasses.replace(drill, counts=[[1000, 1, 2, 3]])

    with pytest.raises(InvalidPartialDecryption, match="other numbers"):
        others.check(part(owner) for owner in (1, 2, 3))
