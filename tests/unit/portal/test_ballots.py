"""Ballots from the browser, judged by Python, and Python's judged in the browser."""

from __future__ import annotations

import copy
import io
from functools import cache
from typing import Any

import pytest
from nacl.bindings import crypto_core_ed25519_add

from belenios import board
from belenios.ballots import check_ballot, create_ballot, tracker
from belenios.encoding import dumps
from belenios.group import get_group
from belenios.spoiled import check_opening
from belenios.verification import verify_archive
from tests.unit.belenios.elections import (
    Primary,
    fields_of,
    leaves,
    replace,
    rng,
    spoil,
)
from tests.unit.belenios.forging import sealed, signed
from tests.unit.portal.node import ask

VOTES = [[1, 0, 1], [0, 1, 0]]
groups = pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
UNTRUE = {
    "a two": [[2, 0, 0], [0, 1, 0]],
    "a minus one": [[1, 1, -1], [0, 1, 0]],
    "too many": [[1, 1, 1], [0, 1, 0]],
    "too few": [[0, 0, 0], [0, 1, 0]],
    "neither blank nor an answer": [[1, 0, 0], [0, 0, 0]],
    "blank and an answer": [[1, 0, 0], [1, 1, 0]],
    "a blank of two": [[1, 0, 0], [2, 0, 0]],
}
RESPELT = {
    "a leading zero": "0{}",
    "a plus": "+{}",
    "a minus": "-{}",
    "a space": " {}",
    "a million digits": "{}" + "0" * 10**6,
}
FIRST_PROOF = ("answers", 0, "individual_proofs", 0, 0)


@cache
def primary(group: str) -> Primary:
    return Primary(group)


def seal(group: str, voter: int, *votes: list[list[int]]) -> list[dict[str, Any]]:
    """Ballots that the browser seals, each with what would open it."""
    one = primary(group)
    prepare = {
        "type": "prepare",
        "election": one.election.raw,
        "credential": one.secrets[voter],
        "board": {"fingerprint": one.election.fingerprint},
    }
    messages = [prepare]
    for number, vote in enumerate(votes):
        messages.append({"type": "seal", "id": number, "answers": vote})
        messages.append({"type": "open", "id": number})
    ready, *answers = ask(messages)
    assert ready["type"] == "ready", ready
    pairs = zip(answers[::2], answers[1::2], strict=True)
    return [made | opened for made, opened in pairs]


def judge(one: Primary, ballots: list[str]) -> list[dict[str, Any]]:
    """What the browser's code says of ballots."""
    about = one.election.raw
    return ask(
        {"type": "check-ballot", "election": about, "ballot": text} for text in ballots
    )


@groups
def test_python_accepts_what_the_browser_seals(group: str):
    picks = ([1, 0, 0], [0, 1, 1], [1, 1, 0])
    blanks = ([1, 0, 0], [0, 1, 0], [0, 0, 1])
    votes = [[pick, blank] for pick, blank in zip(picks, blanks, strict=True)]
    election = primary(group).election

    for vote, made in zip(votes, seal(group, 1, *votes), strict=True):
        checked = check_ballot(election, made["ballot"])
        assert checked.credential == primary(group).voters[1].public
        assert checked.tracker == made["tracker"]
        assert check_opening(election, made["ballot"], made["opening"]) == vote


def test_no_two_ballots_of_the_browser_are_alike():
    first, second = seal("Ed25519", 0, VOTES, VOTES)

    assert first["ballot"] != second["ballot"]
    assert first["opening"] != second["opening"]


@groups
def test_the_browser_accepts_what_python_seals(group: str):
    ballot = primary(group).ballot(0, VOTES)

    [verdict] = judge(primary(group), [ballot])

    assert verdict == {"type": "ballot", "ok": True, "tracker": tracker(ballot)}


@groups
def test_the_browser_refuses_untrue_votes(group: str):
    ballots = [sealed(primary(group), votes) for votes in UNTRUE.values()]

    codes = [verdict.get("code") for verdict in judge(primary(group), ballots)]

    assert dict(zip(UNTRUE, codes, strict=True)) == dict.fromkeys(
        UNTRUE, "InvalidProof"
    )


def test_the_browser_notices_every_spoilt_field_even_when_signed_again():
    one = primary("Ed25519")
    honest = fields_of(one.ballot(0, VOTES))
    paths = list(leaves(honest))
    forged = []
    for path in paths:
        fields = copy.deepcopy(honest)
        replace(fields, path, spoil)
        forged += [dumps(fields), signed(one, fields)]

    accepted = [verdict["ok"] for verdict in judge(one, forged)]

    # A signature made anew is a good one, whatever the old one was.
    assert accepted[1::2] == [path[0] == "signature" for path in paths]
    assert not any(accepted[::2])


