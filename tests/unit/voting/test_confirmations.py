"""A code confirms one sealed ballot, for ten minutes, with five attempts."""

from __future__ import annotations

import pytest

from contracts.voting import errors
from services.voting import confirmations, models
from tests.support.voting import (
    BEFORE_VOTING,
    FIRST,
    PAPER_OPEN,
    SECOND,
    PrimaryInVoting,
    rows,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_a_code_confirms_its_own_ballot_only(polls: PrimaryInVoting):
    voter = polls.voter()
    confirmed, other = polls.seal(voter, FIRST), polls.seal(voter, SECOND)
    code = polls.code_for(voter, confirmed)

    with pytest.raises(errors.ConfirmationWrong):
        polls.cast(voter, other, code)

    assert polls.cast(voter, confirmed, code)["height"] == 1


def test_a_code_works_once(polls: PrimaryInVoting):
    voter = polls.voter()
    ballot, other = polls.seal(voter, FIRST), polls.seal(voter, SECOND)
    code = polls.code_for(voter, ballot)
    polls.cast(voter, ballot, code)

    with pytest.raises(errors.ConfirmationMissing):
        polls.cast(voter, other, code)


def test_a_ballot_without_a_code_is_refused(polls: PrimaryInVoting):
    ballot = polls.seal(polls.voter())

    with pytest.raises(errors.ConfirmationMissing):
        polls.cast(polls.voter(), ballot, "123456")


def test_a_wrong_code_is_counted_and_nothing_else_happens(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    code = polls.code_for(voter, ballot)

    with pytest.raises(errors.ConfirmationWrong) as refusal:
        polls.cast(voter, ballot, wrong(code))

    assert refusal.value.params == {"attempts_left": 4}
    assert polls.board()["ballots"] == 0
    assert polls.vote_of(voter) == "not_voted"


def test_after_five_wrong_codes_the_right_one_is_too_late(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    code = polls.code_for(voter, ballot)
    for _ in range(5):
        with pytest.raises(errors.ConfirmationWrong):
            polls.cast(voter, ballot, wrong(code))

    with pytest.raises(errors.ConfirmationExhausted):
        polls.cast(voter, ballot, code)

    assert polls.cast(voter, ballot, polls.code_for(voter, ballot))["height"] == 1


def test_a_code_expires_after_ten_minutes(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    code = polls.code_for(voter, ballot)
    polls.clock.tick(minutes=10)

    with pytest.raises(errors.ConfirmationExpired):
        polls.cast(voter, ballot, code)


def test_a_second_code_must_wait_half_a_minute(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    polls.request_code(voter, ballot)
    polls.clock.tick(seconds=29)

    with pytest.raises(errors.ConfirmationRequestedTooSoon):
        polls.request_code(voter, ballot)

    polls.clock.tick(seconds=1)
    polls.request_code(voter, ballot)


def test_thirty_codes_are_enough_for_one_vote(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    for _ in range(confirmations.MOST_CODES - 1):
        polls.code_for(voter, ballot)

    polls.cast(voter, ballot, polls.code_for(voter, ballot))  # it begins anew
    again = polls.seal(voter, SECOND)
    codes = [polls.code_for(voter, again) for _ in range(confirmations.MOST_CODES)]
    polls.clock.tick(minutes=1)

    with pytest.raises(errors.ConfirmationsUsedUp):
        polls.request_code(voter, again)
    assert polls.cast(voter, again, codes[-1])["height"] == 2


def test_the_code_goes_to_the_telephone_on_the_roll_alone(polls: PrimaryInVoting):
    polls.request_code(polls.voter(0), polls.seal(polls.voter(0)))

    received = [len(polls.messages(polls.voter(number))) for number in (0, 1)]

    assert received == [2, 1]  # everybody had been told that they are on the roll


def test_no_code_before_voting_opens(polls: PrimaryInVoting):
    ballot = polls.seal(polls.voter())
    polls.clock.set(BEFORE_VOTING)

    with pytest.raises(errors.VotingNotOpenYet):
        polls.request_code(polls.voter(), ballot)


def test_no_code_for_who_was_given_paper(polls: PrimaryInVoting):
    polls.clock.set(BEFORE_VOTING)
    polls.import_stations("school")
    polls.clock.set(PAPER_OPEN)
    polls.mark(polls.voter())

    with pytest.raises(errors.PaperIssued):
        polls.request_code(polls.voter(), polls.seal(polls.voter()))


def test_no_code_for_who_is_not_on_the_roll(polls: PrimaryInVoting):
    with pytest.raises(errors.NotAVoter):
        polls.request_code(None, polls.seal(polls.voter()))


def test_neither_code_nor_tracker_lies_beside_the_voter(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    code = polls.code_for(voter, ballot)

    [row] = rows(polls.db, models.Confirmation)

    kept = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    assert set(kept) == {
        "primary",
        "voter",
        "nonce",
        "requested_at",
        "expires_at",
        "attempts_left",
    }
    assert code not in kept["nonce"]
