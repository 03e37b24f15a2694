"""A board is a gapless chain; it is sealed once, and the count completes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from belenios import board as chain
from belenios.ballots import tracker
from chassis.db import Database
from chassis.testing import recorded
from contracts.calendar import Calendar
from contracts.tally.events import BallotDisputed, DisputeResolved
from contracts.voting.errors import RecordDoesNotFollow, UnknownBoard, UnknownRecord
from contracts.voting.events import (
    BallotBoxSealed,
    CalendarChangeAccepted,
    CalendarChangeRefused,
)
from services.voting import jobs, models, queries, trackers
from services.voting.boards import GRACE, boards_to_seal
from services.voting.fingerprints import fingerprints_to_destroy
from services.voting.setups import boards_to_set_up
from services.voting.turnouts import turnouts_to_announce
from tests.support.voting import (
    CLOSING,
    DISTRICT,
    DURING_VOTING,
    FIRST,
    SECOND,
    PrimaryInVoting,
    rows,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

# --- the seal -----------------------------------------------------------------------


def test_a_box_is_sealed_only_when_no_ballot_can_be_on_its_way(polls: PrimaryInVoting):
    polls.vote(polls.voter())
    polls.clock.set(CLOSING + GRACE - timedelta(microseconds=1))
    jobs.seal_boards(polls.db, polls.clock)
    assert polls.board()["state"] == "voting"

    polls.clock.set(CLOSING + GRACE)
    assert jobs.jobs_waiting(polls.db, polls.clock) > 0
    jobs.seal_boards(polls.db, polls.clock)

    assert polls.board()["state"] == "sealed"


def test_the_seal_tells_the_head_and_the_counts(polls: PrimaryInVoting):
    polls.vote(polls.voter(0), FIRST)
    polls.vote(polls.voter(0), SECOND)
    polls.vote(polls.voter(1))
    polls.seal_box()

    with polls.db.reading() as session:
        [event] = recorded(session, BallotBoxSealed)

    assert (event["ballots"], event["voters"], event["height"]) == (3, 2, 4)
    assert event["head"] == event["record"]["hash"] == polls.board()["head"]
    assert event["record"]["type"] == "EndBallots"


def test_a_box_is_sealed_once(polls: PrimaryInVoting):
    polls.seal_box()
    polls.seal_box()

    types = [row.type for row in rows(polls.db, models.BoardRecord)]
    assert types == ["Setup", "EndBallots"]


# --- the calendar -------------------------------------------------------------------


def test_an_extension_keeps_an_unsealed_box_open(polls: PrimaryInVoting):
    polls.change_closing(CLOSING + timedelta(hours=2))
    polls.clock.set(CLOSING + timedelta(hours=1))
    jobs.seal_boards(polls.db, polls.clock)

    _, receipt = polls.vote(polls.voter())

    assert receipt["height"] == 1
    with polls.db.reading() as session:
        assert recorded(session, CalendarChangeAccepted)[0]["version"] == 2


def test_an_extension_comes_too_late_for_a_sealed_box(polls: PrimaryInVoting):
    polls.seal_box()

    polls.change_closing(CLOSING + timedelta(hours=2))

    [kept] = rows(polls.db, models.Primary)
    assert Calendar.from_document(kept.calendar).phase("voting").closes_at == CLOSING
    with polls.db.reading() as session:
        [refusal] = recorded(session, CalendarChangeRefused)
        assert recorded(session, CalendarChangeAccepted) == []
    assert refusal["version"] == 2


def test_a_change_of_something_else_is_accepted_after_the_seal(polls: PrimaryInVoting):
    polls.seal_box()

    polls.change_closing(CLOSING)

    with polls.db.reading() as session:
        assert len(recorded(session, CalendarChangeAccepted)) == 1


def test_an_older_calendar_is_not_followed(polls: PrimaryInVoting):
    polls.change_closing(CLOSING + timedelta(hours=2), version=3)
    polls.change_closing(CLOSING + timedelta(hours=1), version=2)

    [kept] = rows(polls.db, models.Primary)
    assert kept.calendar_version == 3


# --- the archive ----------------------------------------------------------------------


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_the_archive_is_accepted_by_the_verifier_at_every_step(
    db: Database, group: str
):
    polls = PrimaryInVoting(db, voters=2, group=group).set_up()
    polls.clock.set(DURING_VOTING)
    assert polls.verify().ballots == 0

    polls.vote(polls.voter(0), FIRST)
    last, _ = polls.vote(polls.voter(0), SECOND)
    other, _ = polls.vote(polls.voter(1), FIRST)
    assert polls.verify().counted == 2

    polls.seal_box()
    assert polls.verify().phase.value == "sealed"

    for entry in polls.entries_of_the_count([last, other]):
        polls.append(entry)
    assert polls.board()["state"] == "counted"
    assert polls.verify().result == [[0, 1, 1, 0]] * 3


def test_records_are_read_whole_page_by_page(polls: PrimaryInVoting):
    ballot, _ = polls.vote(polls.voter())
    question = {"primary": polls.primary, "board": DISTRICT}
    with polls.db.reading() as session:
        first = queries.read_records(session, **question, after=-1, limit=1)
        second = queries.read_records(session, **question, after=0, limit=1)

    assert (first["next"], second["next"]) == (0, None)
    assert second["items"][0].data == [ballot]


def test_a_tracker_is_found_recorded_replaced_or_not_at_all(polls: PrimaryInVoting):
    old, _ = polls.vote(polls.voter(), FIRST)
    new, _ = polls.vote(polls.voter(), SECOND)

    def status(of: str) -> str:
        with polls.db.reading() as session:
            found = trackers.find_ballot(
                session, primary=polls.primary, board=DISTRICT, tracker=of
            )
        return found["status"]

    assert status(tracker(old)) == "replaced"
    assert status(tracker(new)) == "recorded"
    assert status("A" * 43) == "unknown"


def test_what_does_not_exist_is_not_found(polls: PrimaryInVoting):
    with polls.db.reading() as session:
        with pytest.raises(UnknownBoard):
            queries.show_board(session, primary=polls.primary, board="elsewhere")
        with pytest.raises(UnknownRecord):
            queries.show_record(
                session, primary=polls.primary, board=DISTRICT, height=7
            )


def test_what_is_due_is_asked_as_briefly_of_two_boards_as_of_one(db: Database):
    polls = PrimaryInVoting(db, boards=2).set_up()
    assert asked(polls) == [
        ("set up", 1),
        ("seal", 2),  # which primaries, and each one's calendar
        ("turnout", 1),
        ("fingerprints", 1),
    ]

    polls.seal_box()

    assert asked(polls)[-1] == ("fingerprints", 2)


def asked(polls: PrimaryInVoting) -> list[tuple[str, int]]:
    """How many statements each look takes."""
    looks: dict[str, Callable[[Session], object]] = {
        "set up": boards_to_set_up,
        "seal": lambda session: boards_to_seal(session, polls.clock),
        "turnout": lambda session: turnouts_to_announce(session, polls.clock),
        "fingerprints": lambda session: fingerprints_to_destroy(session, polls.clock),
    }
    return [(name, statements(polls.db, look)) for name, look in looks.items()]


def statements(db: Database, look: Callable[[Session], object]) -> int:
    sent: list[str] = []

    def note(*facts: Any) -> None:
        sent.append(facts[2])

    with db.reading() as session:
        session.connection()  # begun before we count
        sa.event.listen(db.engine, "before_cursor_execute", note)
        look(session)
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


# --- the count ------------------------------------------------------------------------


def test_a_record_of_the_count_is_appended_once(polls: PrimaryInVoting):
    ballot, _ = polls.vote(polls.voter())
    polls.seal_box()
    entry = polls.entries_of_the_count([ballot])[0]

    polls.append(entry)
    polls.append(entry)

    assert polls.board()["height"] == entry.height


@pytest.mark.parametrize(
    "changes",
    [
        {"height": 9},
        {"type": "Result"},
        {"hash": "0" * 64},
        {"data": ["other", "data"]},
        {"data": []},
        {"event": "{}"},
    ],
)
def test_a_record_that_contradicts_itself_is_not_appended(
    polls: PrimaryInVoting, changes: dict[str, Any]
):
    ballot, _ = polls.vote(polls.voter())
    polls.seal_box()
    before = polls.archive()
    entry = polls.entries_of_the_count([ballot])[0]

    with pytest.raises(RecordDoesNotFollow):
        polls.append(entry, **changes)

    assert polls.archive() == before


def test_a_record_that_skips_another_is_not_appended(polls: PrimaryInVoting):
    ballot, _ = polls.vote(polls.voter())
    polls.seal_box()
    second = polls.entries_of_the_count([ballot])[1]

    with pytest.raises(RecordDoesNotFollow):
        polls.append(second)


def test_the_count_cannot_begin_before_the_seal(polls: PrimaryInVoting):
    ballot, _ = polls.vote(polls.voter())

    with pytest.raises(RecordDoesNotFollow):
        polls.append(polls.entries_of_the_count([ballot])[0])


def test_the_count_cannot_add_a_ballot(polls: PrimaryInVoting):
    polls.vote(polls.voter())
    late = polls.seal(polls.voter(1))
    polls.seal_box()
    board = polls.board()

    with pytest.raises(RecordDoesNotFollow):
        polls.append(chain.ballot_records(board["head"], board["height"] + 1, late))


def test_a_disputed_board_is_shown_with_the_first_reason(polls: PrimaryInVoting):
    for reason in ("InvalidProof", "something else"):
        polls.tell(
            BallotDisputed, district=DISTRICT, board=DISTRICT, height=1, reason=reason
        )

    assert polls.board()["dispute"] == {"height": 1, "reason": "InvalidProof"}


def test_a_board_that_is_checked_again_is_not_disputed_but_an_excluded_one_is(
    polls: PrimaryInVoting,
):
    facts = {"district": DISTRICT, "board": DISTRICT}
    polls.tell(BallotDisputed, height=1, reason="InvalidProof", **facts)

    polls.tell(DisputeResolved, decision="exclude", reason="It is so.", **facts)
    assert polls.board()["dispute"]
    polls.tell(DisputeResolved, decision="check_again", reason="It is so.", **facts)

    assert polls.board()["dispute"] is None
