from __future__ import annotations

import io
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from belenios import board
from belenios.archive import read_records
from belenios.credentials import credentials_json
from belenios.encoding import dumps
from belenios.errors import Refused
from belenios.merkle import leaf_hash, root_of
from belenios.replay import Phase
from belenios.seen import Seen
from belenios.tally import owned_json, sized_tally_json
from belenios.trustees import trustees_json
from belenios.verification import _Reader, verify_archive
from tests.unit.belenios.elections import (
    NOW,
    PICK,
    Primary,
    complete,
    fields_of,
    verify,
)

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

VECTORS = Path(__file__).parents[2] / "vectors" / "belenios"
ACCEPTED = {
    "00-good": (3, 3, [[1, 1, 1, 1], [1, 1, 1]]),
    "P00-good": (1, 1, [[1, 0]]),
    "ed25519-basic": (5, 4, [[1, 1, 2, 1], [1, 2, 1, 2]]),
    "ed25519-threshold": (5, 4, [[3, 10, 12, 1], [2, 12, 2, 11]]),
    "tool-basic": (4, 3, [[1, 0, 1, 1], [1, 1, 1, 1]]),
    "tool-threshold": (4, 3, [[3, 0, 2, 1], [2, 2, 2, 1]]),
}
# What is wrong with each archive, and which check says so.
REFUSED = {
    "01-altered-individual-proof-resigned": "InvalidProof",
    "05-altered-signature": "InvalidSignature",
    "09-duplicated-ballot": "RepeatedBallot",
    "13-value-2-in-one-choice": "InvalidProof",
    "14-sum-above-max": "InvalidProof",
    "19-point-zero": "InvalidElement",
    "26-scalar-leading-zero-in-answer": "InvalidScalar",
    "35-replay-in-other-election": "WrongElection",
    "42-duplicate-public-credential": "Malformed",
    "45-tally-ignores-weights-of-public_creds": "InvalidTally",
    "50-encrypted-tally-payload-wrong": "InvalidTally",
    "56-missing-partial-decryption": "InvalidPartialDecryption",
    "58-result-wrong": "InvalidResult",
    "70-ballot-after-EndBallots-only-it-is-tallied": "InvalidBoard",
    "72-normal-tar-end-of-archive": "InvalidBoard",
    "77-ballot-removed-without-rechaining": "InvalidBoard",
    "P01-cert-signature-altered": "InvalidProof",
    "P06-too-few-shares": "InvalidPartialDecryption",
    "P10-two-good-shares-plus-one-invalid": "InvalidPartialDecryption",
}


