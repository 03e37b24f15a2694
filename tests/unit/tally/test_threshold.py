"""Where some trustees suffice: keys made together, and any of them decrypt."""

from __future__ import annotations

import io
import json
from itertools import combinations
from pathlib import Path
from secrets import token_bytes
from typing import Any

import pytest

from belenios.encoding import dumps
from belenios.group import get_group
from belenios.trustees import Trustees, generate_key, joint_key
from belenios.verification import verify_archive
from chassis.errors import DomainError
from contracts.tally import errors
from contracts.tally.events import TrusteesReady
from services.tally import counts, trustees
from services.tally.models import Trustee
from tests.support.tally import (
    AFTER_VOTING,
    MAZHILIS,
    MAZHILIS_CANDIDATES,
    PRIMARY,
    VILLAGE,
    BallotBox,
    Tally,
    archive_of,
    decrypted_with,
)
from tests.unit.belenios.ceremonies import Meeting

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

GROUP = get_group("Ed25519")


@pytest.fixture(scope="module")
def meeting() -> Meeting:
    """Three trustees have made their keys; two of them suffice."""
    return Meeting()


@pytest.fixture
def fresh(tmp_path: Path) -> Tally:
    return Tally(f"sqlite:///{tmp_path}/tally.db", trustees=3, threshold=2)


def together(meeting: Meeting) -> str:
    return dumps(meeting.outcome.item)


def key_of(meeting: Meeting, member: int) -> dict[str, Any]:
    """A member's public key with its proof, as the ceremony published it."""
    return json.loads(together(meeting))["verification_keys"][member]


def hand_in(
    tally: Tally, number: int, key: dict[str, Any], made: str | None
) -> Trustee:
    """A trustee's upload, as the service's door takes it."""
    trustees.check_key("Ed25519", key)
    trustees.check_threshold_keys(tally.definition, key, made)
    with tally.db.transaction() as session:
        return trustees.hand_in_key(
            session,
            tally.clock,
            primary=PRIMARY,
            number=number,
            record=key,
            threshold_keys=made,
        )


def hand_in_all(tally: Tally, meeting: Meeting, members: tuple[int, ...]) -> None:
    for number, member in enumerate(members, start=1):
        hand_in(tally, number, key_of(meeting, member), together(meeting))


def refused(
    tally: Tally, reason: type[DomainError], key: dict[str, Any], made: str | None
) -> None:
    with pytest.raises(reason):
        hand_in(tally, 1, key, made)
    with tally.db.reading() as session:
        assert trustees.roster(session, PRIMARY)["trustees"] == []


def test_the_key_is_announced_when_all_have_handed_in_the_same(
    fresh: Tally, meeting: Meeting
):
    hand_in(fresh, 1, key_of(meeting, 0), together(meeting))
    hand_in(fresh, 2, key_of(meeting, 1), together(meeting))
    assert fresh.announced(TrusteesReady) == []

    hand_in(fresh, 3, key_of(meeting, 2), together(meeting))

    (ready,) = fresh.announced(TrusteesReady)
    assert ready["public_key"] == joint_key(GROUP, ready["trustees"])
    assert ready["trustee_count"] == Trustees.parse(GROUP, ready["trustees"]).count == 3


def test_nothing_is_fixed_while_trustees_disagree(fresh: Tally, meeting: Meeting):
    other = Meeting()
    hand_in(fresh, 1, key_of(other, 0), together(other))
    hand_in(fresh, 2, key_of(meeting, 1), together(meeting))
    hand_in(fresh, 3, key_of(meeting, 2), together(meeting))
    assert fresh.announced(TrusteesReady) == []

    hand_in(fresh, 1, key_of(meeting, 0), together(meeting))

    assert len(fresh.announced(TrusteesReady)) == 1
    with fresh.db.reading() as session:
        shown = trustees.roster(session, PRIMARY)
    assert (shown["needed"], shown["threshold"]) == (3, 2)
    assert len({each["threshold_keys_hash"] for each in shown["trustees"]}) == 1


def test_once_fixed_the_keys_stay(fresh: Tally, meeting: Meeting):
    hand_in_all(fresh, meeting, (0, 1, 2))
    other = Meeting()

    with pytest.raises(errors.TrusteeKeyGiven):
        hand_in(fresh, 1, key_of(other, 0), together(other))
    hand_in(fresh, 1, key_of(meeting, 0), together(meeting))

    assert len(fresh.announced(TrusteesReady)) == 1


def test_two_trustees_cannot_be_the_same_member(fresh: Tally, meeting: Meeting):
    hand_in(fresh, 1, key_of(meeting, 0), together(meeting))

    with pytest.raises(errors.TrusteeKeyTaken):
        hand_in(fresh, 2, key_of(meeting, 0), together(meeting))


