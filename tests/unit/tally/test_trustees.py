"""Trustees: every key proven, all of them needed, none wrong decryption kept."""

from __future__ import annotations

from pathlib import Path
from secrets import token_bytes
from typing import Any

import pytest
import sqlalchemy as sa

from belenios.group import get_group
from belenios.trustees import TrusteeKey, generate_key, joint_key
from chassis.auth import Grant, Role
from chassis.testing import a_principal
from contracts.copies import UnknownPrimary
from contracts.tally.errors import (
    BoardNotTallied,
    NotOneTrustee,
    TrusteeKeyGiven,
    TrusteeKeyInvalid,
    TrusteeKeysClosed,
    TrusteeKeyTaken,
    UnknownTally,
    WrongPartialDecryption,
    WrongTrusteeKey,
)
from contracts.tally.events import BoardRecordAppended, TrusteesReady
from services.tally import decryptions, trustees
from services.tally.models import PartialDecryption, Trustee
from services.tally.tallies import bundle
from tests.support.tally import (
    AFTER_VOTING,
    PRIMARY,
    TOWN,
    VILLAGE,
    Tally,
    a_town_box,
    a_village_box,
    decrypted,
    trustee_keys,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

GROUP = get_group("Ed25519")


@pytest.fixture
def fresh(tmp_path: Path) -> Tally:
    return Tally(f"sqlite:///{tmp_path}/fresh.db")


@pytest.fixture
def tallied(tally: Tally) -> Tally:
    """Two boards are sealed and tallied; no trustee has decrypted yet."""
    for box in (a_town_box(), a_village_box()):
        tally.set_up(box)
        tally.cast(box, 0, mazhilis_kz_akm=["aidar"])
        tally.seal(box)
    tally.clock.set(AFTER_VOTING)
    return tally


def hand_in(tally: Tally, number: int, key: TrusteeKey) -> Trustee:
    with tally.db.transaction() as session:
        return trustees.hand_in_key(
            session,
            tally.clock,
            primary=PRIMARY,
            number=number,
            record=dict(key.public),
        )


def kept(tally: Tally) -> int:
    with tally.db.reading() as session:
        rows = sa.select(sa.func.count()).select_from(PartialDecryption)
        return session.scalar(rows) or 0


def test_when_all_keys_are_in_the_election_key_is_announced(fresh: Tally):
    first, second = (generate_key(GROUP, token_bytes) for _ in range(2))
    hand_in(fresh, 2, second)
    assert fresh.announced(TrusteesReady) == []

    hand_in(fresh, 1, first)

    (ready,) = fresh.announced(TrusteesReady)
    assert ready["public_key"] == joint_key(GROUP, ready["trustees"])
    assert ready["trustees"].index(str(first.public["public_key"])) < ready[
        "trustees"
    ].index(str(second.public["public_key"]))
    assert (ready["trustee_count"], ready["group"]) == (2, "Ed25519")


def test_the_same_key_again_changes_nothing(fresh: Tally):
    key = generate_key(GROUP, token_bytes)

    once, again = hand_in(fresh, 1, key), hand_in(fresh, 1, key)

    assert once.handed_in_at == again.handed_in_at
    assert fresh.announced(TrusteesReady) == []


def test_a_trustee_cannot_change_the_key(fresh: Tally):
    hand_in(fresh, 1, generate_key(GROUP, token_bytes))

    with pytest.raises(TrusteeKeyGiven):
        hand_in(fresh, 1, generate_key(GROUP, token_bytes))


def test_two_trustees_cannot_have_the_same_key(fresh: Tally):
    key = generate_key(GROUP, token_bytes)
    hand_in(fresh, 1, key)

    with pytest.raises(TrusteeKeyTaken):
        hand_in(fresh, 2, key)


def test_keys_are_handed_in_before_voting_opens(fresh: Tally):
    fresh.clock.set("2020-09-30T18:00:00+00:00")

    with pytest.raises(TrusteeKeysClosed):
        hand_in(fresh, 1, generate_key(GROUP, token_bytes))


def test_a_key_for_another_primary_is_refused(fresh: Tally):
    with fresh.db.transaction() as session, pytest.raises(UnknownPrimary):
        trustees.hand_in_key(session, fresh.clock, primary="other", number=1, record={})


@pytest.mark.parametrize("spoilt", ["response", "challenge"])
def test_a_key_without_a_proof_that_holds_is_refused(spoilt: str):
    key: dict[str, Any] = dict(generate_key(GROUP, token_bytes).public)
    proof = {**key["pok"], spoilt: str(int(key["pok"][spoilt]) ^ 1)}

    with pytest.raises(TrusteeKeyInvalid):
        trustees.check_key("Ed25519", {**key, "pok": proof})


def test_a_key_of_another_group_is_refused():
    key = generate_key(get_group("BELENIOS-2048"), token_bytes)

    with pytest.raises(TrusteeKeyInvalid):
        trustees.check_key("Ed25519", dict(key.public))


@pytest.mark.parametrize(
    "scopes", [(), ("",), ("3",), ("1", "2"), ("1", "9"), ("first",)]
)
def test_who_is_not_exactly_one_trustee_is_none(scopes: tuple[str, ...]):
    grants = [Grant(role=Role.TRUSTEE, scope=scope) for scope in scopes]

    with pytest.raises(NotOneTrustee):
        trustees.number_of(a_principal(*grants), trustees=2)


def test_a_trustee_is_known_by_the_scope_of_the_grant():
    principal = a_principal(Role.MEMBER, Grant(role=Role.TRUSTEE, scope="2"))

    assert trustees.number_of(principal, trustees=2) == 2


def test_nothing_is_decrypted_until_every_trustee_has_given(tallied: Tally):
    answer = tallied.submit(1, decrypted(tallied.bundle(), 1))
    tallied.work()

    kinds = {r["record_type"] for r in tallied.announced(BoardRecordAppended)}
    assert kinds == {"EncryptedTally"}
    assert answer == {"trustee": 1, "accepted": 2, "missing": 0}


def test_the_same_decryptions_again_change_nothing(tallied: Tally):
    sent = decrypted(tallied.bundle(), 1)
    tallied.submit(1, sent)

    again = tallied.submit(1, sent)

    assert again == {"trustee": 1, "accepted": 0, "missing": 0}
    assert kept(tallied) == 2


def test_boards_can_be_decrypted_in_parts(tallied: Tally):
    town, village = decrypted(tallied.bundle(), 1)

    first = tallied.submit(1, [town])
    second = tallied.submit(1, [town, village])

    assert (first["accepted"], first["missing"]) == (1, 1)
    assert (second["accepted"], second["missing"]) == (1, 0)


def test_one_wrong_decryption_refuses_them_all_and_keeps_none(tallied: Tally):
    town, village = decrypted(tallied.bundle(), 1)
    village["partial_decryption"] = town["partial_decryption"]

    with pytest.raises(WrongPartialDecryption) as refusal:
        tallied.submit(1, [town, village])

    assert refusal.value.params["board"] == VILLAGE
    assert kept(tallied) == 0


def test_decryptions_made_with_another_trustees_key_are_refused(tallied: Tally):
    with pytest.raises(WrongPartialDecryption):
        tallied.submit(1, decrypted(tallied.bundle(), 2))

    assert kept(tallied) == 0


def test_a_file_of_another_trustee_is_refused(tallied: Tally):
    other = str(trustee_keys()[1].public["public_key"])

    with tallied.db.reading() as session, pytest.raises(WrongTrusteeKey):
        decryptions.new_decryptions(
            session, primary=PRIMARY, trustee=1, public_key=other, sent=[]
        )


def test_decryptions_for_another_election_are_refused(tallied: Tally):
    town, _ = decrypted(tallied.bundle(), 1)
    town["fingerprint"] = a_town_box().election.fingerprint

    with pytest.raises(WrongPartialDecryption):
        tallied.submit(1, [town])


def test_a_board_that_is_not_there_cannot_be_decrypted(tallied: Tally):
    town, _ = decrypted(tallied.bundle(), 1)

    with pytest.raises(UnknownTally):
        tallied.submit(1, [{**town, "district": "KZ-999"}])


def test_a_board_that_is_not_sealed_cannot_be_decrypted(tally: Tally):
    box = a_town_box()
    tally.set_up(box)
    tally.cast(box, 0)
    tally.work()
    sent = {"district": TOWN, "fingerprint": "", "partial_decryption": "{}"}

    with pytest.raises(BoardNotTallied):
        tally.submit(1, [sent])

    assert tally.bundle()["districts"] == []


def test_trustees_get_the_bundle_page_by_page(tallied: Tally):
    with tallied.db.reading() as session:
        first = bundle(session, primary=PRIMARY, after="", limit=1)
        second = bundle(session, primary=PRIMARY, after=first["next"], limit=1)

    assert [d["district"] for d in first["districts"]] == [TOWN]
    assert [d["district"] for d in second["districts"]] == [VILLAGE]
    assert (first["next"], second["next"]) == (TOWN, None)
    assert first["districts"][0]["num_tallied"] == 1
    assert first["min_ballots"] == 3
