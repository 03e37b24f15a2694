"""A ballot may be long: three hundred names, as in no hall but in some primaries."""

from __future__ import annotations

import pytest

from belenios.election import Question
from tests.unit.belenios.elections import Primary, verify

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute
NAMES = tuple(f"Candidate {number}" for number in range(300))
LONG = Question(question="Choose up to 30", answers=NAMES, min=1, max=30, blank=True)


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_three_hundred_candidates_are_voted_on_counted_and_verified(group: str):
    primary = Primary(group, questions=(LONG,), weights=(1, 1)).open()
    primary.vote(0, [[0] + [1] * 30 + [0] * 270]).vote(1, [[1] + [0] * 300])

    primary.seal().tally().decrypt(1).decrypt(2)
    report = verify(primary.publish().archive)

    assert report.result == [[1] + [1] * 30 + [0] * 270]
