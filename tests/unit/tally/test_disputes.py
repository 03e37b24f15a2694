"""What becomes of a disputed board: two officers decide, with a public reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chassis.auth import Grant, Principal, Role
from contracts.tally import errors
from contracts.tally.disputes import Decision
from contracts.tally.events import DisputeResolved, RatingsPublished
from contracts.tally.views import BoardState
from contracts.voting.events import BallotAccepted, BallotBoxSealed
from services.tally import counts, disputes, publications
from services.tally.jobs import fill_gaps, open_boards
from services.tally.models import Board, Resolution
from tests.support.tally import (
    AFTER_VOTING,
    BEFORE_VOTING,
    MAZHILIS,
    PRIMARY,
    PUBLICATION,
    TOWN,
    TOWN_CONTEST,
    BallotBox,
    Tally,
    a_town_box,
    a_village_box,
    record_of,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

WHY = "The archive was damaged on its way to the count."


def officer(name: str = "first", scope: str = "") -> Principal:
    grant = Grant(role=Role.OFFICER, scope=scope)
    return Principal(subject=name, primary=PRIMARY, grants=(grant,))


def propose(
    tally: Tally,
    decision: Decision = Decision.CHECK_AGAIN,
    by: Principal | None = None,
    board: str = TOWN,
) -> Resolution:
    with tally.db.transaction() as session:
        return disputes.propose_resolution(
            session,
            tally.clock,
            by or officer(),
            primary=PRIMARY,
            board=board,
            decision=decision,
            reason=WHY,
        )


def approve(tally: Tally, number: int = 1, by: Principal | None = None) -> Resolution:
    with tally.db.transaction() as session:
        return disputes.approve_resolution(
            session,
            tally.clock,
            by or officer("second"),
            primary=PRIMARY,
            board=TOWN,
            number=number,
        )


def decide(tally: Tally, decision: Decision, box: BallotBox) -> None:
    """Two officers decide, and the timers do what follows from it."""
    approve(tally, propose(tally, decision).number)
    open_boards(tally.db, tally.clock)
    fill_gaps(tally.db, tally.clock, voting_of(box))
    tally.work()


def state_of(tally: Tally, board: str = TOWN) -> BoardState:
    with tally.db.reading() as session:
        [found] = counts.progress_of(session, PRIMARY, board)["boards"]
    return found["state"]


def decisions_on(tally: Tally, board: str) -> list[str]:
    with tally.db.reading() as session:
        found = disputes.resolutions(session, PRIMARY, board)
        return [each.decision for each in found]


def boards_as_they_are(tally: Tally) -> list[tuple[Any, ...]]:
    with tally.db.reading() as session:
        row = session.get_one(Board, (PRIMARY, TOWN))
    return [(row.stage, row.height, row.head, row.dispute, row.exclusion)]


def voting_of(box: BallotBox) -> Callable[..., dict[str, Any]]:
    """What voting answers when tally asks for its records."""
    kinds = ["Setup", *["Ballot"] * (len(box.entries) - 2), "EndBallots"]
    records = [record_of(*each) for each in zip(box.entries, kinds, strict=True)]
    return lambda _operation, asked: {"items": records[asked["after"] + 1 :]}


@pytest.fixture
def town() -> BallotBox:
    return a_town_box()


@pytest.fixture
def damaged(tally: Tally, town: BallotBox) -> Tally:
    """A sealed board of which one ballot arrived otherwise than it was sent."""
    tally.set_up(town)
    sent = [town.cast(0, mazhilis_kz_akm=["aidar"]), town.cast(1)]
    text = sent[1]["record"]["data"][0]
    sent[1]["record"]["data"] = [text.replace('"response":"', '"response":"1', 1)]
    for each in sent:
        tally.hear(BallotAccepted, **each)
    tally.clock.set(AFTER_VOTING)
    tally.seal(town)
    assert state_of(tally) == BoardState.DISPUTED
    return tally


def test_a_board_that_is_read_again_is_checked_from_the_start_and_counted(
    damaged: Tally, town: BallotBox
):
    decide(damaged, Decision.CHECK_AGAIN, town)

    assert state_of(damaged) == BoardState.WAITING_FOR_TRUSTEES
    [told] = damaged.announced(DisputeResolved)
    assert (told["board"], told["decision"], told["reason"]) == (
        TOWN,
        "check_again",
        WHY,
    )
    damaged.draw_lot()
    damaged.clock.set(PUBLICATION)
    damaged.decrypt_all()
    with damaged.db.reading() as session:
        results = publications.published_results(session, PRIMARY)["contests"]
    assert {each["contest"]: each["ballots"] for each in results} == {
        MAZHILIS: 2,
        TOWN_CONTEST: 2,
    }


def test_what_is_wrong_on_the_board_itself_is_disputed_again(
    tally: Tally, town: BallotBox
):
    tally.set_up(town)
    tally.hear(BallotAccepted, **town.accept('{"not": "a ballot"}'))
    tally.clock.set(AFTER_VOTING)
    tally.seal(town)

    decide(tally, Decision.CHECK_AGAIN, town)

    assert state_of(tally) == BoardState.DISPUTED
    assert propose(tally).number == 2


def test_a_contradiction_after_the_tally_does_not_undo_it(
    tally: Tally, town: BallotBox
):
    tally.set_up(town)
    facts = town.cast(0, mazhilis_kz_akm=["aidar"])
    tally.hear(BallotAccepted, **facts)
    tally.clock.set(AFTER_VOTING)
    tally.seal(town)
    facts["record"]["hash"] = "0" * 64
    tally.hear(BallotAccepted, **facts)
    assert state_of(tally) == BoardState.DISPUTED

    decide(tally, Decision.CHECK_AGAIN, town)

    assert state_of(tally) == BoardState.WAITING_FOR_TRUSTEES


def test_an_excluded_board_holds_up_nobody_and_the_results_say_so(
    damaged: Tally, town: BallotBox
):
    village = a_village_box(voters=6)
    damaged.set_up(village)
    damaged.cast(village, 0, mazhilis_kz_akm=["dana"])
    damaged.seal(village)
    damaged.draw_lot()
    damaged.clock.set(PUBLICATION)
    damaged.decrypt_all()
    assert not damaged.announced(RatingsPublished)

    decide(damaged, Decision.EXCLUDE, town)

    assert state_of(damaged) == BoardState.EXCLUDED
    assert decisions_on(damaged, TOWN) == [Decision.EXCLUDE]
    assert decisions_on(damaged, village.board) == []
    with damaged.db.reading() as session:
        mazhilis, maslikhat = publications.published_results(session, PRIMARY)[
            "contests"
        ]
    assert [each["file"] for each in mazhilis["boards"]] == [f"{village.board}.bel"]
    assert mazhilis["excluded"] == [{"board": TOWN, "reason": WHY}]
    assert (mazhilis["ballots"], mazhilis["eligible"]) == (1, 10)
    assert (maslikhat["ballots"], maslikhat["eligible"]) == (0, 4)
    assert {each["votes"] for each in maslikhat["candidates"]} == {0}
    with pytest.raises(errors.BoardNotDisputed):
        propose(damaged)


def test_only_a_disputed_board_is_decided_about(tally: Tally, town: BallotBox):
    tally.set_up(town)

    with pytest.raises(errors.BoardNotDisputed):
        propose(tally)
    with pytest.raises(errors.UnknownTally):
        propose(tally, board="KZ-999")
    with pytest.raises(errors.UnknownTally):
        state_of(tally, "KZ-999")


def test_nothing_happens_until_another_officer_approves_the_newest_proposal(
    damaged: Tally,
):
    before = boards_as_they_are(damaged)
    propose(damaged, Decision.EXCLUDE)
    propose(damaged)

    for refusal, asked in (
        (errors.OtherOfficerNeeded, {"number": 2, "by": officer()}),
        (errors.ResolutionOutdated, {"number": 1}),
        (errors.UnknownResolution, {"number": 3}),
        (errors.NoCentralOffice, {"number": 2, "by": officer("two", "KZ-AKM")}),
    ):
        with pytest.raises(refusal):
            approve(damaged, **asked)

    assert boards_as_they_are(damaged) == before
    assert damaged.announced(DisputeResolved) == []


def test_a_regional_office_proposes_nothing(damaged: Tally):
    with pytest.raises(errors.NoCentralOffice):
        propose(damaged, by=officer(scope="KZ-AKM"))


def test_no_board_is_excluded_while_people_vote_on_it(damaged: Tally):
    damaged.clock.set(BEFORE_VOTING)

    with pytest.raises(errors.TooEarlyToExclude):
        propose(damaged, Decision.EXCLUDE)


def test_nothing_is_decided_about_published_results(tally: Tally, town: BallotBox):
    tally.set_up(town)
    facts = town.cast(0, mazhilis_kz_akm=["aidar"])
    tally.hear(BallotAccepted, **facts)
    tally.clock.set(PUBLICATION)
    tally.hear(BallotBoxSealed, **town.seal())
    tally.draw_lot()
    tally.work()
    tally.decrypt_all()
    assert tally.announced(RatingsPublished)
    facts["record"]["hash"] = "0" * 64
    tally.hear(BallotAccepted, **facts)

    with pytest.raises(errors.CountIsPublished):
        propose(tally, Decision.EXCLUDE)
