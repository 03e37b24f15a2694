"""Tally's own check of boards and ballots: what voting wrote is not believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from secrets import token_bytes
from typing import Any

import pytest

from belenios.ballots import read_ciphertexts
from belenios.board import ballot_records
from belenios.group import get_group
from belenios.tally import EncryptedTally, read_sized_tally
from belenios.trustees import generate_key
from contracts.registration.events import RollFrozen
from contracts.tally.events import BallotDisputed, BoardRecordAppended
from contracts.voting.events import BallotAccepted, BallotBoxSealed, DistrictSetUp
from services.tally import jobs
from services.tally.models import Board
from tests.support.tally import (
    AFTER_VOTING,
    MAZHILIS,
    MAZHILIS_CANDIDATES,
    PRIMARY,
    TOWN,
    TOWN_CONTEST,
    VILLAGE,
    BallotBox,
    Tally,
    a_town_box,
    a_village_box,
    record_of,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

Facts = dict[str, Any]


def the_board(tally: Tally, board: str = TOWN) -> Board:
    with tally.db.reading() as session:
        return session.get_one(Board, (PRIMARY, board))


def sum_of(box: BallotBox, *ballots: str) -> str:
    total = EncryptedTally(box.election)
    for ballot in ballots:
        total.add(read_ciphertexts(box.election, ballot))
    return total.to_json()


def test_ballots_are_added_up_as_they_come(tally: Tally):
    box = a_town_box()
    tally.set_up(box)
    facts = [box.cast(0, mazhilis_kz_akm=["aidar"]), box.cast(1)]

    for each in facts:
        tally.hear(BallotAccepted, **each)
    tally.work()

    ballots = [each["record"]["data"][0] for each in facts]
    assert the_board(tally).height == 2
    assert the_board(tally).tally == sum_of(box, *ballots)


def test_a_crowd_of_ballots_is_checked_without_a_pause(tally: Tally):
    box = a_town_box()
    tally.set_up(box)
    for number in range(60):
        tally.hear(BallotAccepted, **box.cast(number % 4))

    jobs.check_boards(tally.db, tally.clock)

    assert the_board(tally).height == 60


def test_a_revote_is_taken_out_of_the_sum_again(tally: Tally):
    box = a_town_box()
    tally.set_up(box)
    earlier = [box.cast(0, mazhilis_kz_akm=["aidar"]), box.cast(1)]
    for each in earlier:
        tally.hear(BallotAccepted, **each)
    tally.work()
    again = [
        box.cast(0, mazhilis_kz_akm=["dana"]),
        box.cast(0, mazhilis_kz_akm=["ermek"]),
    ]

    for each in again:
        tally.hear(BallotAccepted, **each)
    tally.work()

    counting = [each["record"]["data"][0] for each in (earlier[1], again[1])]
    assert the_board(tally).tally == sum_of(box, *counting)
    assert read_sized_tally(the_board(tally).sized).num_tallied == 2


def test_the_order_in_which_events_arrive_does_not_matter(tally: Tally):
    box = a_town_box()
    facts = [box.cast(0, mazhilis_kz_akm=["aidar"]), box.cast(1), box.cast(0)]
    seal = box.seal()

    tally.hear(BallotBoxSealed, **seal)
    for each in reversed(facts):
        tally.hear(BallotAccepted, **each)
    tally.hear(DistrictSetUp, **box.facts_of_set_up())
    tally.work()
    assert the_board(tally).height == -1
    tally.hear(RollFrozen, **box.facts_of_roll())
    tally.work()

    assert the_board(tally).stage == "tallied"
    assert not tally.announced(BallotDisputed)


def test_the_same_ballot_told_twice_is_one(tally: Tally):
    box = a_town_box()
    tally.set_up(box)
    facts = box.cast(0)

    for _ in range(2):
        tally.hear(BallotAccepted, **facts)
    tally.work()

    assert the_board(tally).height == 1
    assert not the_board(tally).is_disputed


def test_a_ballot_waits_for_the_one_before_it(tally: Tally):
    box = a_town_box()
    tally.set_up(box)
    first, second = box.cast(0), box.cast(1)

    tally.hear(BallotAccepted, **second)
    tally.work()
    assert the_board(tally).height == 0
    tally.hear(BallotAccepted, **first)
    tally.work()

    assert the_board(tally).height == 2


def with_altered_proof(box: BallotBox) -> Facts:
    ballot = json.loads(box.seal_answers(0, {MAZHILIS: ["aidar"]}))
    proof = ballot["answers"][0]["individual_proofs"][0][0]
    proof["response"] = str(int(proof["response"]) ^ 1)
    return box.accept(json.dumps(ballot, separators=(",", ":")))


def of_another_election(box: BallotBox) -> Facts:
    return box.accept(a_town_box().seal_answers(0, {}))


def by_a_stranger(box: BallotBox) -> Facts:
    stranger = a_town_box().voters[0]
    box.voters.append(stranger)
    return box.accept(box.seal_answers(len(box.voters) - 1, {}), len(box.voters) - 1)


def cast_before(box: BallotBox) -> Facts:
    return box.accept(box.entries[1].records[0].body.decode())


def off_the_chain(box: BallotBox) -> Facts:
    ballot = box.seal_answers(0, {})
    entry = ballot_records("0" * 64, box.head.height + 1, ballot)
    box.entries.append(entry)
    return {**box._located(), "record": record_of(entry, "Ballot")}


def after_the_end(box: BallotBox) -> Facts:
    return box.accept(box.seal_answers(0, {}))


def that_is_no_ballot(box: BallotBox) -> Facts:
    return box.accept("[]")


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (with_altered_proof, "InvalidSignature"),
        (of_another_election, "WrongElection"),
        (by_a_stranger, "UnknownCredential"),
        (cast_before, "RepeatedBallot"),
        (off_the_chain, "InvalidBoard"),
        (that_is_no_ballot, "Malformed"),
    ],
)
def test_a_ballot_that_fails_is_disputed_and_the_board_waits(
    tally: Tally, spoilt: Callable[[BallotBox], Facts], reason: str
):
    box = a_town_box()
    tally.set_up(box)
    tally.cast(box, 1, mazhilis_kz_akm=["aidar"])
    good = the_board(tally)

    tally.hear(BallotAccepted, **spoilt(box))
    tally.cast(box, 2)
    tally.work()
    tally.clock.set(AFTER_VOTING)
    tally.seal(box)

    (dispute,) = tally.announced(BallotDisputed)
    assert (dispute["board"], dispute["height"]) == (TOWN, 2)
    assert dispute["reason"].startswith(reason)
    board = the_board(tally)
    assert (board.height, board.stage) == (1, "open")
    assert board.tally != good.tally
    assert tally.announced(BoardRecordAppended) == []


def test_a_ballot_after_the_end_of_ballots_is_disputed(tally: Tally):
    box = a_town_box()
    tally.set_up(box)
    tally.cast(box, 0)
    tally.hear(BallotBoxSealed, **box.seal())

    tally.hear(BallotAccepted, **after_the_end(box))
    tally.work()

    assert the_board(tally).disputed_height == 3


def test_two_records_at_one_height_are_disputed(tally: Tally):
    box = a_town_box()
    tally.set_up(box)
    facts = box.cast(0)
    tally.hear(BallotAccepted, **facts)
    tally.work()
    box.entries.pop()

    tally.hear(BallotAccepted, **box.cast(1))

    assert the_board(tally).disputed_height == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ballots": 5}, "The seal counts other ballots or voters."),
        ({"voters": 2}, "The seal counts other ballots or voters."),
        ({"head": "f" * 64}, "The seal names another last record."),
    ],
)
def test_a_seal_that_does_not_agree_is_disputed(
    tally: Tally, change: Facts, reason: str
):
    box = a_town_box()
    tally.set_up(box)
    tally.cast(box, 0)
    tally.work()

    tally.hear(BallotBoxSealed, **{**box.seal(), **change})
    tally.work()

    assert the_board(tally).dispute == reason
    assert tally.announced(BoardRecordAppended) == []


def test_a_running_sum_that_was_tampered_with_is_found_by_the_recount(tally: Tally):
    box = a_town_box()
    tally.set_up(box)
    tally.cast(box, 0, mazhilis_kz_akm=["aidar"])
    tally.work()
    with tally.db.transaction() as session:
        board = session.get_one(Board, (PRIMARY, TOWN))
        forged = EncryptedTally(box.election)
        forged.num_tallied = forged.total_weight = 1
        board.tally, board.sized = forged.to_json(), forged.sized_json()

    tally.seal(box)

    assert "running sum" in str(the_board(tally).dispute)


def test_what_was_lost_on_the_way_is_read_again_from_voting(tally: Tally):
    box = a_town_box()
    tally.set_up(box)
    lost = [box.cast(0, mazhilis_kz_akm=["aidar"]), box.cast(1)]
    tally.cast(box, 2)
    tally.hear(BallotBoxSealed, **box.seal())
    asked: list[Facts] = []

    def read_records(operation: object, payload: Facts) -> Facts:
        asked.append(payload)
        return {"items": [facts["record"] for facts in lost], "next": None}

    jobs.fill_gaps(tally.db, tally.clock, read_records)
    tally.work()

    assert asked == [{"primary": PRIMARY, "board": TOWN, "after": 0}]
    assert the_board(tally).stage == "tallied"


def with_other_trustees() -> BallotBox:
    keys = [generate_key(get_group("Ed25519"), token_bytes)]
    return a_town_box(keys=keys)


def with_answers_exchanged() -> BallotBox:
    box = a_town_box()
    box.questions = {
        MAZHILIS: ("bolat", "aidar", "dana", "ermek"),
        TOWN_CONTEST: box.questions[TOWN_CONTEST],
    }
    return box


def with_a_contest_of_another_district() -> BallotBox:
    questions = {MAZHILIS: tuple(MAZHILIS_CANDIDATES), TOWN_CONTEST: ("gulnar",)}
    return BallotBox(questions, board=VILLAGE)


def with_too_many_questions() -> BallotBox:
    box = a_town_box()
    box.questions = {MAZHILIS: box.questions[MAZHILIS]}
    return box


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (with_other_trustees, "the trustees are others"),
        (with_answers_exchanged, "are not its candidates"),
        (with_a_contest_of_another_district, "is not of this district"),
        (with_too_many_questions, "not as many as the contests"),
    ],
)
def test_a_board_that_was_set_up_otherwise_is_disputed(
    tally: Tally, make: Callable[[], BallotBox], reason: str
):
    box = make()

    tally.set_up(box)

    (dispute,) = tally.announced(BallotDisputed)
    assert dispute["height"] == 0
    assert reason in dispute["reason"]
    assert the_board(tally, box.board).stage == "announced"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"public_credentials": ["ab" * 32] * 4}, "not those of the frozen roll"),
        ({"uuid": "11111111111111"}, "another uuid"),
        ({"eligible_count": 5}, "not those of the frozen roll"),
    ],
)
def test_a_board_must_have_the_roll_that_registration_froze(
    tally: Tally, change: Facts, reason: str
):
    box = a_town_box()

    tally.hear(RollFrozen, **{**box.facts_of_roll(), **change})
    tally.hear(DistrictSetUp, **box.facts_of_set_up())
    tally.work()

    assert reason in str(the_board(tally).dispute)


def test_all_boards_must_show_a_contests_candidates_in_the_same_order(tally: Tally):
    tally.set_up(a_town_box())
    reversed_names = tuple(reversed(MAZHILIS_CANDIDATES))

    tally.set_up(BallotBox({MAZHILIS: reversed_names}, board=VILLAGE))

    assert "another order" in str(the_board(tally, VILLAGE).dispute)


def test_a_board_waits_until_its_candidates_are_known(tally: Tally):
    box = BallotBox({MAZHILIS: ("aidar", "late")}, board=VILLAGE)
    tally.hear(RollFrozen, **box.facts_of_roll())
    tally.hear(DistrictSetUp, **box.facts_of_set_up())
    jobs.open_boards(tally.db, tally.clock)
    waiting = the_board(tally, VILLAGE).stage

    tally.register(MAZHILIS, {"late": (False, True)})
    tally.work()

    assert (waiting, the_board(tally, VILLAGE).stage) == ("announced", "open")


def test_a_ballot_is_checked_in_any_group_the_definition_names(tally: Tally):
    group = "BELENIOS-2048"
    other = Tally(str(tally.db.engine.url).replace(".db", "-2048.db"), group=group)
    other.hand_in_keys(group)
    other.register(MAZHILIS, MAZHILIS_CANDIDATES)
    box = a_village_box(group=group, voters=2)
    other.set_up(box)

    other.cast(box, 0, mazhilis_kz_akm=["dana"])
    other.work()
    other.seal(box)

    assert the_board(other, VILLAGE).stage == "tallied"
    other.db.close()
