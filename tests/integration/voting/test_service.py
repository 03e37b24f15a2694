"""The running service: told over the bus, asked over the bus."""

from __future__ import annotations

import base64
import io
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import eventlet
import pytest

from belenios.ballots import create_ballot, create_opened_ballot, tracker
from belenios.election import Election
from belenios.merkle import TreeHead, check_consistency, check_inclusion, leaf_hash
from belenios.spoiled import opening_json
from belenios.verification import verify_archive
from chassis.auth import Role, Voter, sign_voter
from chassis.clock import SharedClock, set_clock
from chassis.errors import DomainError, InvalidPayload, NotSignedIn, RoleMissing
from chassis.migrations import upgrade
from chassis.rpc import RpcClient
from chassis.shared_operations import CountBacklog, ListPublicEvents, asked_of
from chassis.testing import (
    TEST_KEY,
    a_principal,
    a_token,
    eventually,
    running,
    test_environment,
)
from contracts.fields import write_instant
from contracts.voting import errors, operations
from contracts.voting.events import BallotAccepted
from services.voting.boards import GRACE
from services.voting.service import VotingService
from tests.integration.voting.neighbours import (
    PrimaryOnTheBus,
    RegistrationStandIn,
    TallyStandIn,
)
from tests.support.stand_ins import make_tables
from tests.support.voting import (
    BEFORE_VOTING,
    CLOSING,
    DISTRICT,
    DURING_VOTING,
    FIRST,
    PAPER_OPEN,
    SECOND,
    Votes,
    officer,
    station_officer,
)

LOG = asked_of(ListPublicEvents, "voting")
BACKLOG = asked_of(CountBacklog, "voting")
IDLE = {"unpublished": 0, "unread": 0, "jobs": 0}


class Precinct:
    """A primary and the people who ask voting for things."""

    def __init__(self, client: RpcClient, polls: PrimaryOnTheBus, clock: Path) -> None:
        self.client, self.polls, self._clock_file = client, polls, clock
        self.primary = polls.primary

    def set_clock(self, instant: str | datetime) -> None:
        self.polls.clock.set(instant)
        set_clock(self._clock_file, self.polls.clock.now())

    def ask(self, operation: Any, token: str | None = None, **request: Any) -> Any:
        return self.client.call(operation, {"primary": self.primary} | request, token)

    def token_of(self, voter: Voter | None) -> str:
        principal = a_principal(Role.MEMBER, primary=self.primary, voter=voter)
        return a_token(principal, SharedClock(self._clock_file))

    def set_up(self) -> None:
        for step in ("define", "freeze_rolls", "make_key", "finalise_ballots"):
            getattr(self.polls, step)()
        eventually(self._boards)

    def _boards(self) -> list[Any]:
        try:
            return self.ask(operations.ListBoards)["items"]
        except DomainError:  # the primary itself is still on its way
            return []

    def seal(self, voter: Voter, votes: Votes = FIRST) -> str:
        shown = self.ask(operations.ShowElection, board=voter.board)
        election = Election.parse(shown["election"])
        key = self.polls.signing_key(voter)
        return create_ballot(election, key, votes, secrets.token_bytes)

    def code_for(self, voter: Voter, ballot: str) -> str:
        self.ask(
            operations.RequestConfirmation,
            self.token_of(voter),
            tracker=tracker(ballot),
        )
        inbox = self.ask(
            operations.ReadTelephoneInbox, telephone=self.polls.telephone(voter)
        )
        texts = [m["text"] for m in inbox["items"] if m["purpose"] == "confirmation"]
        found = re.search(r"\b[0-9]{6}\b", texts[0])
        assert found
        return found.group()

    def cast(self, voter: Voter, ballot: str, code: str, **facts: Any) -> Any:
        arrived_at = write_instant(self.polls.clock.now())
        request = {"ballot": ballot, "code": code, "arrived_at": arrived_at} | facts
        return self.ask(operations.CastBallot, self.token_of(voter), **request)

    def vote(self, voter: Voter, votes: Votes = FIRST) -> Any:
        self.set_clock(self.polls.clock.now() + timedelta(minutes=1))
        ballot = self.seal(voter, votes)
        return self.cast(voter, ballot, self.code_for(voter, ballot))

    def archive(self) -> bytes:
        chunks, after = b"", -1
        while after is not None:
            page = self.ask(operations.ReadArchive, board=DISTRICT, after=after)
            chunks += base64.b64decode(page["chunk"])
            after = page["next"]
        return chunks


