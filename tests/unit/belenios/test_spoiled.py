from __future__ import annotations

import copy
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belenios.ballots import check_ballot, create_opened_ballot, tracker
from belenios.encoding import dumps
from belenios.errors import (
    BeleniosError,
    InvalidBoard,
    InvalidOpening,
    InvalidProof,
    InvalidSignature,
    Malformed,
    RepeatedBallot,
    SpoiledBallot,
    UnknownCredential,
)
from belenios.spoiled import SpoiledLog, check_opening, opening_json, spoil_ballot
from tests.unit.belenios.elections import Primary, fields_of, leaves, replace, rng

VOTES = [[1, 0, 1], [0, 1, 0]]


def primary(group: str = "Ed25519") -> Primary:
    return prepared(group)


@cache
def prepared(group: str) -> Primary:
    return Primary(group)


def opened(
    voter: int = 0, votes: list[list[int]] = VOTES, group: str = "Ed25519"
) -> tuple[str, str]:
    """A sealed ballot, and what opens it."""
    one = primary(group)
    ballot, openings = create_opened_ballot(one.election, one.voters[voter], votes, rng)
    return ballot, opening_json(openings)


def a_log() -> SpoiledLog:
    one = primary()
    return SpoiledLog(
        election=one.election, credentials={voter.public for voter in one.voters}
    )


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_an_opened_ballot_is_what_its_voter_chose(group: str):
    ballot, opening = opened(group=group)

    check_ballot(primary(group).election, ballot)
    assert check_opening(primary(group).election, ballot, opening) == VOTES


@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_a_device_that_sealed_another_vote_is_found_out(data: st.DataObject):
    shapes = st.sampled_from(
        [[[1, 0, 0], [0, 1, 0]], [[0, 1, 1], [1, 0, 0]], [[0, 0, 1], [0, 0, 1]]]
    )
    wanted, sealed = data.draw(shapes), data.draw(shapes)
    ballot, opening = opened(votes=sealed)
    claimed = dumps({**fields_of(opening), "votes": wanted})

    if wanted == sealed:
        assert check_opening(primary().election, ballot, claimed) == wanted
    else:
        with pytest.raises(InvalidOpening):
            check_opening(primary().election, ballot, claimed)


def test_every_falsified_number_of_an_opening_is_found_out():
    ballot, opening = opened()

    for path in leaves(fields_of(opening)):
        changed = copy.deepcopy(fields_of(opening))
        replace(changed, path, lambda v: 1 - v if isinstance(v, int) else "5")
        with pytest.raises(InvalidOpening) as invalid:
            check_opening(primary().election, ballot, dumps(changed))
        assert invalid.value.detail == f"question {path[1]}, choice {path[2]}"


def test_an_opening_opens_one_ballot_alone():
    ballot, opening = opened()
    another, _ = opened()

    with pytest.raises(InvalidOpening):
        check_opening(primary().election, another, opening)
    assert check_opening(primary().election, ballot, opening) == VOTES


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("votes", [[2, 0, 1], [0, 1, 0]]),
        ("votes", [[True, 0, 1], [0, 1, 0]]),
        ("votes", [[1, 0, 1]]),
        ("randomness", [["1", "1", "1"], ["1", "1", "01"]]),
        ("randomness", [["1", "1", "1"], ["1", "1", str(2**256)]]),
        ("randomness", [[1, 1, 1], [1, 1, 1]]),
        ("note", ""),
    ],
)
def test_an_opening_in_another_form_is_refused(name: str, value: object):
    ballot, opening = opened()

    with pytest.raises(BeleniosError):
        check_opening(
            primary().election, ballot, dumps({**fields_of(opening), name: value})
        )


def test_a_log_of_spoiled_ballots_is_a_chain_that_anybody_can_check():
    one, log, head = primary(), a_log(), None
    for voter in (0, 1, 0):
        ballot, opening = opened(voter)
        head = spoil_ballot(head, one.election, ballot, opening)
        assert log.accept(head.text) == VOTES
        assert log.head == head

    assert head is not None
    assert (head.height, len(log.trackers)) == (2, 3)
    assert list(fields_of(head.text)) == ["parent", "height", "ballot", "opening"]


def two_lines() -> list[str]:
    first = spoil_ballot(None, primary().election, *opened(0))
    return [first.text, spoil_ballot(first, primary().election, *opened(1)).text]


def test_a_line_removed_repeated_or_exchanged_is_noticed():
    first, second = two_lines()
    log = a_log()
    with pytest.raises(InvalidBoard):
        log.accept(second)

    log.accept(first)
    with pytest.raises(RepeatedBallot):
        log.accept(first)
    log.accept(second)


@pytest.mark.parametrize(
    "changes", [{"height": 2}, {"height": 0}, {"parent": "0" * 64}, {"parent": None}]
)
def test_a_broken_chain_is_noticed(changes: dict[str, object]):
    first, second = two_lines()
    fields = {**fields_of(second), **changes}
    log = a_log()
    log.accept(first)

    with pytest.raises(InvalidBoard):
        log.accept(dumps({k: v for k, v in fields.items() if v is not None}))
    assert log.accept(second) == VOTES


def test_the_same_ballot_is_spoiled_once():
    ballot, opening = opened()
    head = spoil_ballot(None, primary().election, ballot, opening)
    again = spoil_ballot(head, primary().election, ballot, opening)
    log = a_log()
    log.accept(head.text)

    with pytest.raises(RepeatedBallot):
        log.accept(again.text)


def test_a_strangers_ballot_does_not_enter_the_log():
    log = a_log()
    log.credentials = {primary().voters[1].public}

    with pytest.raises(UnknownCredential):
        log.accept(two_lines()[0])
    assert log.head is None


def test_what_is_not_a_sound_ballot_is_not_spoiled():
    ballot, opening = opened()
    fields = fields_of(ballot)
    replace(fields, ("signature", "proof", "response"), lambda _: "1")
    replace(fields, ("answers", 0, "overall_proof", 0, "challenge"), lambda _: "1")

    with pytest.raises(InvalidSignature):
        spoil_ballot(None, primary().election, dumps(fields), opening)


def test_a_spoiled_ballot_is_never_cast():
    one, log = primary(), a_log()
    ballot, opening = opened()
    log.accept(spoil_ballot(None, one.election, ballot, opening).text)
    other, _ = opened(1)

    log.check_not_cast([tracker(other)])
    with pytest.raises(SpoiledBallot):
        log.check_not_cast([tracker(other), tracker(ballot)])


def test_a_line_in_another_form_is_refused():
    for line in ("", "{}", "[]", f"{two_lines()[0]} "):
        with pytest.raises((Malformed, InvalidProof)):
            a_log().accept(line)