def refusal(archive: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        verify(archive)
    return refused.value


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_good_archive_is_accepted(name: str):
    with (VECTORS / "accepted" / f"{name}.bel").open("rb") as stream:
        report = verify_archive(stream)

    assert (report.ballots, report.counted, report.result) == ACCEPTED[name]
    assert report.replaced == report.ballots - report.counted
    assert report.phase is Phase.DONE


@pytest.mark.parametrize("name", REFUSED)
def test_a_forged_archive_is_refused(name: str):
    archive = (VECTORS / "refused" / f"{name}.bel").read_bytes()

    assert refusal(archive).code == REFUSED[name]


def test_every_forged_archive_is_tried():
    assert {path.stem for path in (VECTORS / "refused").iterdir()} == set(REFUSED)
    assert {path.stem for path in (VECTORS / "accepted").iterdir()} == set(ACCEPTED)


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_our_own_election_is_accepted(group: str):
    primary = complete(group, weights=(2, 3, 1))

    report = verify(primary.archive)

    assert report.result == [[3, 3, 2], [3, 0, 2]]
    assert (report.ballots, report.counted, report.replaced) == (3, 2, 1)
    assert (report.voters, report.total_weight, report.trustees) == (3, 5, 2)
    assert report.partial_decryptions == 2
    assert report.group == group
    assert report.fingerprint == primary.election.fingerprint
    assert (report.head, report.height) == (primary.entries[-1].hash, 8)
    assert (report.uuid, report.name) == (primary.election.uuid, "Primary «Ә»")


def test_a_revote_counts_instead_of_the_earlier_ballots():
    primary = Primary().open()
    for vote in ([1, 0, 0], [0, 1, 0], [0, 0, 1]):
        primary.vote(0, [vote, [1, 0, 0]])
    primary.seal().tally().decrypt(2).decrypt(1).publish()

    report = verify(primary.archive)

    assert (report.replaced, report.result) == (2, [[0, 0, 1], [1, 0, 0]])


def test_an_archive_inside_a_longer_file_is_read_from_where_it_begins():
    archive = complete().archive
    stream = io.BytesIO(b"before" + archive)
    stream.seek(6)

    assert verify_archive(stream).replaced == 1


def test_a_replayed_ballot_is_noticed_inside_a_longer_file():
    stream = io.BytesIO(b"before" + an_old_ballot_again_after_a_revote().archive)
    stream.seek(6)

    with pytest.raises(Refused) as refused:
        verify_archive(stream)
    assert refused.value.code == "RepeatedBallot"


class Forgetful(Seen):
    """Takes every digest for one it knows, as a full filter would."""

    def add(self, digest: bytes) -> bool:
        super().add(digest)
        return True


def test_a_new_ballot_taken_for_an_old_one_is_looked_up():
    primary = complete()
    reader = _Reader(io.BytesIO(primary.archive))
    reader._replay._seen = Forgetful()

    for found in read_records(reader.stream):
        reader.take(found)
    assert reader.report().ballots == 3


def peak_of(archive: bytes) -> int:
    stream = io.BytesIO(archive)
    tracemalloc.start()
    try:
        verify_archive(stream)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_ballots():
    primary = Primary(questions=[PICK], weights=(1,)).open()
    few = [primary.vote(0, [[1, 0, 0]]).archive for _ in range(4)][-1]
    many = [primary.vote(0, [[1, 0, 0]]).archive for _ in range(36)][-1]
    peak_of(few)

    assert len(many) > 7 * len(few)
    assert peak_of(many) < peak_of(few) + 1500


def test_a_board_is_accepted_at_every_event_on_its_way():
    primary = complete()
    phases = []
    for count in range(1, len(primary.entries) + 1):
        part = b"".join(entry.to_archive(NOW) for entry in primary.entries[:count])
        report = verify(part)
        phases.append(report.phase)
        assert report.result is None or count == len(primary.entries)

    assert phases == [
        *[Phase.VOTING] * 4,
        Phase.SEALED,
        *[Phase.TALLIED] * 3,
        Phase.DONE,
    ]


def test_only_what_follows_a_known_head_is_checked_in_full():
    primary = complete(weights=(2, 3, 1))
    whole = verify(primary.archive)
    assert whole.trusted == 0

    for count, entry in enumerate(primary.entries, start=1):
        report = verify_archive(io.BytesIO(primary.archive), since=entry.hash)
        assert report == replace(whole, trusted=count)


def test_what_lies_before_a_known_head_is_believed_and_what_follows_is_not():
    primary = Primary().open().vote(0, [[1, 0, 0], [0, 1, 0]])
    primary.append(board.ballot_records, spoilt_ballot(primary))
    primary.vote(1, [[1, 0, 0], [0, 1, 0]])
    known = primary.entries[2].hash

    report = verify_archive(io.BytesIO(primary.archive), since=known)
    assert (report.ballots, report.trusted) == (3, 3)
    with pytest.raises(Refused) as refused:
        verify_archive(io.BytesIO(primary.archive), since=primary.entries[1].hash)
    assert refused.value.where == "event 2 (Ballot)"


def spoilt_ballot(primary: Primary) -> str:
    fields = fields_of(primary.ballot(1, [[1, 0, 0], [0, 1, 0]]))
    fields["signature"]["proof"]["response"] = "1"
    return dumps(fields)


def test_the_chain_before_a_known_head_is_linked_all_the_same():
    primary = complete()
    archive = bytearray(primary.archive)
    place = bytes(archive).index(b'"election_uuid"')
    archive[place + 20] ^= 1

    with pytest.raises(Refused, match="what its name says"):
        verify_archive(io.BytesIO(bytes(archive)), since=primary.entries[-1].hash)


def test_a_board_without_the_known_head_is_refused():
    known, other = complete(), complete()

    with pytest.raises(Refused) as refused:
        verify_archive(io.BytesIO(other.archive), since=known.entries[3].hash)
    assert refused.value.where == "the end of the archive"
    assert known.entries[3].hash in str(refused.value)


def test_a_ballot_from_before_a_known_head_cannot_be_replayed_after_it():
    primary = an_old_ballot_again_after_a_revote()

    with pytest.raises(Refused) as refused:
        verify_archive(io.BytesIO(primary.archive), since=primary.entries[2].hash)
    assert refused.value.code == "RepeatedBallot"


def test_the_report_commits_to_every_event_by_a_tree():
    primary = complete()
    leaves = [leaf_hash(entry.event) for entry in primary.entries]

    assert verify(primary.archive).tree == root_of(leaves).hex()


def test_progress_is_told_in_bytes_read():
    archive = complete().archive
    told: list[int] = []

    verify_archive(io.BytesIO(archive), told.append)

    assert told == sorted(told)
    assert told[-1] == len(archive)


def voted() -> Primary:
    return Primary().open().vote(0, [[1, 0, 0], [1, 0, 0]])


def tallied() -> Primary:
    return voted().seal().tally()


def decrypted() -> Primary:
    return tallied().decrypt(1).decrypt(2)


def after_the_end() -> Primary:
    return voted().seal().vote(1, [[1, 0, 0], [1, 0, 0]])


def an_old_ballot_again_after_a_revote() -> Primary:
    primary = voted()
    old = primary.ballots[0]
    return primary.vote(0, [[0, 1, 0], [1, 0, 0]]).append(board.ballot_records, old)


def a_strangers_ballot() -> Primary:
    primary = voted()
    stranger = Primary()
    stranger.election = primary.election
    return primary.append(
        board.ballot_records, stranger.ballot(0, [[1, 0, 0], [1, 0, 0]])
    )


def a_wrong_count(num_tallied: int, weight: int) -> Primary:
    primary = voted().seal()
    tally = primary.sum.to_json()
    sized = sized_tally_json(num_tallied, weight, tally)
    return primary.append(board.encrypted_tally, tally, sized)


def a_share(owner: int, named: int) -> Primary:
    primary = tallied()
    partial = primary.partial(owner)
    return primary.append(board.partial_decryption, partial, owned_json(named, partial))


def a_share_with_another_hash() -> Primary:
    primary = tallied()
    return primary.append(
        board.partial_decryption, primary.partial(1), owned_json(1, "other")
    )


def an_early_result() -> Primary:
    primary = decrypted()
    text = primary.result
    primary.entries = primary.entries[:3]
    return primary.append(board.result, text)


def other_trustees() -> Primary:
    primary = Primary()
    return primary.open(trustees=trustees_json([primary.keys[0].public]))


def a_credential_of_everybody() -> Primary:
    primary = Primary()
    identity = primary.group.encode(primary.group.identity)
    return primary.open(credentials=credentials_json({identity: 1}))


def with_setup(change) -> Primary:
    """The set-up record replaced, its hash and the event's made to fit."""
    primary = Primary().open()
    entry = primary.entries[0]
    setup = fields_of(entry.records[4].body.decode())
    change(setup)
    made = board._entry(
        board.EventType.SETUP,
        None,
        0,
        *[record.body.decode() for record in entry.records[1:4]],
        dumps(setup),
    )
    primary.entries[0] = board.Entry(
        made.event, made.hash, 0, (entry.records[0], *made.records)
    )
    return primary


FORGED = {
    "a ballot after the end of ballots": (after_the_end, "InvalidBoard"),
    "no end of ballots": (lambda: voted().tally(), "InvalidBoard"),
    "the end of ballots twice": (lambda: voted().seal().seal(), "InvalidBoard"),
    "a second set-up": (lambda: voted().open(), "InvalidBoard"),
    "an old ballot replayed": (an_old_ballot_again_after_a_revote, "RepeatedBallot"),
    "a ballot of nobody's": (a_strangers_ballot, "UnknownCredential"),
    "one tallied too many": (lambda: a_wrong_count(2, 1), "InvalidTally"),
    "a weight too much": (lambda: a_wrong_count(1, 2), "InvalidTally"),
    "a second tally": (lambda: tallied().tally(), "InvalidBoard"),
    "a share under another owner": (
        lambda: a_share(1, 2),
        "InvalidPartialDecryption",
    ),
    "a share of nobody's": (lambda: a_share(1, 99), "InvalidTrustees"),
    "a share of trustee zero": (lambda: a_share(1, 0), "InvalidTrustees"),
    "a share whose hash is another": (a_share_with_another_hash, "InvalidBoard"),
    "a share given twice": (
        lambda: tallied().decrypt(1).decrypt(1),
        "InvalidPartialDecryption",
    ),
    "a share before the tally": (lambda: voted().seal().decrypt(1), "InvalidBoard"),
    "a result before the tally": (an_early_result, "InvalidBoard"),
    "a second result": (lambda: decrypted().publish().publish(), "InvalidBoard"),
    "a ballot after the result": (
        lambda: complete().vote(1, [[1, 0, 0], [1, 0, 0]]),
        "InvalidBoard",
    ),
    "trustees of another key": (other_trustees, "InvalidTrustees"),
    "a credential of everybody's": (a_credential_of_everybody, "InvalidElement"),
    "a set-up naming another election": (
        lambda: with_setup(lambda setup: setup.update(election="0" * 64)),
        "InvalidBoard",
    ),
    "a set-up with more in it": (
        lambda: with_setup(lambda setup: setup.update(extra="")),
        "Malformed",
    ),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_board_against_the_rules_is_refused(what: str):
    forge, code = FORGED[what]

    assert refusal(forge().archive).code == code


def test_what_is_refused_says_which_check_and_where():
    refused = refusal(after_the_end().archive)

    assert refused.where == "event 3 (Ballot)"
    assert str(refused) == (
        "The archive is refused: event 3 (Ballot): The board breaks the rules of its "
        "format: Ballot while the board is sealed"
    )


def broken_chain(**changes: object) -> bytes:
    """A board whose second event was rewritten with other links."""
    primary = voted().seal()
    ballot, event = primary.entries[1].records
    fields = {**fields_of(event.body.decode()), **changes}
    body = dumps({name: v for name, v in fields.items() if v is not None}).encode()
    digest = board.hex_hash(body)
    changed = board.Record(f"{digest}.event.json", body)
    return b"".join(
        board.tar_record(record.name, record.body, NOW)
        for record in (*primary.entries[0].records, ballot, changed)
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"height": 2},
        {"height": 0},
        {"parent": "0" * 64},
        {"parent": None},
        {"payload": "0" * 64},
        {"payload": None},
        {"type": "EndBallots"},
        {"type": "Result"},
        {"type": "EncryptedTally"},
    ],
)
def test_a_broken_chain_is_refused(changes: dict[str, object]):
    assert refusal(broken_chain(**changes)).code == "InvalidBoard"


def test_data_that_no_event_refers_to_are_refused():
    primary = voted()
    extra = board.tar_record(f"{board.hex_hash(b'{}')}.data.json", b"{}", NOW)
    at_the_end = refusal(primary.archive + extra)
    before_an_event = refusal(primary.archive + extra + primary.seal().archive[-1024:])

    assert (at_the_end.code, at_the_end.where) == (
        "InvalidBoard",
        "the end of the archive",
    )
    assert before_an_event.code == "InvalidBoard"
    assert refusal(primary.archive + extra * 5).code == "InvalidBoard"


def test_a_header_alone_is_no_board():
    assert refusal(board.archive_header(NOW)).where == "the end of the archive"


def test_a_second_header_is_refused():
    again = voted().archive + board.archive_header(NOW)

    assert refusal(again).code == "InvalidBoard"


def test_any_flipped_bit_is_noticed():
    archive = complete().archive

    for place in range(0, len(archive), 997):
        changed = bytearray(archive)
        changed[place] ^= 1
        refusal(bytes(changed))