@pytest.fixture
def embedded(tmp_path: Path) -> dict[str, str]:
    return test_environment(tmp_path)


@pytest.fixture
def on_postgresql(
    tmp_path: Path, fresh_database: Callable[[str], str]
) -> dict[str, str]:
    url = fresh_database("voting")
    return test_environment(tmp_path, PRIMARIES_VOTING_DATABASE_URL=url)


@pytest.fixture
def in_production(on_postgresql: dict[str, str], rabbitmq_vhost: str) -> dict[str, str]:
    return on_postgresql | {"PRIMARIES_AMQP_URI": rabbitmq_vhost}


ON_POSTGRESQL = pytest.param("on_postgresql", marks=pytest.mark.integration)
IN_PRODUCTION = pytest.param("in_production", marks=pytest.mark.integration)
# by default on the bus in memory and SQLite, which is quickest
on_both_databases = pytest.mark.parametrize(
    "precinct", ["embedded", ON_POSTGRESQL], indirect=True
)
everywhere = pytest.mark.parametrize(
    "precinct", ["embedded", IN_PRODUCTION], indirect=True
)


@pytest.fixture
def precinct(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Precinct]:
    clock = tmp_path / "clock"
    set_clock(clock, datetime.fromisoformat(BEFORE_VOTING))
    environment = request.getfixturevalue(getattr(request, "param", "embedded"))
    environment |= {"PRIMARIES_CLOCK_FILE": str(clock), "PRIMARIES_ROLL_KEY": ROLL_KEY}
    upgrade("voting", environment["PRIMARIES_VOTING_DATABASE_URL"])
    for name in ("registration", "tally"):
        make_tables(environment[f"PRIMARIES_{name.upper()}_DATABASE_URL"])
    services = (VotingService, RegistrationStandIn, TallyStandIn)
    TallyStandIn.heard.clear()
    with running(*services, environment=environment) as client:
        yield Precinct(client, PrimaryOnTheBus(voters=4), clock)


ROLL_KEY = base64.b64encode(b"what two services share: 32 byte").decode()


def ballots_heard() -> list[int]:
    """The heights of the ballots that tally was told of, as they came."""
    return [
        facts.record["height"]
        for event, facts in TallyStandIn.heard
        if event is BallotAccepted
    ]


@pytest.fixture
def open_precinct(precinct: Precinct) -> Precinct:
    """The board is set up, there is a station, and voting is open."""
    precinct.set_up()
    station = {
        "station": "school",
        "district": DISTRICT,
        "name": "School",
        "address": "Main St",
    }
    token = a_token(officer(), precinct.polls.clock)
    precinct.ask(operations.ImportStations, token, stations=[station])
    precinct.set_clock(DURING_VOTING)
    return precinct


def mark(precinct: Precinct, voter: Voter) -> Any:
    clock = precinct.polls.clock
    named = sign_voter(
        voter, TEST_KEY, clock, timedelta(minutes=10), primary=precinct.primary
    )
    token = a_token(station_officer("school"), clock)
    return precinct.ask(operations.MarkVoter, token, station="school", voter=named)


