"""A ballot is checked in full, then it is on the board or nothing is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import eventlet
import pytest

from belenios.ballots import outline
from chassis.db import Database
from chassis.errors import DomainError
from chassis.testing import recorded
from contracts.voting import errors
from contracts.voting.events import BallotAccepted
from services.voting import ballots, models
from tests.support.voting import (
    BEFORE_VOTING,
    CLOSING,
    DISTRICT,
    DURING_VOTING,
    FIRST,
    OTHER_DISTRICT,
    OWN_VAULT,
    SECOND,
    PrimaryInVoting,
    rows,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute


@dataclass(frozen=True)
class Everything:
    """What voting keeps about votes, to see that a refusal leaves it alone."""

    records: list[str]
    register: list[tuple[object, ...]]
    events: int
    messages: int


def everything(polls: PrimaryInVoting) -> Everything:
    with polls.db.reading() as session:
        events = len(recorded(session, BallotAccepted))
    return Everything(
        records=[row.hash for row in rows(polls.db, models.BoardRecord)],
        register=[
            (row.voter, row.credential_fingerprint, row.voted_at, row.marked_at)
            for row in rows(polls.db, models.Voter)
        ],
        events=events,
        messages=sum(
            message.purpose == "vote_recorded"
            for voter in polls.rolls[DISTRICT].voters
            for message in polls.messages(voter)
        ),
    )


def refused(
    polls: PrimaryInVoting, reason: type[DomainError], cast: Callable[[], object]
) -> DomainError:
    """Check that the cast is refused for this reason and leaves nothing."""
    before = everything(polls)
    with pytest.raises(DomainError) as refusal:
        cast()
    assert type(refusal.value) is reason
    assert everything(polls) == before
    return refusal.value


def test_a_ballot_cast_is_on_the_board_and_the_voter_is_told(polls: PrimaryInVoting):
    voter = polls.voter()

    ballot, receipt = polls.vote(voter)

    record = rows(polls.db, models.BoardRecord)[-1]
    assert record.data == [ballot]
    assert receipt == {
        "tracker": record.tracker,
        "board": DISTRICT,
        "height": 1,
        "recorded_at": polls.clock.now().replace(second=0),
    }
    assert polls.vote_of(voter) == "recorded_online"
    assert polls.vote_of(polls.voter(1)) == "not_voted"
    assert [m.purpose for m in polls.messages(voter)].count("vote_recorded") == 1


def test_the_event_of_a_ballot_carries_its_record_and_no_voter(polls: PrimaryInVoting):
    ballot, _ = polls.vote(polls.voter())

    with polls.db.reading() as session:
        [event] = recorded(session, BallotAccepted)

    assert event["record"]["data"] == [ballot]
    assert event["territory"] == DISTRICT
    assert event["region"] == "KZ-AKM"
    assert polls.voter().reference not in json.dumps(event)


def test_the_same_ballot_sent_again_gets_the_same_answer(polls: PrimaryInVoting):
    ballot, receipt = polls.vote(polls.voter())
    before = everything(polls)
    polls.clock.tick(minutes=3)

    again = polls.cast(polls.voter(), ballot, "000000")

    assert again == receipt
    assert everything(polls) == before


def test_the_same_ballot_gets_its_answer_even_after_the_seal(polls: PrimaryInVoting):
    ballot, receipt = polls.vote(polls.voter())
    polls.seal_box()

    assert polls.cast(polls.voter(), ballot, "000000") == receipt


def test_the_last_ballot_of_a_voter_counts(polls: PrimaryInVoting):
    voter = polls.voter()
    polls.vote(voter, FIRST)

    _, receipt = polls.vote(voter, SECOND)

    board = polls.board()
    assert receipt["height"] == 2
    assert (board["ballots"], board["voters"]) == (2, 1)
    assert polls.verify().counted == 1


def test_an_old_ballot_cannot_be_put_after_a_newer_one(polls: PrimaryInVoting):
    voter = polls.voter()
    old, receipt = polls.vote(voter, FIRST)
    polls.vote(voter, SECOND)
    before = everything(polls)

    again = polls.cast(voter, old, polls.code_for(voter, old))

    assert again == receipt
    assert everything(polls) == before


def test_an_altered_proof_is_refused(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    proof = re.search(r'"response":"(\d)', ballot)
    assert proof
    digit = proof.start(1)
    altered = ballot[:digit] + ("1" if proof[1] != "1" else "2") + ballot[digit + 1 :]
    code = polls.code_for(voter, altered)

    error = refused(
        polls,
        errors.BallotProofInvalid,
        lambda: polls.cast(voter, altered, code),
    )

    assert "InvalidSignature" in error.detail


@pytest.mark.parametrize(
    "spoil", [lambda b: b + " ", lambda b: "{}", lambda b: "\ud800"]
)
def test_a_ballot_in_another_form_is_refused(
    polls: PrimaryInVoting, spoil: Callable[[str], str]
):
    ballot = spoil(polls.seal(polls.voter()))

    refused(
        polls,
        errors.BallotMalformed,
        lambda: polls.cast(polls.voter(), ballot, "000000"),
    )


def test_a_ballot_of_another_election_is_refused(db: Database):
    polls = PrimaryInVoting(db, boards=2).set_up()
    polls.clock.set(DURING_VOTING)
    foreign = polls.seal(polls.voter(0, OTHER_DISTRICT))

    refused(
        polls,
        errors.BallotOfAnotherElection,
        lambda: polls.cast(polls.voter(), foreign, "000000"),
    )


def test_a_credential_that_is_not_on_the_list_is_refused(polls: PrimaryInVoting):
    stranger = PrimaryInVoting(polls.db).rolls[DISTRICT].keys
    ballot = polls.seal(polls.voter(), key=next(iter(stranger.values())))

    refused(
        polls,
        errors.CredentialUnknown,
        lambda: polls.cast(polls.voter(), ballot, "000000"),
    )


def test_the_credential_of_another_voter_is_refused(polls: PrimaryInVoting):
    polls.vote(polls.voter(0))
    taken = polls.signing_key(polls.voter(0))
    ballot = polls.seal(polls.voter(1), key=taken)

    refused(
        polls,
        errors.CredentialOfAnotherVoter,
        lambda: polls.cast(polls.voter(1), ballot, "000000"),
    )


def test_another_voters_ballot_is_no_answer_to_send_again(polls: PrimaryInVoting):
    ballot, _ = polls.vote(polls.voter(0))

    refused(
        polls,
        errors.CredentialOfAnotherVoter,
        lambda: polls.cast(polls.voter(1), ballot, "000000"),
    )


def test_a_voter_cannot_change_credentials(polls: PrimaryInVoting):
    polls.vote(polls.voter(0))
    unused = polls.signing_key(polls.voter(1))
    ballot = polls.seal(polls.voter(0), key=unused)

    refused(
        polls,
        errors.CredentialChanged,
        lambda: polls.cast(polls.voter(0), ballot, "000000"),
    )


def test_who_is_not_on_the_roll_has_no_ballot(polls: PrimaryInVoting):
    ballot = polls.seal(polls.voter())

    refused(polls, errors.NotAVoter, lambda: polls.cast(None, ballot, "000000"))


def test_a_cast_before_opening_is_refused(polls: PrimaryInVoting):
    ballot = polls.seal(polls.voter())
    polls.clock.set(BEFORE_VOTING)

    refused(
        polls,
        errors.VotingNotOpenYet,
        lambda: polls.cast(polls.voter(), ballot, "000000"),
    )


def test_a_cast_arriving_at_the_closing_instant_is_refused(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    polls.clock.set(CLOSING - timedelta(minutes=2))
    code = polls.code_for(voter, ballot)
    polls.clock.set(CLOSING)

    refused(polls, errors.VotingClosed, lambda: polls.cast(voter, ballot, code))


def test_a_cast_that_arrived_in_time_may_still_be_on_its_way(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    polls.clock.set(CLOSING - timedelta(minutes=2))
    code = polls.code_for(voter, ballot)
    polls.clock.set(CLOSING + timedelta(seconds=9))

    in_time = CLOSING - timedelta(microseconds=1)
    receipt = polls.cast(voter, ballot, code, arrived_at=in_time)

    assert receipt["height"] == 1


@pytest.mark.parametrize("seconds", [-11, 2])
def test_an_arrival_that_nobody_can_believe_is_refused(
    polls: PrimaryInVoting, seconds: int
):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    code = polls.code_for(voter, ballot)
    arrived_at = polls.clock.now() + timedelta(seconds=seconds)

    refused(
        polls,
        errors.ArrivalNotCredible,
        lambda: polls.cast(voter, ballot, code, arrived_at=arrived_at),
    )


def test_nothing_enters_a_sealed_box(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    polls.seal_box()
    polls.clock.set(DURING_VOTING)

    refused(
        polls, errors.BallotBoxIsSealed, lambda: polls.cast(voter, ballot, "000000")
    )


def test_a_box_sealed_while_proofs_are_checked_takes_nothing(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    code = polls.code_for(voter, ballot)
    about = outline(ballot)
    cast = ballots.Cast(
        primary=polls.primary,
        voter=voter,
        ballot=ballot,
        code=code,
        arrived_at=polls.clock.now(),
        outline=about,
        fingerprint=ballots.credential_fingerprint(OWN_VAULT, about.credential),
    )
    arrival = polls.clock.now()
    polls.seal_box()
    polls.clock.set(arrival)

    def record() -> object:
        with polls.db.transaction() as session:
            return ballots.record_ballot(session, polls.clock, OWN_VAULT, cast)

    refused(polls, errors.BallotBoxIsSealed, record)
    assert polls.verify().phase.value == "sealed"


def test_a_cast_and_the_seal_at_once_leave_no_ballot_after_the_end(
    polls: PrimaryInVoting,
):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    polls.clock.set(CLOSING - timedelta(minutes=2))
    code = polls.code_for(voter, ballot)
    polls.clock.set(CLOSING - timedelta(seconds=1))

    cast = eventlet.spawn(polls.cast, voter, ballot, code)
    eventlet.sleep(0)
    polls.seal_box()

    accepted = _outcome(cast) == "accepted"
    assert polls.verify().phase.value == "sealed"
    assert polls.board()["ballots"] == int(accepted)


def test_casts_at_the_same_time_get_one_height_each(polls: PrimaryInVoting):
    voters = polls.rolls[DISTRICT].voters
    sealed = [(voter, polls.seal(voter)) for voter in voters]
    coded = [(voter, ballot, polls.code_for(voter, ballot)) for voter, ballot in sealed]

    casts = [eventlet.spawn(polls.cast, *each) for each in coded]

    assert sorted(cast.wait()["height"] for cast in casts) == [1, 2, 3]
    assert polls.verify().ballots == 3


def test_the_same_cast_twice_at_once_is_one_ballot(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    code = polls.code_for(voter, ballot)

    first, second = (eventlet.spawn(polls.cast, voter, ballot, code) for _ in range(2))

    assert first.wait() == second.wait()
    assert polls.board()["ballots"] == 1


def test_two_ballots_of_one_voter_at_once_need_two_codes(polls: PrimaryInVoting):
    voter = polls.voter()
    sealed = [polls.seal(voter, FIRST), polls.seal(voter, SECOND)]
    code = polls.code_for(voter, sealed[0])

    casts = [eventlet.spawn(polls.cast, voter, ballot, code) for ballot in sealed]
    outcomes = [_outcome(cast) for cast in casts]

    assert outcomes[0] == "accepted"
    assert outcomes[1] in {"confirmation_wrong", "confirmation_missing"}
    assert polls.board()["ballots"] == 1


def _outcome(cast: eventlet.greenthread.GreenThread) -> str:
    try:
        cast.wait()
    except DomainError as refusal:
        return refusal.code
    return "accepted"
