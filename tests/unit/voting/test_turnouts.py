"""Turnout is told coarsely while it could name somebody, and fully after the seal."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.db import Database
from chassis.testing import recorded
from contracts.voting.events import TurnoutUpdated
from services.voting import jobs, turnouts
from services.voting.marks import UNDO
from tests.support.voting import (
    DISTRICT,
    DURING_VOTING,
    OTHER_DISTRICT,
    PAPER_OPEN,
    PrimaryInVoting,
)


@pytest.fixture
def polls(db: Database) -> PrimaryInVoting:
    """Twelve voters in each of two districts; eleven stations' marks to come."""
    primary = PrimaryInVoting(db, voters=12, boards=2).set_up()
    primary.import_stations("school")
    primary.clock.set(PAPER_OPEN)
    return primary


def mark(polls: PrimaryInVoting, *numbers: int) -> None:
    """Marks that stand: the time to take them back has passed."""
    for number in numbers:
        polls.mark(polls.voter(number))
    polls.clock.tick(seconds=UNDO.total_seconds() + 1)


def told(polls: PrimaryInVoting) -> list[tuple[str, int, int]]:
    """What the timer makes public."""
    jobs.announce_turnouts(polls.db, polls.clock)
    with polls.db.reading() as session:
        events = recorded(session, TurnoutUpdated)
    return [(each["district"], each["online"], each["paper"]) for each in events]


def shown(polls: PrimaryInVoting) -> dict[str, Any]:
    with polls.db.reading() as session:
        return turnouts.show_turnout(session, primary=polls.primary)


def test_nothing_is_told_of_fewer_than_ten(polls: PrimaryInVoting):
    mark(polls, *range(9))

    assert told(polls) == []
    assert shown(polls)["districts"][0]["paper"] is None


def test_ten_are_told_with_what_they_are_a_part_of(polls: PrimaryInVoting):
    polls.vote(polls.voter(0))
    mark(polls, *range(1, 10))

    assert told(polls) == [(DISTRICT, 1, 9)]
    assert shown(polls) == {
        "primary": polls.primary,
        "denominator": "voters on the frozen electoral roll",
        "total": {"eligible": 24, "online": 1, "paper": 9},
        "districts": [
            {
                "district": DISTRICT,
                "eligible": 12,
                "online": 1,
                "paper": 9,
                "announced_at": polls.clock.now(),
            },
            {
                "district": OTHER_DISTRICT,
                "eligible": 12,
                "online": None,
                "paper": None,
                "announced_at": None,
            },
        ],
    }


def test_a_district_is_told_at_most_once_a_minute(polls: PrimaryInVoting):
    voter, ballot = polls.voter(10), polls.seal(polls.voter(10))
    mark(polls, *range(10))
    code = polls.code_for(voter, ballot)
    assert len(told(polls)) == 1
    polls.cast(voter, ballot, code)
    polls.clock.tick(seconds=59)
    assert len(told(polls)) == 1

    polls.clock.tick(seconds=1)

    assert told(polls)[-1] == (DISTRICT, 1, 10)


def test_a_mark_is_told_when_it_cannot_be_taken_back(polls: PrimaryInVoting):
    mark(polls, *range(10))
    assert told(polls) == [(DISTRICT, 0, 10)]
    polls.mark(polls.voter(10))
    polls.clock.tick(seconds=UNDO.total_seconds())
    assert len(told(polls)) == 1

    polls.clock.tick(seconds=1)

    assert told(polls) == [(DISTRICT, 0, 10), (DISTRICT, 0, 11)]


def test_nothing_new_is_not_told_again(polls: PrimaryInVoting):
    mark(polls, *range(10))
    told(polls)
    polls.clock.tick(hours=1)

    assert len(told(polls)) == 1
    assert jobs.jobs_waiting(polls.db, polls.clock) == len_of_messages(polls)


def len_of_messages(polls: PrimaryInVoting) -> int:
    """The notices that nobody delivers in these tests."""
    return sum(
        len(polls.messages(voter))
        for roll in polls.rolls.values()
        for voter in roll.voters
    )


def test_everything_is_told_after_the_seal(polls: PrimaryInVoting):
    polls.clock.set(DURING_VOTING)
    polls.vote(polls.voter())
    polls.seal_box()

    assert told(polls) == [(DISTRICT, 1, 0), (OTHER_DISTRICT, 0, 0)]
    assert len(told(polls)) == 2