@everywhere
def test_a_district_votes_and_is_sealed(open_precinct: Precinct):
    precinct, polls = open_precinct, open_precinct.polls
    precinct.vote(polls.voter(0), FIRST)
    precinct.vote(polls.voter(1), FIRST)
    precinct.vote(polls.voter(0), SECOND)
    precinct.set_clock(PAPER_OPEN)
    mark(precinct, polls.voter(2))

    precinct.set_clock(CLOSING + GRACE)

    board = eventually(lambda: sealed(precinct))
    assert (board["ballots"], board["voters"], board["height"]) == (3, 2, 4)
    report = verify_archive(io.BytesIO(precinct.archive()))
    assert (report.ballots, report.counted, report.head) == (3, 2, board["head"])
    eventually(lambda: ballots_heard() == [1, 2, 3])
    eventually(lambda: precinct.client.call(BACKLOG, {}) == IDLE)
    turnout = precinct.ask(operations.ShowTurnout)
    assert turnout["total"] == {"eligible": 4, "online": 2, "paper": 1}
    assert "voting.ballot_box_sealed.v1" in told(precinct)
    assert "voting.ballot_accepted.v1" not in told(precinct)


def told(precinct: Precinct) -> set[str]:
    """The types of the events in voting's public log."""
    return {event["type"] for event in precinct.client.call(LOG, {})["items"]}


def sealed(precinct: Precinct) -> Any:
    board = precinct.ask(operations.ShowBoard, board=DISTRICT)
    return board if board["state"] == "sealed" else None


@on_both_databases
def test_voters_who_cast_at_the_same_time_get_one_height_each(
    open_precinct: Precinct,
):
    voters = open_precinct.polls.rolls[DISTRICT].voters
    ballots = [(voter, open_precinct.seal(voter)) for voter in voters]
    casts = [(*each, open_precinct.code_for(*each)) for each in ballots]
    # each of them twice: a client that lost its answer asks again
    threads = [eventlet.spawn(open_precinct.cast, *each) for each in casts * 2]
    receipts = [thread.wait() for thread in threads]

    assert sorted(receipt["height"] for receipt in receipts) == [1, 1, 2, 2, 3, 3, 4, 4]
    assert receipts[:4] == receipts[4:]
    assert verify_archive(io.BytesIO(open_precinct.archive())).counted == 4


@on_both_databases
def test_a_voter_can_check_that_a_ballot_stays_on_the_board(open_precinct: Precinct):
    precinct, polls = open_precinct, open_precinct.polls
    receipt = precinct.vote(polls.voter(0))
    kept = precinct.ask(operations.ShowTreeHead, board=DISTRICT)
    precinct.vote(polls.voter(1))

    there = precinct.ask(
        operations.ShowInclusion, board=DISTRICT, tracker=receipt["tracker"]
    )
    grown = precinct.ask(operations.ShowConsistency, board=DISTRICT, **{"from": 2})

    newest = TreeHead.parse(there["tree_head"]["signed"])
    leaf = leaf_hash(there["event"].encode())
    check_inclusion(leaf, 1, newest.size, hashes(there["path"]), newest.root)
    assert grown["older"] == kept
    assert grown["newer"] == there["tree_head"]
    check_consistency(TreeHead.parse(kept["signed"]), newest, hashes(grown["path"]))


@on_both_databases
def test_a_voter_tests_the_device_then_votes(open_precinct: Precinct):
    precinct, voter = open_precinct, open_precinct.polls.voter()
    election = precinct.ask(operations.ShowElection, board=DISTRICT)["election"]
    ballot, openings = create_opened_ballot(
        Election.parse(election),
        precinct.polls.signing_key(voter),
        FIRST,
        secrets.token_bytes,
    )
    code = precinct.code_for(voter, ballot)

    line = precinct.ask(
        operations.SpoilBallot,
        precinct.token_of(voter),
        ballot=ballot,
        opening=opening_json(openings),
    )

    log = precinct.ask(operations.ListSpoiledBallots, board=DISTRICT)
    (shown,) = log["items"]
    assert (shown["tracker"], shown["hash"]) == (tracker(ballot), line["hash"])
    assert log["next"] is None
    with pytest.raises(errors.BallotWasOpened):
        precinct.cast(voter, ballot, code)
    assert precinct.vote(voter)["height"] == 1
    eventually(lambda: "voting.ballot_spoiled.v1" in told(precinct))


