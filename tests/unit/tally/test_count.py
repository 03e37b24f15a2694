"""A whole count: from ballots on two boards and paper to published results."""

from __future__ import annotations

import io
from typing import Any

import pytest

from belenios.verification import verify_archive
from chassis.testing import recorded
from contracts.registration.events import CandidacyWithdrawn
from contracts.tally.errors import ResultsNotPublished
from contracts.tally.events import (
    BoardRecordAppended,
    PartyListComposed,
    RatingsPublished,
)
from contracts.tally.views import BoardState
from contracts.voting.events import ProtocolAccepted, StationsAnnounced
from services.tally import counts, publications
from tests.support.tally import (
    AFTER_VOTING,
    MAZHILIS,
    PRIMARY,
    PUBLICATION,
    TOWN,
    TOWN_CONTEST,
    VILLAGE,
    BallotBox,
    Tally,
    a_town_box,
    a_village_box,
    archive_of,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute


def vote_in_town(tally: Tally, box: BallotBox) -> None:
    tally.cast(box, 0, mazhilis_kz_akm=["bolat"], maslikhat_kz_111000000=["gulnar"])
    tally.cast(box, 1, mazhilis_kz_akm=["aidar", "dana"])
    tally.cast(box, 0, mazhilis_kz_akm=["aidar"], maslikhat_kz_111000000=["nurlan"])
    tally.cast(box, 2)


def vote_in_village(tally: Tally, box: BallotBox) -> None:
    tally.cast(box, 0, mazhilis_kz_akm=["aidar", "ermek"])
    tally.cast(box, 1, mazhilis_kz_akm=["dana"])


def a_protocol(version: int = 1, **votes: int) -> dict[str, Any]:
    return {
        "station": "school-1",
        "district": VILLAGE,
        "version": version,
        "issued": 12,
        "protocol_hash": "0" * 64,
        "counts": [
            {
                "contest": MAZHILIS,
                "valid": 5,
                "blank": 2,
                "spoilt": 1,
                "votes": votes,
            }
        ],
    }


@pytest.fixture
def counted(tally: Tally) -> Tally:
    """Two boards and a station are counted; the publication instant has not come."""
    town, village = a_town_box(), a_village_box(voters=6)
    for box in (town, village):
        tally.set_up(box)
    vote_in_town(tally, town)
    vote_in_village(tally, village)
    tally.hear(StationsAnnounced, district=VILLAGE, stations=["school-1"])
    tally.hear(StationsAnnounced, district=TOWN, stations=[])
    tally.clock.set(AFTER_VOTING)
    for box in (town, village):
        tally.seal(box)
    tally.hear(ProtocolAccepted, **a_protocol(aidar=1, bolat=5, ermek=2))
    tally.decrypt_all()
    return tally


def results(tally: Tally) -> dict[str, Any]:
    with tally.db.reading() as session:
        return publications.published_results(session, PRIMARY)


def states(tally: Tally) -> list[BoardState]:
    with tally.db.reading() as session:
        progress = counts.progress_of(session, PRIMARY)
    return [board["state"] for board in progress["boards"]]


def test_a_count_adds_boards_and_paper_and_counts_only_the_last_ballot(counted: Tally):
    counted.draw_lot()
    counted.clock.set(PUBLICATION)

    counted.work()

    mazhilis, town = results(counted)["contests"]
    assert {key: mazhilis[key] for key in list(mazhilis)[5:-1]} == {
        "eligible": 10,
        "ballots": 13,
        "online": 5,
        "paper": 8,
        "blank": 3,
        "spoilt": 1,
        "turnout": 1.3,
        "boards": [
            {"file": f"{TOWN}.bel", "question": 0},
            {"file": f"{VILLAGE}.bel", "question": 0},
        ],
        "excluded": [],
    }
    votes = {c["candidate"]: (c["online"], c["paper"]) for c in mazhilis["candidates"]}
    assert votes == {"aidar": (3, 1), "bolat": (0, 5), "dana": (2, 0), "ermek": (1, 2)}
    assert [c["candidate"] for c in mazhilis["candidates"][:2]] == ["bolat", "aidar"]
    assert mazhilis["candidates"][0]["share"] == 5 / 9
    assert mazhilis["candidates"][0]["answer"] == 1
    assert (town["contest"], town["ballots"], town["blank"]) == (TOWN_CONTEST, 3, 2)
    assert [c["candidate"] for c in town["candidates"]] == ["nurlan", "gulnar"]


def test_nothing_is_public_a_second_before_the_instant(counted: Tally):
    counted.draw_lot()
    counted.clock.set(PUBLICATION)
    counted.clock.tick(seconds=-1)
    counted.work()
    told = {r["record_type"] for r in counted.announced(BoardRecordAppended)}
    with pytest.raises(ResultsNotPublished) as refusal:
        results(counted)

    counted.clock.tick(seconds=1)
    counted.work()

    assert told == {"EncryptedTally"}
    assert refusal.value.params == {"publication": "2020-10-05T06:00:00Z"}
    assert results(counted)["published_at"] == counted.clock.now()
    assert len(counted.announced(RatingsPublished)) == 2


def test_results_are_published_once_and_all_together(counted: Tally):
    counted.draw_lot()
    counted.clock.set(PUBLICATION)

    for _ in range(3):
        counted.work()
        counted.clock.tick(minutes=1)

    assert len(counted.announced(RatingsPublished)) == 2
    assert len(counted.announced(PartyListComposed)) == 2


def test_equal_votes_wait_for_the_lot(counted: Tally):
    counted.hear(ProtocolAccepted, **a_protocol(2, aidar=2, bolat=5))
    counted.clock.set(PUBLICATION)
    counted.work()
    assert counted.announced(RatingsPublished) == []

    counted.draw_lot()
    counted.work()

    first, second, *rest = results(counted)["contests"][0]["candidates"]
    assert {first["candidate"], second["candidate"]} == {"aidar", "bolat"}
    assert first["lot"] < second["lot"]
    assert [each["lot"] for each in rest] == [None, None]
    assert [first["rank"], second["rank"]] == [1, 2]


def test_a_station_without_its_protocol_holds_the_results_up(counted: Tally):
    counted.hear(StationsAnnounced, district=TOWN, stations=["school-2"])
    counted.draw_lot()
    counted.clock.set(PUBLICATION)

    counted.work()

    with pytest.raises(ResultsNotPublished):
        results(counted)


def test_an_older_protocol_does_not_undo_a_correction(counted: Tally):
    counted.hear(ProtocolAccepted, **a_protocol(3, bolat=1))
    counted.hear(ProtocolAccepted, **a_protocol(2, bolat=7))
    counted.draw_lot()
    counted.clock.set(PUBLICATION)

    counted.work()

    candidates = results(counted)["contests"][0]["candidates"]
    assert {c["candidate"]: c["paper"] for c in candidates}["bolat"] == 1


def test_the_finished_boards_pass_the_strict_verifier(counted: Tally):
    counted.clock.set(PUBLICATION)
    counted.work()

    for board in (TOWN, VILLAGE):
        verified = verify_archive(io.BytesIO(archive_of(counted, board)))
        assert verified.result is not None
    kinds = [r["record_type"] for r in counted.announced(BoardRecordAppended)]
    assert sorted(kinds) == [
        *["EncryptedTally"] * 2,
        *["PartialDecryption"] * 4,
        *["Result"] * 2,
    ]


def test_a_board_without_ballots_counts_to_nought(tally: Tally):
    box = a_village_box()
    tally.set_up(box)
    tally.clock.set(AFTER_VOTING)
    tally.seal(box)
    tally.decrypt_all()
    tally.draw_lot()
    tally.clock.set(PUBLICATION)

    tally.work()

    (mazhilis,) = results(tally)["contests"]
    assert (mazhilis["ballots"], mazhilis["turnout"]) == (0, 0.0)
    assert {c["votes"] for c in mazhilis["candidates"]} == {0}
    assert {c["share"] for c in mazhilis["candidates"]} == {0.0}
    assert verify_archive(io.BytesIO(archive_of(tally, VILLAGE))).result is not None


def test_who_withdraws_keeps_votes_and_rank_but_leaves_the_list(counted: Tally):
    counted.draw_lot()
    counted.clock.set(PUBLICATION)
    counted.work()
    before = results(counted)["contests"][0]["candidates"]

    counted.hear(
        CandidacyWithdrawn,
        candidacy="bolat",
        contest=MAZHILIS,
        reason_code="stood_down",
    )

    after = results(counted)["contests"][0]["candidates"]
    assert [c["withdrawn"] for c in after] == [True, False, False, False]
    assert [(c["rank"], c["votes"]) for c in after] == [
        (c["rank"], c["votes"]) for c in before
    ]
    with counted.db.reading() as session:
        newest = publications.contest_list(session, PRIMARY, MAZHILIS)
        composed = recorded(session, PartyListComposed)
    assert newest["version"] == 2
    assert newest["list"]["passed_over"][0]["because"]["code"] == "withdrawn"
    assert "bolat" not in composed[-1]["places"]
    assert "bolat" in composed[0]["places"]


def test_a_withdrawal_known_before_the_candidacy_counts_too(tally: Tally):
    tally.hear(
        CandidacyWithdrawn,
        candidacy="saule",
        contest=TOWN_CONTEST,
        reason_code="removed",
    )
    tally.register(TOWN_CONTEST, {"saule": (True, False)})
    box = BallotBox({TOWN_CONTEST: ("gulnar", "nurlan", "saule")})
    tally.set_up(box)
    tally.cast(box, 0, maslikhat_kz_111000000=["saule"])
    tally.clock.set(AFTER_VOTING)
    tally.seal(box)
    tally.decrypt_all()
    tally.draw_lot()
    tally.clock.set(PUBLICATION)

    tally.work()

    best = results(tally)["contests"][0]["candidates"][0]
    assert (best["candidate"], best["withdrawn"], best["votes"]) == ("saule", True, 1)
    with tally.db.reading() as session:
        (party_list,) = publications.published_lists(session, PRIMARY)["lists"]
    assert "saule" not in [place["candidate"] for place in party_list["places"]]


def test_a_contest_shows_three_ratings_and_the_lot_that_was_used(counted: Tally):
    counted.draw_lot()
    counted.clock.set(PUBLICATION)
    counted.work()

    with counted.db.reading() as session:
        shown = publications.contest_ratings(session, PRIMARY, MAZHILIS)

    ratings = {
        name: [(each["candidate"], each["rank"]) for each in rating]
        for name, rating in shown["ratings"].items()
    }
    assert ratings["women"] == [("dana", 1)]
    assert ratings["young"] == [("ermek", 1)]
    assert [name for name, _ in ratings["general"]][:2] == ["bolat", "aidar"]
    assert shown["lot"] is None


def test_anybody_can_follow_the_count_without_seeing_a_vote(tally: Tally):
    box = a_town_box()
    tally.set_up(box)
    tally.cast(box, 0, mazhilis_kz_akm=["aidar"])
    tally.work()
    seen = [*states(tally)]
    tally.clock.set(AFTER_VOTING)
    tally.seal(box)
    seen += states(tally)
    tally.decrypt_all()
    seen += states(tally)

    assert seen == [
        BoardState.WAITING_FOR_SEAL,
        BoardState.WAITING_FOR_TRUSTEES,
        BoardState.COUNTED,
    ]
