"""Paper counts: they add up, and two officers stand for them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from chassis.db import Database
from chassis.testing import recorded
from contracts.voting import errors
from contracts.voting.events import ProtocolAccepted
from services.voting import models, protocols
from tests.support.voting import (
    CLOSING,
    DISTRICT,
    PAPER_OPEN,
    PUBLICATION,
    PrimaryInVoting,
    rows,
    station_officer,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

AUTHOR = station_officer("school")
SECOND = station_officer("school", subject="1f6f0f0e-0000-4000-8000-00000000000b")
STRANGER = station_officer("library", subject="1f6f0f0e-0000-4000-8000-00000000000c")
CONTESTS = ("mazhilis-kz-akm", "maslikhat-kz-akm", "maslikhat-kz-111000000")


@pytest.fixture
def polls(db: Database) -> PrimaryInVoting:
    """Three voters were marked at the school, which has closed."""
    primary = PrimaryInVoting(db).set_up()
    primary.import_stations("school")
    primary.clock.set(PAPER_OPEN)
    for number in range(3):
        primary.mark(primary.voter(number))
    primary.clock.set(CLOSING)
    return primary


def a_count(contest: str, **changes: Any) -> dict[str, Any]:
    """One valid paper with two votes, one blank, none spoilt."""
    votes = {f"{contest}:0": 1, f"{contest}:2": 1}
    count = {"contest": contest, "valid": 1, "blank": 1, "spoilt": 0, "votes": votes}
    return count | changes


def a_sheet(**changes: Any) -> dict[str, Any]:
    """Three papers issued, two of them in the box."""
    counts = [a_count(contest) for contest in CONTESTS]
    return {"issued": 3, "cast": 2, "returned": 1, "counts": counts} | changes


def enter(polls: PrimaryInVoting, who: Any = AUTHOR, **changes: Any) -> Any:
    with polls.db.transaction() as session:
        return protocols.enter_protocol(
            session,
            polls.clock,
            who,
            primary=polls.primary,
            station="school",
            **deepcopy(a_sheet(**changes)),
        )


def sign(polls: PrimaryInVoting, version: int, who: Any = SECOND) -> Any:
    with polls.db.transaction() as session:
        return protocols.sign_protocol(
            session,
            polls.clock,
            who,
            primary=polls.primary,
            station="school",
            version=version,
        )


def accepted(polls: PrimaryInVoting) -> list[dict[str, Any]]:
    with polls.db.reading() as session:
        return recorded(session, ProtocolAccepted)


def test_a_protocol_is_accepted_by_a_second_officer(polls: PrimaryInVoting):
    entered = enter(polls)
    assert accepted(polls) == []

    signed = sign(polls, entered.version)

    [event] = accepted(polls)
    assert signed.state == "accepted"
    assert event["protocol_hash"] == signed.protocol_hash
    assert event["district"] == DISTRICT
    assert event["counts"][0] == {
        "contest": "mazhilis-kz-akm",
        "valid": 1,
        "blank": 1,
        "spoilt": 0,
        "votes": {
            "mazhilis-kz-akm:0": 1,
            "mazhilis-kz-akm:1": 0,
            "mazhilis-kz-akm:2": 1,
        },
    }
    [station] = rows(polls.db, models.Station)
    assert (station.protocol_version, station.protocol_hash) == (
        1,
        signed.protocol_hash,
    )


def test_nobody_signs_their_own_protocol(polls: PrimaryInVoting):
    enter(polls)

    with pytest.raises(errors.SignedByItsAuthor):
        sign(polls, 1, AUTHOR)

    assert accepted(polls) == []


def test_a_signature_given_twice_counts_once(polls: PrimaryInVoting):
    enter(polls)

    sign(polls, 1)
    sign(polls, 1)

    assert len(accepted(polls)) == 1


def test_officers_of_other_stations_neither_enter_nor_sign(polls: PrimaryInVoting):
    with pytest.raises(errors.NotYourStation):
        enter(polls, STRANGER)
    enter(polls)
    with pytest.raises(errors.NotYourStation):
        sign(polls, 1, STRANGER)
    with polls.db.reading() as session, pytest.raises(errors.NotYourStation):
        protocols.list_protocols(
            session, STRANGER, primary=polls.primary, station="school"
        )


def test_the_same_numbers_again_are_the_same_version(polls: PrimaryInVoting):
    enter(polls)

    assert enter(polls, SECOND).version == 1


def test_a_correction_is_a_new_version_and_counts_once_it_is_signed(
    polls: PrimaryInVoting,
):
    enter(polls)
    sign(polls, 1)
    correction = [a_count(contest, blank=0, spoilt=1) for contest in CONTESTS]

    enter(polls, counts=correction)
    sign(polls, 2)

    assert [event["version"] for event in accepted(polls)] == [1, 2]


def test_an_older_version_cannot_be_signed_any_more(polls: PrimaryInVoting):
    enter(polls)
    enter(polls, issued=2, returned=0)

    with pytest.raises(errors.ProtocolSuperseded):
        sign(polls, 1)


def test_a_version_that_does_not_exist_cannot_be_signed(polls: PrimaryInVoting):
    with pytest.raises(errors.UnknownProtocol):
        sign(polls, 1)


def test_a_protocol_waits_until_the_stations_have_closed(polls: PrimaryInVoting):
    polls.clock.set(PAPER_OPEN)

    with pytest.raises(errors.ProtocolTooEarly):
        enter(polls)


def test_protocols_are_final_when_results_are_published(polls: PrimaryInVoting):
    enter(polls)
    polls.clock.set(PUBLICATION)

    with pytest.raises(errors.ProtocolTooLate):
        enter(polls, issued=2, returned=0)
    with pytest.raises(errors.ProtocolTooLate):
        sign(polls, 1)


def with_count(**changes: Any) -> dict[str, Any]:
    """A sheet whose first question is changed."""
    counts = [a_count(contest) for contest in CONTESTS]
    return {"counts": [counts[0] | changes, *counts[1:]]}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"issued": 4}, "/issued"),
        ({"issued": 5, "cast": 4}, "/cast"),
        ({"counts": []}, "/counts"),
        ({"counts": [a_count(CONTESTS[0])] * 3}, "/counts"),
        (with_count(contest="another"), "/counts"),
        (with_count(blank=0), "/counts/0"),
        (with_count(votes={}), "/counts/0"),
        (with_count(votes={"mazhilis-kz-akm:0": 2}), "/counts/0"),
        (
            with_count(votes={f"mazhilis-kz-akm:{n}": 1 for n in range(3)}),
            "/counts/0",
        ),
        (with_count(votes={"somebody": 1}), "/counts/0"),
        (with_count(valid=0, blank=2), "/counts/0"),
    ],
)
def test_numbers_that_contradict_each_other_are_refused(
    polls: PrimaryInVoting, changes: dict[str, Any], pointer: str
):
    with pytest.raises(errors.ProtocolDoesNotAddUp) as refusal:
        enter(polls, **changes)

    problems: Any = refusal.value.params["problems"]
    assert pointer in {problem["pointer"] for problem in problems}
    assert rows(polls.db, models.Protocol) == []