def test_a_key_of_ones_own_does_not_do(fresh: Tally, meeting: Meeting):
    alone: dict[str, Any] = dict(generate_key(GROUP, token_bytes).public)

    refused(fresh, errors.ThresholdKeysMissing, key_of(meeting, 0), None)
    refused(fresh, errors.ThresholdKeysInvalid, alone, together(meeting))


def test_keys_of_another_ceremony_do_not_do(fresh: Tally, meeting: Meeting):
    for other in (Meeting(threshold=3), Meeting(size=4)):
        key = key_of(other, 0)
        refused(fresh, errors.ThresholdKeysInvalid, key, together(other))


@pytest.mark.parametrize("spoilt", ["certs", "coefexps", "verification_keys"])
def test_threshold_keys_whose_parts_do_not_fit_are_refused(
    fresh: Tally, meeting: Meeting, spoilt: str
):
    item, other = (json.loads(together(each)) for each in (meeting, Meeting()))
    item[spoilt][1] = other[spoilt][1]

    refused(fresh, errors.ThresholdKeysInvalid, key_of(meeting, 0), dumps(item))


@pytest.mark.parametrize("junk", ["{}", "[]", "{", '{"threshold":2}', "NaN"])
def test_what_are_no_threshold_keys_is_refused(
    fresh: Tally, meeting: Meeting, junk: str
):
    refused(fresh, errors.ThresholdKeysInvalid, key_of(meeting, 0), junk)


def test_where_all_are_needed_there_are_no_threshold_keys(
    tmp_path: Path, meeting: Meeting
):
    whole = Tally(f"sqlite:///{tmp_path}/whole.db", trustees=3)

    refused(whole, errors.ThresholdKeysNotWanted, key_of(meeting, 0), together(meeting))


@pytest.fixture
def tallied(fresh: Tally, meeting: Meeting) -> Tally:
    """A tallied board; the trustees' numbers are not their places in the ceremony."""
    fresh.register(MAZHILIS, MAZHILIS_CANDIDATES)
    hand_in_all(fresh, meeting, (2, 0, 1))
    (ready,) = fresh.announced(TrusteesReady)
    box = BallotBox(
        {MAZHILIS: tuple(MAZHILIS_CANDIDATES)},
        board=VILLAGE,
        trustees=ready["trustees"],
    )
    fresh.set_up(box)
    fresh.cast(box, 0, mazhilis_kz_akm=["aidar", "dana"])
    fresh.cast(box, 1, mazhilis_kz_akm=["dana"])
    fresh.seal(box)
    fresh.clock.set(AFTER_VOTING)
    return fresh


def decrypt(tally: Tally, meeting: Meeting, number: int) -> dict[str, int]:
    """Trustee `number` decrypts with the share made in the ceremony."""
    member = (2, 0, 1)[number - 1]
    sent = decrypted_with(tally.bundle(), meeting.private_key(member))
    key = key_of(meeting, member)["public_key"]
    answer = tally.submit(number, sent, public_key=key)
    tally.work()
    return answer


def state_of(tally: Tally) -> str:
    with tally.db.reading() as session:
        (board,) = counts.progress_of(session, PRIMARY)["boards"]
    return board["state"].value


@pytest.mark.parametrize("present", list(combinations((1, 2, 3), 2)))
def test_any_two_trustees_decrypt(
    tallied: Tally, meeting: Meeting, present: tuple[int, int]
):
    decrypt(tallied, meeting, present[0])
    assert state_of(tallied) == "waiting_for_trustees"

    decrypt(tallied, meeting, present[1])

    assert state_of(tallied) == "counted"
    report = verify_archive(io.BytesIO(archive_of(tallied, VILLAGE)))
    assert (report.trustees, report.result) == (3, [[0, 1, 0, 2, 0]])


def test_a_trustee_who_comes_late_changes_nothing(tallied: Tally, meeting: Meeting):
    for number in (1, 3):
        decrypt(tallied, meeting, number)
    before = archive_of(tallied, VILLAGE)

    answer = decrypt(tallied, meeting, 2)

    assert answer == {"trustee": 2, "accepted": 0, "missing": 0}
    assert archive_of(tallied, VILLAGE) == before


def test_a_share_of_another_ceremony_is_refused(tallied: Tally, meeting: Meeting):
    sent = decrypted_with(tallied.bundle(), Meeting().private_key(0))

    with pytest.raises(errors.WrongPartialDecryption):
        tallied.submit(1, sent, public_key=key_of(meeting, 2)["public_key"])
