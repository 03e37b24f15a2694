"""When nobody may complain any more, nothing leads from a voter to a credential."""

from __future__ import annotations

import pytest

from chassis.testing import recorded
from contracts.voting.events import FingerprintsDestroyed
from services.voting import jobs
from services.voting.models import Voter
from tests.support.voting import DISTRICT, PrimaryInVoting, rows

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

COMPLAINTS_END = "2020-10-15T12:00:00Z"


def fingerprints(polls: PrimaryInVoting) -> list[str]:
    found = (row.credential_fingerprint for row in rows(polls.db, Voter))
    return [each for each in found if each]


def told(polls: PrimaryInVoting) -> list[str]:
    jobs.destroy_fingerprints(polls.db, polls.clock)
    with polls.db.reading() as session:
        return [event["board"] for event in recorded(session, FingerprintsDestroyed)]


def test_the_fingerprints_go_when_the_time_to_complain_is_over_and_only_once(
    polls: PrimaryInVoting,
):
    polls.vote(polls.voter())
    polls.seal_box()
    assert told(polls) == []
    assert len(fingerprints(polls)) == 1
    polls.clock.set(COMPLAINTS_END)

    assert told(polls) == [DISTRICT]
    assert fingerprints(polls) == []
    assert told(polls) == [DISTRICT]
    assert [row.voted_at is not None for row in rows(polls.db, Voter)].count(True) == 1


def test_a_box_that_is_not_sealed_keeps_what_guards_it(polls: PrimaryInVoting):
    polls.vote(polls.voter())
    polls.clock.set(COMPLAINTS_END)

    assert told(polls) == []
    assert len(fingerprints(polls)) == 1