@groups
def test_the_browser_refuses_numbers_that_are_respelt(group: str):
    one = primary(group)
    spellings = {**RESPELT, "the order added": "order"}
    ballots = []
    for form in spellings.values():
        fields = fields_of(one.ballot(0, VOTES))

        def respell(text: Any, form: str = form) -> str:
            if form == "order":
                return str(int(text) + one.group.order)
            return form.format(text)

        replace(fields, (*FIRST_PROOF, "challenge"), respell)
        ballots.append(signed(one, fields))

    codes = [verdict.get("code") for verdict in judge(one, ballots)]

    expected = dict.fromkeys(spellings, "InvalidScalar")
    assert dict(zip(spellings, codes, strict=True)) == expected


OF_ORDER_8 = bytes.fromhex(
    "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826"
)
ELEMENTS = {
    "Ed25519": {
        "the identity": f"{1:064x}",
        "a point of order 2": f"{2**255 - 20:064x}",
        "y not below p": f"{2**255 - 19 + 3:064x}",
        "upper case": "66" * 31 + "5A",
        "no point": f"{2:064x}",
        "a point of order 8": OF_ORDER_8.hex(),
        "a member and a point of order 8": crypto_core_ed25519_add(
            OF_ORDER_8[::-1], get_group("Ed25519").generator.to_bytes(32, "little")
        )[::-1].hex(),
        "nothing": "",
    },
    "BELENIOS-2048": {
        "nought": "0",
        "the identity": "1",
        "no member": "2",
        "not below p": "9" * 700,
        "a leading zero": "07",
        "nothing": "",
    },
}


@groups
def test_the_browser_refuses_what_is_no_element(group: str):
    one = primary(group)
    ballots = []
    for text in ELEMENTS[group].values():
        fields = fields_of(one.ballot(0, VOTES))
        replace(fields, ("answers", 0, "choices", 0, "alpha"), lambda _, new=text: new)
        ballots.append(signed(one, fields))

    codes = [verdict.get("code") for verdict in judge(one, ballots)]

    expected = dict.fromkeys(ELEMENTS[group], "InvalidElement")
    assert dict(zip(ELEMENTS[group], codes, strict=True)) == expected


def test_the_browser_refuses_ballots_in_another_form():
    one = primary("Ed25519")
    honest = one.ballot(0, VOTES)
    fields = fields_of(honest)
    forms = [
        f"{honest}\n",
        honest.replace(":", ": ", 1),
        dumps(dict(reversed(fields.items()))),
        dumps({**fields, "note": ""}),
        honest.replace('"credential"', '"credential":"x","credential"', 1),
        "[" * 100_000,
        "",
    ]

    codes = {verdict.get("code") for verdict in judge(one, forms)}

    assert codes == {"Malformed"}


def test_the_browser_refuses_a_ballot_of_another_election():
    other = Primary("Ed25519")
    other.voters = primary("Ed25519").voters
    foreign = create_ballot(other.election, other.voters[0], VOTES, rng)

    [verdict] = judge(primary("Ed25519"), [foreign])

    assert verdict["code"] == "WrongElection"


@groups
def test_a_device_that_sealed_another_vote_is_found_out_in_the_browser(group: str):
    one = primary(group)
    [made] = seal(group, 0, VOTES)
    claimed = dumps({**fields_of(made["opening"]), "votes": [[0, 1, 1], [0, 1, 0]]})
    question = {"type": "check-opening", "election": one.election.raw}

    honest, caught = ask(
        {**question, "ballot": made["ballot"], "opening": opening}
        for opening in (made["opening"], claimed)
    )

    assert honest == {"type": "checked-opening", "votes": VOTES}
    assert caught["code"] == "InvalidOpening"


@groups
def test_a_board_of_the_browsers_ballots_is_accepted_by_both(group: str, tmp_path):
    one = voted_in_the_browser(group)

    report = verify_archive(io.BytesIO(one.archive))
    [verdict] = verify_in_browser(tmp_path, one, trackers=[tracker(one.ballots[1])])

    assert report.result == [[1, 1, 2], [1, 1, 0]]
    assert verdict["ok"], verdict
    assert (verdict["head"], verdict["tree"]["root"]) == (report.head, report.tree)
    assert verdict["counts"] == {"voters": 3, "ballots": 3, "counted": 2, "replaced": 1}


@cache
def voted_in_the_browser(group: str) -> Primary:
    """The browser's ballots of two voters, one of whom votes twice, to the result."""
    one = primary(group).open()
    votes = {0: [VOTES, [[0, 1, 1], [1, 0, 0]]], 1: [[[1, 0, 1], [0, 1, 0]]]}
    for voter, mine in votes.items():
        for made in seal(group, voter, *mine):
            one.ballots[voter] = made["ballot"]
            one.append(board.ballot_records, made["ballot"])
    one.seal().tally().decrypt(1).decrypt(2)
    return one.publish()


def verify_in_browser(folder: Any, one: Primary, **asked: Any) -> list[Any]:
    """What the browser's code says of a board."""
    path = folder / "board.bel"
    path.write_bytes(one.archive)
    return ask([{"type": "verify-board", "path": str(path), **asked}])


def test_a_tracker_that_is_not_on_the_board_is_missed(tmp_path):
    one = voted_in_the_browser("Ed25519")

    [verdict] = verify_in_browser(tmp_path, one, trackers=["x" * 43])

    assert [problem["code"] for problem in verdict["problems"]] == ["InvalidInclusion"]
