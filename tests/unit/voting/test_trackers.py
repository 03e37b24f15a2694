"""Whoever has a tracker finds its ballot without knowing the board."""

from __future__ import annotations

from typing import Any

import pytest

from belenios.ballots import tracker
from contracts.copies import UnknownPrimary
from services.voting import trackers
from tests.support.voting import DISTRICT, PrimaryInVoting
from tests.unit.voting.test_challenges import challenge


def found(polls: PrimaryInVoting, of: str) -> tuple[Any, ...]:
    with polls.db.reading() as session:
        answer = trackers.find_tracker(session, primary=polls.primary, tracker=of)
    return answer["status"], answer["board"], answer["height"]


def test_a_cast_ballot_is_found_on_its_board(polls: PrimaryInVoting):
    ballot, receipt = polls.vote(polls.voter())

    assert found(polls, tracker(ballot)) == ("recorded", DISTRICT, receipt["height"])


def test_an_opened_ballot_is_found_too(polls: PrimaryInVoting):
    sealed, _ = challenge(polls, polls.voter())

    assert found(polls, tracker(sealed.ballot)) == ("spoiled", DISTRICT, None)


def test_what_no_board_knows_is_unknown(polls: PrimaryInVoting):
    assert found(polls, "A" * 43) == ("unknown", None, None)


def test_nothing_is_found_in_a_primary_that_is_not_there(polls: PrimaryInVoting):
    with polls.db.reading() as session, pytest.raises(UnknownPrimary):
        trackers.find_tracker(session, primary="elsewhere", tracker="A" * 43)
