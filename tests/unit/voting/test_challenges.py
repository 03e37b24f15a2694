"""Cast or challenge: an opened ballot is public and spoiled, and names nobody."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import eventlet
import pytest

from belenios.ballots import create_opened_ballot, tracker
from belenios.encoding import dumps
from belenios.group import get_group
from belenios.spoiled import SpoiledLog, opening_json
from chassis.auth import Voter
from chassis.db import Database
from chassis.errors import DomainError
from chassis.testing import recorded
from contracts.voting import errors
from contracts.voting.events import BallotSpoiled
from services.voting import challenges, models, queries, trackers
from services.voting.parsed_boards import parsed_board
from tests.support.voting import (
    BEFORE_VOTING,
    CLOSING,
    DISTRICT,
    FIRST,
    OWN_VAULT,
    SECOND,
    PrimaryInVoting,
    Votes,
    rows,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute


@dataclass(frozen=True)
class Sealed:
    """A ballot and what opens it, as the device has both."""

    ballot: str
    opening: str


def seal(polls: PrimaryInVoting, voter: Voter, votes: Votes = FIRST) -> Sealed:
    key, election = polls.signing_key(voter), polls.election(voter.board)
    ballot, openings = create_opened_ballot(election, key, votes, secrets.token_bytes)
    return Sealed(ballot, opening_json(openings))


def spoil(polls: PrimaryInVoting, voter: Voter | None, sealed: Sealed) -> Any:
    return challenges.spoil_ballot(
        polls.db,
        polls.clock,
        OWN_VAULT,
        primary=polls.primary,
        voter=voter,
        ballot=sealed.ballot,
        opening=sealed.opening,
    )


def challenge(
    polls: PrimaryInVoting, voter: Voter, votes: Votes = FIRST
) -> tuple[Sealed, Any]:
    """Seal, ask for the code, and open instead of casting."""
    sealed = seal(polls, voter, votes)
    polls.code_for(voter, sealed.ballot)
    return sealed, spoil(polls, voter, sealed)


def spoiled_in(polls: PrimaryInVoting) -> list[dict[str, Any]]:
    """The public log, a line at a time."""
    lines, after = [], -1
    while after is not None:
        with polls.db.reading() as session:
            page = queries.list_spoiled_ballots(
                session, primary=polls.primary, board=DISTRICT, after=after, limit=1
            )
        lines += page["items"]
        after = page["next"]
    return lines


def status_of(polls: PrimaryInVoting, ballot: str) -> str:
    with polls.db.reading() as session:
        found = trackers.find_ballot(
            session, primary=polls.primary, board=DISTRICT, tracker=tracker(ballot)
        )
    return found["status"]


def kept(polls: PrimaryInVoting) -> list[object]:
    """All that a challenge could leave behind."""
    with polls.db.reading() as session:
        events = len(recorded(session, BallotSpoiled))
    register = [(one.voter, one.opened_count) for one in rows(polls.db, models.Voter)]
    waiting = [
        (one.voter, one.nonce, one.attempts_left)
        for one in rows(polls.db, models.Confirmation)
    ]
    return [events, register, waiting, len(rows(polls.db, models.SpoiledBallot))]


def refused(
    polls: PrimaryInVoting, reason: type[DomainError], act: Callable[[], object]
) -> DomainError:
    before = kept(polls)
    with pytest.raises(DomainError) as refusal:
        act()
    assert type(refusal.value) is reason
    assert kept(polls) == before
    return refusal.value


def test_an_opened_ballot_is_in_the_public_log_and_shows_what_it_held(
    polls: PrimaryInVoting,
):
    voters = [polls.voter(number) for number in range(3)]
    opened = [
        challenge(polls, voter, votes)[0]
        for voter, votes in zip(voters, (FIRST, SECOND, FIRST), strict=True)
    ]

    with polls.db.reading() as session:
        board = session.get_one(models.Board, (polls.primary, DISTRICT))
        parsed = parsed_board(session, board)
    log = SpoiledLog(election=parsed.election, credentials=parsed.credentials)
    lines = spoiled_in(polls)
    assert [log.accept(line.entry) for line in lines] == [FIRST, SECOND, FIRST]
    assert [line.tracker for line in lines] == [tracker(one.ballot) for one in opened]
    assert log.head
    assert (lines[-1].hash, lines[-1].height) == (log.head.hash, 2)


def test_who_opened_a_ballot_has_not_voted_and_can_still_vote(polls: PrimaryInVoting):
    voter = polls.voter()

    sealed, line = challenge(polls, voter)

    assert (line.board, line.height, line.tracker) == (
        DISTRICT,
        0,
        tracker(sealed.ballot),
    )
    assert status_of(polls, sealed.ballot) == "spoiled"
    assert polls.vote_of(voter) == "not_voted"
    polls.vote(voter)
    assert polls.vote_of(voter) == "recorded_online"
    assert polls.verify().ballots == 1


def test_an_opened_ballot_is_announced_without_a_voter(polls: PrimaryInVoting):
    sealed, line = challenge(polls, polls.voter())

    with polls.db.reading() as session:
        (told,) = recorded(session, BallotSpoiled)
    assert told["tracker"] == tracker(sealed.ballot)
    assert (told["board"], told["entry_hash"]) == (DISTRICT, line.hash)


def test_an_opened_ballot_is_never_cast(polls: PrimaryInVoting):
    voter = polls.voter()
    sealed, _ = challenge(polls, voter)
    code = polls.code_for(voter, sealed.ballot)

    refused(
        polls, errors.BallotWasOpened, lambda: polls.cast(voter, sealed.ballot, code)
    )

    assert polls.board()["ballots"] == 0
    assert status_of(polls, sealed.ballot) == "spoiled"


def test_a_cast_ballot_is_never_opened(polls: PrimaryInVoting):
    voter = polls.voter()
    sealed = seal(polls, voter)
    polls.cast(voter, sealed.ballot, polls.code_for(voter, sealed.ballot))
    polls.code_for(voter, sealed.ballot)

    refused(polls, errors.BallotWasCast, lambda: spoil(polls, voter, sealed))


def test_a_cast_and_a_challenge_of_one_ballot_race_and_one_wins(
    polls: PrimaryInVoting,
):
    voter = polls.voter()
    sealed = seal(polls, voter)
    code = polls.code_for(voter, sealed.ballot)

    racers = [
        eventlet.spawn(polls.cast, voter, sealed.ballot, code),
        eventlet.spawn(spoil, polls, voter, sealed),
    ]
    lost = [racer for racer in racers if isinstance(outcome_of(racer), DomainError)]

    assert len(lost) == 1
    assert len(spoiled_in(polls)) + polls.board()["ballots"] == 1


def outcome_of(thread: Any) -> Any:
    try:
        return thread.wait()
    except DomainError as refusal:
        return refusal


def test_voters_who_open_ballots_at_the_same_time_get_a_line_each(
    polls: PrimaryInVoting,
):
    sealed = [(voter, seal(polls, voter)) for voter in polls.rolls[DISTRICT].voters]
    for voter, one in sealed:
        polls.code_for(voter, one.ballot)

    threads = [eventlet.spawn(spoil, polls, *each) for each in sealed]

    assert sorted(thread.wait().height for thread in threads) == [0, 1, 2]
    assert [line.height for line in spoiled_in(polls)] == [0, 1, 2]


def test_the_same_again_gets_the_same_answer_and_changes_nothing(
    polls: PrimaryInVoting,
):
    voter = polls.voter()
    sealed, line = challenge(polls, voter)
    before = kept(polls)

    again = spoil(polls, voter, sealed)

    assert (again.height, again.hash) == (line.height, line.hash)
    assert kept(polls) == before


def test_the_voter_has_the_tracker_before_the_device_learns_of_the_test(
    polls: PrimaryInVoting,
):
    voter = polls.voter()
    sealed = seal(polls, voter)
    refused(polls, errors.ConfirmationMissing, lambda: spoil(polls, voter, sealed))

    polls.code_for(voter, sealed.ballot)
    polls.clock.tick(minutes=10)

    refused(polls, errors.ConfirmationExpired, lambda: spoil(polls, voter, sealed))


def test_a_challenge_takes_the_waiting_code_along(polls: PrimaryInVoting):
    voter = polls.voter()
    challenge(polls, voter)

    other = seal(polls, voter)

    refused(polls, errors.ConfirmationMissing, lambda: spoil(polls, voter, other))


def test_a_voter_opens_only_so_many_ballots(polls: PrimaryInVoting):
    voter = polls.voter()
    for _ in range(challenges.MOST):
        challenge(polls, voter)
    sealed = seal(polls, voter)
    code = polls.code_for(voter, sealed.ballot)

    refused(polls, errors.BallotsOpenedOften, lambda: spoil(polls, voter, sealed))

    assert polls.cast(voter, sealed.ballot, code)["height"] == 1


def with_another_vote(sealed: Sealed) -> Sealed:
    opening = json.loads(sealed.opening)
    first = opening["votes"][0]
    opening["votes"][0] = [1 - vote for vote in first]
    return Sealed(sealed.ballot, dumps(opening))


def with_other_randomness(sealed: Sealed) -> Sealed:
    opening = json.loads(sealed.opening)
    opening["randomness"][0][0] = str(int(opening["randomness"][0][0]) ^ 1)
    return Sealed(sealed.ballot, dumps(opening))


@pytest.mark.parametrize("lie", [with_another_vote, with_other_randomness])
def test_a_device_that_sealed_something_else_is_found_out(
    polls: PrimaryInVoting, lie: Callable[[Sealed], Sealed]
):
    voter = polls.voter()
    sealed = lie(seal(polls, voter))
    polls.code_for(voter, sealed.ballot)

    refusal = refused(
        polls, errors.OpeningDoesNotFit, lambda: spoil(polls, voter, sealed)
    )

    assert refusal.params["place"] == "question 0, choice 0"


@pytest.mark.parametrize(
    "opening",
    ["", "{}", "[" * 10_000, '{"votes":[],"randomness":[]}', "NaN", "\ud800"],
)
def test_what_opens_no_ballot_is_refused(polls: PrimaryInVoting, opening: str):
    voter = polls.voter()
    sealed = Sealed(seal(polls, voter).ballot, opening)
    polls.code_for(voter, sealed.ballot)

    refused(polls, errors.OpeningMalformed, lambda: spoil(polls, voter, sealed))


def test_a_ballot_whose_proofs_do_not_hold_is_refused(polls: PrimaryInVoting):
    voter = polls.voter()
    sealed = seal(polls, voter)
    ballot = json.loads(sealed.ballot)
    proof = ballot["signature"]["proof"]
    order = get_group(polls.group).order
    proof["response"] = str((int(proof["response"]) + 1) % order)
    altered = Sealed(dumps(ballot), sealed.opening)
    polls.code_for(voter, altered.ballot)

    refused(polls, errors.BallotProofInvalid, lambda: spoil(polls, voter, altered))
    cut = Sealed(sealed.ballot[:-1], sealed.opening)
    refused(polls, errors.BallotMalformed, lambda: spoil(polls, voter, cut))


def test_a_ballot_of_another_board_is_refused(db: Database):
    polls = PrimaryInVoting(db, boards=2).set_up()
    polls.clock.set("2020-10-01T06:30:00+00:00")
    here, there = (polls.voter(0, board) for board in polls.rolls)
    foreign = seal(polls, there)
    polls.code_for(here, foreign.ballot)

    refused(polls, errors.BallotOfAnotherElection, lambda: spoil(polls, here, foreign))


def test_another_voters_credential_is_not_opened(polls: PrimaryInVoting):
    voter, other = polls.voter(0), polls.voter(1)
    polls.vote(other)
    sealed = seal(polls, other)
    polls.code_for(voter, sealed.ballot)

    refused(polls, errors.CredentialOfAnotherVoter, lambda: spoil(polls, voter, sealed))


def test_ballots_are_opened_by_voters_while_voting_is_open(polls: PrimaryInVoting):
    voter = polls.voter()
    sealed = seal(polls, voter)
    polls.code_for(voter, sealed.ballot)
    refused(polls, errors.NotAVoter, lambda: spoil(polls, None, sealed))

    for instant, reason in (
        (BEFORE_VOTING, errors.VotingNotOpenYet),
        (CLOSING + timedelta(0), errors.VotingClosed),
    ):
        polls.clock.set(instant)
        refused(polls, reason, lambda: spoil(polls, voter, sealed))


def test_a_log_nobody_wrote_in_is_empty(polls: PrimaryInVoting):
    assert spoiled_in(polls) == []
