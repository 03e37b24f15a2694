"""Anybody can check in a few hashes that a ballot is there and nothing went."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from belenios.ballots import tracker
from belenios.encoding import hex_hash
from belenios.errors import InvalidInclusion
from belenios.merkle import (
    TreeHead,
    check_consistency,
    check_inclusion,
    leaf_hash,
    root_of,
)
from chassis.db import Database
from chassis.testing import TEST_KEY
from contracts.voting import errors
from services.voting import models, trees
from tests.support.voting import DISTRICT, OTHER_DISTRICT, PrimaryInVoting, rows

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute


def head_of(polls: PrimaryInVoting, board: str = DISTRICT) -> dict[str, Any]:
    return trees.show_tree_head(polls.db, TEST_KEY, primary=polls.primary, board=board)


def inclusion_of(polls: PrimaryInVoting, ballot: str) -> dict[str, Any]:
    return trees.show_inclusion(
        polls.db,
        TEST_KEY,
        primary=polls.primary,
        board=DISTRICT,
        tracker=tracker(ballot),
    )


def growth_of(
    polls: PrimaryInVoting, older: int, newer: int | None = None
) -> dict[str, Any]:
    return trees.show_consistency(
        polls.db,
        TEST_KEY,
        primary=polls.primary,
        board=DISTRICT,
        older=older,
        newer=newer,
    )


def checked(head: dict[str, Any]) -> TreeHead:
    """The head, once its signature holds and it is what was signed."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(head["public_key"]))
    assert key == TEST_KEY.public_key()
    key.verify(base64.b64decode(head["signature"]), head["signed"].encode())
    signed = TreeHead.parse(head["signed"])
    assert (signed.size, signed.root.hex()) == (head["size"], head["root"])
    return signed


def path_of(proof: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(node) for node in proof["path"]]


def test_the_head_stands_for_the_events_of_the_board(polls: PrimaryInVoting):
    polls.vote(polls.voter())

    head = checked(head_of(polls))

    records = rows(polls.db, models.BoardRecord)
    events = [row.event for row in records if row.board == DISTRICT]
    assert head.size == 2
    assert head.root == root_of([leaf_hash(event.encode()) for event in events])


def test_the_head_moves_when_the_board_grows(polls: PrimaryInVoting):
    first = checked(head_of(polls))

    polls.vote(polls.voter())

    assert checked(head_of(polls)).size == first.size + 1
    assert checked(head_of(polls)).root != first.root


def test_no_two_boards_have_the_same_head(db: Database):
    polls = PrimaryInVoting(db, boards=2).set_up()

    assert head_of(polls)["root"] != head_of(polls, OTHER_DISTRICT)["root"]


def test_a_head_that_was_changed_has_no_signature(polls: PrimaryInVoting):
    head = head_of(polls)
    signed = json.loads(head["signed"]) | {"tree_size": 7}
    changed = json.dumps(signed, separators=(",", ":"))

    with pytest.raises(InvalidSignature):
        checked(head | {"signed": changed})


@pytest.mark.parametrize("number", range(3))
def test_a_ballot_is_shown_to_be_on_the_board(polls: PrimaryInVoting, number: int):
    ballots = [polls.vote(polls.voter(voter))[0] for voter in range(3)]

    proof = inclusion_of(polls, ballots[number])

    head, path = checked(proof["tree_head"]), path_of(proof)
    leaf = leaf_hash(proof["event"].encode())
    check_inclusion(leaf, proof["height"], head.size, path, head.root)
    assert json.loads(proof["event"])["payload"] == hex_hash(ballots[number].encode())
    assert proof["tracker"] == tracker(ballots[number])
    assert proof["height"] == number + 1


def test_the_proof_of_a_ballot_is_no_proof_of_another(polls: PrimaryInVoting):
    ballots = [polls.vote(polls.voter(voter))[0] for voter in range(2)]

    mine, other = (inclusion_of(polls, ballot) for ballot in ballots)

    head, leaf = checked(mine["tree_head"]), leaf_hash(other["event"].encode())
    with pytest.raises(InvalidInclusion):
        check_inclusion(leaf, mine["height"], head.size, path_of(mine), head.root)


def test_a_ballot_that_is_not_there_has_no_proof(polls: PrimaryInVoting):
    sealed = polls.seal(polls.voter())

    with pytest.raises(errors.UnknownBallot):
        inclusion_of(polls, sealed)


@pytest.mark.parametrize(("older", "newer"), [(1, 4), (2, 3), (3, 4), (4, 4)])
def test_a_board_is_shown_to_have_only_grown(
    polls: PrimaryInVoting, older: int, newer: int
):
    kept = [checked(head_of(polls))]
    for voter in range(3):
        polls.vote(polls.voter(voter))
        kept.append(checked(head_of(polls)))

    proof = growth_of(polls, older, newer)

    heads = checked(proof["older"]), checked(proof["newer"])
    check_consistency(*heads, path_of(proof))
    assert heads == (kept[older - 1], kept[newer - 1])


def test_without_a_size_a_board_is_compared_with_what_it_is_now(
    polls: PrimaryInVoting,
):
    polls.vote(polls.voter())
    polls.seal_box()

    proof = growth_of(polls, 1)

    check_consistency(checked(proof["older"]), checked(proof["newer"]), path_of(proof))
    assert proof["newer"] == head_of(polls)
    assert proof["newer"]["size"] == 3


@pytest.mark.parametrize(
    ("older", "newer", "reason"),
    [
        (2, None, errors.UnknownTree),
        (1, 2, errors.UnknownTree),
        (3, 2, errors.UnknownTree),
    ],
)
def test_sizes_that_a_board_never_had_are_refused(
    polls: PrimaryInVoting, older: int, newer: int | None, reason: type[Exception]
):
    with pytest.raises(reason):
        growth_of(polls, older, newer)


def test_a_board_never_shrinks(polls: PrimaryInVoting):
    polls.vote(polls.voter())

    with pytest.raises(errors.BoardDoesNotShrink):
        growth_of(polls, 2, 1)


def test_a_board_that_nobody_knows_has_no_tree(polls: PrimaryInVoting):
    with pytest.raises(errors.UnknownBoard):
        head_of(polls, "elsewhere")
