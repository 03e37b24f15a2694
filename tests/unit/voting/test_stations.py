"""One voter, one channel: who is marked at a station votes on paper only."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.auth import Voter
from chassis.db import Database
from chassis.errors import DomainError
from chassis.testing import recorded
from contracts.calendar import PhaseNotPlanned
from contracts.copies import PhaseClosed
from contracts.definition import UnknownVotingDistrict
from contracts.voting import errors
from contracts.voting.events import StationsAnnounced
from contracts.voting.forms import UndoReason
from services.voting import marks, models, registers, stations
from tests.support.definitions import a_definition_document
from tests.support.voting import (
    BEFORE_VOTING,
    DISTRICT,
    DURING_VOTING,
    OTHER_DISTRICT,
    PAPER_OPEN,
    PrimaryInVoting,
    officer,
    rows,
    station_officer,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute


@pytest.fixture
def polls(db: Database) -> PrimaryInVoting:
    """Two districts with a station each, on the day of paper voting."""
    primary = PrimaryInVoting(db, boards=2).set_up()
    primary.import_stations("school")
    primary.import_stations("library", district=OTHER_DISTRICT)
    primary.clock.set(PAPER_OPEN)
    return primary


def announced(db: Database, district: str = DISTRICT) -> list[list[str]]:
    with db.reading() as session:
        events = recorded(session, StationsAnnounced)
    return [each["stations"] for each in events if each["district"] == district]


def a_station(name: str = "school", **changes: str) -> dict[str, str]:
    station = {
        "station": name,
        "district": DISTRICT,
        "name": "School 1",
        "address": "Main St 1",
    }
    return station | changes


def import_as(polls: PrimaryInVoting, scope: str, *listed: dict[str, str]) -> Any:
    with polls.db.transaction() as session:
        return stations.import_stations(
            session,
            polls.clock,
            officer(scope),
            primary=polls.primary,
            stations=list(listed),
        )


# --- the list of stations -------------------------------------------------------------


def test_an_import_tells_the_count_whom_to_wait_for(db: Database):
    polls = PrimaryInVoting(db).set_up()

    polls.import_stations("school", "library")
    polls.import_stations("clinic")

    assert announced(db) == [
        [],
        ["library", "school"],
        ["clinic", "library", "school"],
    ]


def test_the_same_import_again_announces_nothing(db: Database):
    polls = PrimaryInVoting(db).set_up()
    polls.import_stations("school")
    before = announced(db)

    polls.import_stations("school")

    assert announced(db) == before


def test_stations_imported_before_the_set_up_are_announced_by_it(db: Database):
    polls = PrimaryInVoting(db)
    polls.define()
    polls.import_stations("school")

    polls.set_up()

    assert announced(db)[-1] == ["school"]


def test_a_station_can_move_to_another_district(db: Database):
    polls = PrimaryInVoting(db).set_up()
    polls.import_stations("school")

    polls.import_stations("school", district=OTHER_DISTRICT)

    assert announced(db)[-1] == []
    assert announced(db, OTHER_DISTRICT)[-1] == ["school"]


def test_stations_are_fixed_once_voting_opens(db: Database):
    polls = PrimaryInVoting(db).set_up()
    polls.clock.set(DURING_VOTING)

    with pytest.raises(errors.StationsFixed):
        polls.import_stations("school")


@pytest.mark.parametrize(
    ("scope", "listed", "reason"),
    [
        ("KZ-KUS", [a_station()], errors.OfficerOfAnotherTerritory),
        (
            "KZ-AKM",
            [a_station(), a_station("mill", district="KZ-392400000")],
            errors.OfficerOfAnotherTerritory,
        ),
        ("", [a_station(), a_station()], errors.StationTwice),
        ("", [a_station(district="KZ-AKM")], UnknownVotingDistrict),
        ("", [a_station(), a_station("x", district="nowhere")], UnknownVotingDistrict),
    ],
)
def test_an_import_with_a_fault_keeps_none_of_it(
    db: Database, scope: str, listed: list[dict[str, str]], reason: type[DomainError]
):
    polls = PrimaryInVoting(db).set_up()

    with pytest.raises(reason):
        import_as(polls, scope, *listed)

    assert rows(db, models.Station) == []


def test_an_officer_of_the_region_may_import_for_its_districts(db: Database):
    polls = PrimaryInVoting(db).set_up()

    import_as(polls, "KZ-AKM", a_station())

    assert [row.station for row in rows(db, models.Station)] == ["school"]


def test_a_primary_without_paper_has_no_stations(db: Database):
    document = a_definition_document()
    del document["calendar"]["phases"]["paper_voting"]
    polls = PrimaryInVoting(db, calendar=document["calendar"]).set_up()

    with pytest.raises(PhaseNotPlanned):
        polls.import_stations("school")


# --- marks ----------------------------------------------------------------------------


def refused(
    polls: PrimaryInVoting,
    reason: type[DomainError],
    voter: Voter,
    station: str = "school",
) -> DomainError:
    before = [row.marks_count for row in rows(polls.db, models.Station)]
    with pytest.raises(reason) as refusal:
        polls.mark(voter, station)
    assert [row.marks_count for row in rows(polls.db, models.Station)] == before
    return refusal.value


def test_who_is_marked_is_issued_paper(polls: PrimaryInVoting):
    marked = polls.mark(polls.voter(0))
    again = polls.mark(polls.voter(1))

    assert (marked["marks"], again["marks"]) == (1, 2)
    assert polls.vote_of(polls.voter(0)) == "paper_issued"
    assert polls.vote_of(polls.voter(2)) == "not_voted"


def test_paper_is_refused_to_who_has_cast_online(polls: PrimaryInVoting):
    polls.vote(polls.voter())

    refused(polls, errors.AlreadyVotedOnline, polls.voter())

    assert polls.vote_of(polls.voter()) == "recorded_online"


def test_who_was_given_paper_cannot_cast_online(polls: PrimaryInVoting):
    voter, ballot = polls.voter(), polls.seal(polls.voter())
    code = polls.code_for(voter, ballot)
    polls.mark(voter)

    with pytest.raises(errors.PaperIssued):
        polls.cast(voter, ballot, code)

    assert polls.board()["ballots"] == 0


def test_a_second_mark_is_refused_and_says_where_the_first_was(polls: PrimaryInVoting):
    polls.mark(polls.voter())

    refusal = refused(polls, errors.AlreadyMarked, polls.voter())

    assert "school" in refusal.detail


def test_a_voter_of_another_district_is_sent_there(polls: PrimaryInVoting):
    visitor = polls.voter(0, OTHER_DISTRICT)

    refusal = refused(polls, errors.VoterOfAnotherDistrict, visitor)

    assert refusal.params == {"district": OTHER_DISTRICT}


def test_an_officer_of_another_station_marks_nobody(polls: PrimaryInVoting):
    with (
        pytest.raises(errors.NotYourStation),
        polls.db.transaction() as session,
    ):
        registers.mark_voter(
            session,
            polls.clock,
            station_officer("library"),
            primary=polls.primary,
            station="school",
            voter=polls.voter(),
        )


@pytest.mark.parametrize("when", [BEFORE_VOTING, DURING_VOTING])
def test_nobody_is_marked_while_the_stations_are_closed(
    polls: PrimaryInVoting, when: str
):
    polls.clock.set(when)

    refused(polls, PhaseClosed, polls.voter())


def test_somebody_unknown_is_not_marked(polls: PrimaryInVoting):
    refused(polls, errors.NotAVoter, Voter(reference="nobody", board=DISTRICT))


def test_there_is_no_mark_at_a_station_that_does_not_exist(polls: PrimaryInVoting):
    refused(polls, errors.UnknownStation, polls.voter(), "elsewhere")


# --- looking up before marking, and taking a mark back


def check(polls: PrimaryInVoting, voter: Voter, station: str = "school") -> Any:
    with polls.db.reading() as session:
        return marks.check_voter(
            session,
            station_officer(station),
            primary=polls.primary,
            station=station,
            voter=voter,
        )


def undo(polls: PrimaryInVoting, voter: Voter, station: str = "school") -> Any:
    with polls.db.transaction() as session:
        return marks.undo_mark(
            session,
            polls.clock,
            station_officer(station),
            primary=polls.primary,
            station=station,
            voter=voter,
            reason=UndoReason.WRONG_PERSON,
        )


def test_looking_a_voter_up_tells_which_way_they_voted_and_marks_nobody(
    polls: PrimaryInVoting,
):
    polls.vote(polls.voter(0))
    polls.mark(polls.voter(1))

    found = [check(polls, polls.voter(number)) for number in range(3)]

    assert [each["status"] for each in found] == ["voted_online", "marked", "may_vote"]
    assert [each["marked_at_station"] for each in found] == [None, "school", None]
    assert {each["marks"] for each in found} == {1}


def test_a_station_looks_up_its_own_district_only(polls: PrimaryInVoting):
    with pytest.raises(errors.VoterOfAnotherDistrict):
        check(polls, polls.voter(0, OTHER_DISTRICT))
    with pytest.raises(errors.NotAVoter):
        check(polls, Voter(reference="nobody", board=DISTRICT))


def test_a_mark_made_by_mistake_is_taken_back_and_the_voter_may_vote(
    polls: PrimaryInVoting,
):
    polls.mark(polls.voter(0))
    polls.mark(polls.voter(1))
    polls.clock.tick(seconds=119)

    assert undo(polls, polls.voter(0)) == {"station": "school", "marks": 1}
    assert polls.vote_of(polls.voter(0)) == "not_voted"
    assert polls.vote_of(polls.voter(1)) == "paper_issued"
    assert polls.mark(polls.voter(0))["marks"] == 2


def test_after_two_minutes_a_mark_stands(polls: PrimaryInVoting):
    polls.mark(polls.voter())
    polls.clock.tick(seconds=121)

    with pytest.raises(errors.MarkStands):
        undo(polls, polls.voter())

    assert polls.vote_of(polls.voter()) == "paper_issued"


def test_what_was_not_marked_here_is_not_taken_back(polls: PrimaryInVoting):
    with pytest.raises(errors.NotMarkedHere):
        undo(polls, polls.voter())
