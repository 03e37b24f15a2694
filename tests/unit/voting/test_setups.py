"""A board is set up once its roll, its key and all its candidates are there."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from chassis.db import Database
from chassis.testing import recorded
from contracts.voting.events import DistrictSetUp, StationsAnnounced
from services.voting import jobs, models
from services.voting.elections import Line, answers_of
from tests.support.definitions import a_definition_document
from tests.support.voting import DISTRICT, PrimaryInVoting, rows

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

MAZHILIS = "mazhilis-kz-akm"


def test_a_board_waits_for_all_it_is_made_of_in_any_order(db: Database):
    steps = ("freeze_rolls", "make_key", "finalise_ballots")
    for number, order in enumerate(itertools.permutations(steps)):
        polls = PrimaryInVoting(db, voters=1, primary=f"tiny-{number}")
        polls.define()
        for step in order:
            assert number_of_boards(db) == number
            getattr(polls, step)()
            polls.make_boards()
        assert number_of_boards(db) == number + 1


def number_of_boards(db: Database) -> int:
    return len(rows(db, models.Board))


def test_a_board_waits_for_every_contest_of_its_district(db: Database):
    polls = PrimaryInVoting(db)
    polls.define()
    polls.freeze_rolls()
    polls.make_key()
    contests = polls.definition.contests_of_district(DISTRICT)
    for contest in contests[:-1]:
        polls.finalise_ballot(contest.id, ["Aigul"])

    assert jobs.jobs_waiting(db, polls.clock) == 0

    polls.finalise_ballot(contests[-1].id, ["Aigul"])
    assert jobs.jobs_waiting(db, polls.clock) == 1


def test_the_election_has_a_question_for_each_contest(db: Database):
    polls = PrimaryInVoting(db).set_up()

    questions = polls.election().questions

    assert [question.answers for question in questions] == [
        ("Aigul", "Berik", "Dana")
    ] * 3
    assert {(q.blank, q.min, q.max) for q in questions} == {(True, 1, 2)}
    assert [question.question for question in questions] == [
        "Mazhilis of KZ-AKM",
        "Maslikhat of KZ-AKM",
        "Maslikhat of KZ-111000000",
    ]


def test_a_contest_without_candidates_is_no_question(db: Database):
    polls = PrimaryInVoting(db)
    polls.define()
    polls.freeze_rolls()
    polls.make_key()
    polls.finalise_ballots(**{MAZHILIS: []})
    polls.make_boards()

    assert len(polls.election().questions) == 2


def test_nobody_chooses_more_than_there_are(db: Database):
    polls = PrimaryInVoting(db)
    polls.define()
    polls.freeze_rolls()
    polls.make_key()
    polls.finalise_ballots(**{MAZHILIS: ["Aigul"]})
    polls.make_boards()

    assert polls.election().questions[0].max == 1


def test_the_set_up_is_announced_with_its_record(db: Database):
    polls = PrimaryInVoting(db).set_up()

    with db.reading() as session:
        [event] = recorded(session, DistrictSetUp)

    election = polls.election()
    assert event["board"] == DISTRICT
    assert event["record"]["data"][0] == election.raw
    assert event["fingerprint"] == election.fingerprint
    assert event["head"] == event["record"]["hash"] == polls.board()["head"]
    assert [question["contest"] for question in event["questions"]] == [
        contest.id for contest in polls.definition.contests_of_district(DISTRICT)
    ]
    assert event["questions"][0]["candidacies"] == [f"{MAZHILIS}:{n}" for n in range(3)]


def test_the_set_up_tells_nobody_who_is_on_the_roll(db: Database):
    polls = PrimaryInVoting(db).set_up()

    with db.reading() as session:
        told = json.dumps(recorded(session, DistrictSetUp))

    for voter in polls.rolls[DISTRICT].voters:
        assert voter.reference not in told
        assert polls.telephone(voter) not in told


def test_a_district_without_stations_is_announced_as_such(db: Database):
    PrimaryInVoting(db).set_up()

    with db.reading() as session:
        [event] = recorded(session, StationsAnnounced)

    assert (event["district"], event["stations"]) == (DISTRICT, [])


def test_everybody_on_the_roll_is_told(db: Database):
    polls = PrimaryInVoting(db, voters=5).set_up()

    for voter in polls.rolls[DISTRICT].voters:
        assert [m.purpose for m in polls.messages(voter)] == ["on_roll"]


def test_telephones_are_kept_under_votings_own_key(db: Database):
    polls = PrimaryInVoting(db, voters=1).set_up()

    [line] = rows(db, models.Voter)

    assert polls.telephone(polls.voter()).encode() not in line.telephone


def test_a_board_is_set_up_once(db: Database):
    polls = PrimaryInVoting(db).set_up()

    polls.make_boards()
    polls.freeze_rolls()
    polls.make_boards()

    with db.reading() as session:
        assert len(recorded(session, DistrictSetUp)) == 1
    assert len(rows(db, models.Voter)) == 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda roll: roll.telephones.popitem(),
        lambda roll: roll.telephones.update(somebody="+77000000000"),
    ],
)
def test_a_roll_of_another_length_than_announced_makes_no_board(
    db: Database, spoil: Any
):
    polls = PrimaryInVoting(db, boards=2)
    polls.define()
    polls.freeze_rolls()
    polls.make_key()
    polls.finalise_ballots()
    spoil(polls.rolls[DISTRICT])

    polls.make_boards()

    assert [board.board for board in rows(db, models.Board)] != [DISTRICT]
    assert number_of_boards(db) == 1  # the other board is none the worse


def test_a_rehearsal_says_so_on_every_board(db: Database):
    document = a_definition_document(rehearsal=True)
    polls = PrimaryInVoting(db, rehearsal=document["rehearsal"]).set_up()

    assert '"description":"REHEARSAL' in polls.election().raw
    assert polls.board()["rehearsal"] is True


def test_namesakes_are_told_apart(db: Database):
    polls = PrimaryInVoting(db)
    polls.define()
    polls.register_candidacy(f"{MAZHILIS}:0", MAZHILIS, 1970)
    polls.register_candidacy(f"{MAZHILIS}:1", MAZHILIS, 1980)
    polls.freeze_rolls()
    polls.make_key()
    polls.finalise_ballots(**{MAZHILIS: ["Aigul", "Aigul", "Dana"]})
    polls.make_boards()

    answers = polls.election().questions[0].answers

    assert answers == ("Aigul, 1970", "Aigul, 1980", "Dana")


def test_namesakes_of_one_year_get_their_occupation_and_else_a_number():
    lines = [
        Line(candidacy="1", name="Aigul", birth_year=1970, occupation="teacher"),
        Line(candidacy="2", name="Aigul", birth_year=1970, occupation="doctor"),
        Line(candidacy="3", name="Berik"),
        Line(candidacy="4", name="Berik"),
        Line(candidacy="5", name="Dana"),
    ]

    assert answers_of(lines) == (
        "Aigul, 1970, teacher",
        "Aigul, 1970, doctor",
        "Berik [3]",
        "Berik [4]",
        "Dana",
    )
