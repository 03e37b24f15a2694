"""An honest message of every kind, and what reads it: for tests that spoil them."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

from belenios.archive import read_records
from belenios.ballots import check_ballot, create_opened_ballot
from belenios.board import Event
from belenios.ceremony import Ceremony, finish, make_inputs, make_output
from belenios.credentials import read_credentials
from belenios.decryption import check_partial_decryption, read_owned
from belenios.drill import Drill, make_drill
from belenios.election import Election
from belenios.merkle import TreeHead, proof_json, read_proof
from belenios.spoiled import SpoiledLog, check_opening, opening_json, spoil_ballot
from belenios.tally import EncryptedTally, read_result, read_sized_tally
from belenios.trustees import Trustees, trustees_json
from tests.unit.belenios.ceremonies import Meeting
from tests.unit.belenios.elections import Primary, complete, rng, verify

Readers = dict[str, tuple[str, Callable[[str], object]]]


@cache
def primary() -> Primary:
    return complete()


@cache
def readers() -> Readers:
    return {**board_readers(), **trustee_readers(), **challenge_readers()}


def board_readers() -> Readers:
    one = primary()
    group, election, total = one.group, one.election, one.sum
    key, tally = str(one.keys[0].public["public_key"]), total.to_json()
    return {
        "election": (election.raw, Election.parse),
        "trustees": (one.trustees_text, lambda text: Trustees.parse(group, text)),
        "credentials": (one.credentials, lambda text: read_credentials(group, text)),
        "ballot": (one.ballots[0], lambda text: check_ballot(election, text)),
        "tally": (
            tally,
            lambda text: EncryptedTally.resume(election, text, total.sized_json()),
        ),
        "sized": (total.sized_json(), read_sized_tally),
        "partial": (
            one.partials[1],
            lambda text: check_partial_decryption(election, key, tally, text),
        ),
        "owned": ('{"owner":1,"payload":"a"}', read_owned),
        "result": (one.result, lambda text: read_result(election, text)),
        "event": (one.entries[1].event.decode(), Event.parse),
    }


def trustee_readers() -> Readers:
    made = Meeting(size=2)
    group, ceremony, me = made.group, made.ceremony, made.identities[0]
    first, second = made.polynomials
    threshold = trustees_json([], [made.outcome.item])
    return {
        "threshold": (threshold, lambda text: Trustees.parse(group, text)),
        "certificate": (
            made.certificates[0],
            lambda text: Ceremony.parse(group, [text, made.certificates[1]]),
        ),
        "polynomial": (first, lambda text: make_inputs(ceremony, [text, second])),
        "input": (made.inputs[0], lambda text: make_output(ceremony, me, text, rng)),
        "output": (
            made.outputs[0],
            lambda text: finish(ceremony, [first, second], [text, made.outputs[1]]),
        ),
        "drill": (make_drill(group, threshold, rng), Drill.parse),
    }


def challenge_readers() -> Readers:
    one = primary()
    votes = [[1, 0, 0], [0, 1, 0]]
    ballot, opened = create_opened_ballot(one.election, one.voters[0], votes, rng)
    opening = opening_json(opened)
    publics = {voter.public for voter in one.voters}

    def accept(text: str) -> object:
        log = SpoiledLog(election=one.election, credentials=publics)
        return log.accept(text)

    return {
        "opening": (opening, lambda text: check_opening(one.election, ballot, text)),
        "spoiled": (
            spoil_ballot(None, one.election, ballot, opening).text,
            accept,
        ),
        "tree head": (TreeHead(3, bytes(32)).to_json(), TreeHead.parse),
        "tree proof": (proof_json([bytes(32)]), read_proof),
    }


def read_archive(body: bytes) -> object:
    """Verify an archive; the records alone are read first."""
    list(read_records(io.BytesIO(body)))
    return verify(body)