def hashes(path: list[str]) -> list[bytes]:
    return [bytes.fromhex(node) for node in path]


def test_paper_and_the_booth_exclude_each_other(open_precinct: Precinct):
    precinct, polls = open_precinct, open_precinct.polls
    precinct.vote(polls.voter(0))
    precinct.set_clock(PAPER_OPEN)

    with pytest.raises(errors.AlreadyVotedOnline):
        mark(precinct, polls.voter(0))
    assert mark(precinct, polls.voter(1))["marks"] == 1
    with pytest.raises(errors.PaperIssued):
        precinct.vote(polls.voter(1))

    token = precinct.token_of(polls.voter(1))
    assert precinct.ask(operations.ShowMyVote, token)["status"] == "paper_issued"


@on_both_databases
def test_a_cast_races_with_a_mark_and_one_of_them_wins(open_precinct: Precinct):
    precinct, voter = open_precinct, open_precinct.polls.voter()
    precinct.set_clock(PAPER_OPEN)
    ballot = precinct.seal(voter)
    code = precinct.code_for(voter, ballot)

    racers = [
        eventlet.spawn(precinct.cast, voter, ballot, code),
        eventlet.spawn(mark, precinct, voter),
    ]
    outcomes = [outcome_of(racer) for racer in racers]

    assert outcomes in (
        ["done", "already_voted_online"],
        ["paper_issued", "done"],
    )


def outcome_of(thread: eventlet.greenthread.GreenThread) -> str:
    try:
        thread.wait()
    except DomainError as refusal:
        return refusal.code
    return "done"


@on_both_databases
def test_a_first_code_that_is_asked_for_twice_at_once_is_sent_once(
    open_precinct: Precinct,
):
    precinct, voter = open_precinct, open_precinct.polls.voter()
    ballot = precinct.seal(voter)

    twice = [eventlet.spawn(precinct.code_for, voter, ballot) for _ in range(2)]
    outcomes = sorted(outcome_of(one) for one in twice)

    assert outcomes == ["confirmation_requested_too_soon", "done"]


def test_what_is_wrong_is_refused_by_its_own_name(open_precinct: Precinct):
    precinct, voter = open_precinct, open_precinct.polls.voter()
    ballot = precinct.seal(voter)
    code = precinct.code_for(voter, ballot)

    with pytest.raises(errors.ConfirmationWrong):
        precinct.cast(voter, ballot, f"{(int(code) + 1) % 10**6:06}")
    with pytest.raises(errors.BallotMalformed):
        precinct.cast(voter, ballot[:-1], code)
    with pytest.raises(InvalidPayload):
        precinct.cast(voter, ballot, code, height=1)
    with pytest.raises(errors.UnknownBoard):
        precinct.ask(operations.ShowBoard, board="elsewhere")

    assert precinct.ask(operations.ShowBoard, board=DISTRICT)["ballots"] == 0
    assert precinct.cast(voter, ballot, code)["height"] == 1


def test_only_who_may_ask_is_answered(open_precinct: Precinct):
    precinct = open_precinct
    member = precinct.token_of(precinct.polls.voter())

    with pytest.raises(NotSignedIn):
        precinct.ask(operations.ShowMyVote)
    with pytest.raises(RoleMissing):
        precinct.ask(operations.ImportStations, member, stations=[])
    with pytest.raises(errors.NotAVoter):
        precinct.ask(operations.ShowMyVote, precinct.token_of(None))


def test_an_extension_lets_voting_go_on(open_precinct: Precinct):
    precinct = open_precinct
    precinct.polls.change_closing(CLOSING + timedelta(hours=1))
    eventually(lambda: "voting.calendar_change_accepted.v1" in told(precinct))
    precinct.set_clock(CLOSING + timedelta(minutes=1))

    assert precinct.vote(precinct.polls.voter())["height"] == 1
