"""Every way to forge a board that we know of, built whole, and refused.

All hashes, links and signatures around a forgery fit, so that what is refused is the
forgery itself. In the groups of integers belenios-tool 2.0 accepts some of these: a
ballot after the end of ballots, a tally whose payload or counts are wrong, the same
ballot twice, respelt numbers, a credential of everybody's, a second result.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace as with_changes
from functools import cache

import pytest

from belenios.ballots import create_ballot
from belenios.encoding import dumps
from belenios.errors import Refused
from belenios.tally import compute_result, partial_decryption
from belenios.trustees import generate_key
from tests.unit.belenios.elections import (
    NOW,
    Primary,
    complete,
    fields_of,
    replace,
    rng,
    spoil,
    verify,
)
from tests.unit.belenios.forging import Part, chained, parts_of, sealed, signed

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

VOTES = [[1, 0, 0], [0, 1, 0]]
SETUP, FIRST, SECOND, THIRD, END, TALLY, SHARE, OTHER_SHARE, RESULT = range(9)
GROUPS = ["Ed25519", "BELENIOS-2048"]
groups = pytest.mark.parametrize("group", GROUPS)


@cache
def finished(group: str) -> Primary:
    """Voters 0, 1 and again 0 have voted; tallied, decrypted, published."""
    return complete(group, weights=(2, 3, 1))


def parts(group: str) -> list[Part]:
    return copy.deepcopy(parts_of(finished(group)))


def refusal(archive: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        verify(archive)
    return refused.value


def with_ballot(group: str, text: str) -> bytes:
    """The board with another second ballot, in front of which all is well."""
    forged = parts(group)[: SECOND + 1]
    forged[SECOND].data = [text.encode()]
    return chained(forged)


def a_ballot(group: str) -> dict:
    return fields_of(finished(group).ballots[1])


@groups
def test_the_board_that_is_forged_here_was_good(group: str):
    assert chained(parts(group)) == finished(group).archive
    assert verify(finished(group).archive).result == [[3, 3, 2], [3, 0, 2]]


# Ballots

Edit = Callable[[dict], object]
FIRST_PROOF = ("answers", 0, "individual_proofs", 0, 0)
ALTERED: dict[str, tuple[tuple, str]] = {
    "an individual proof": ((*FIRST_PROOF, "response"), "InvalidProof"),
    "an individual challenge": ((*FIRST_PROOF, "challenge"), "InvalidProof"),
    "an overall proof": (
        ("answers", 0, "overall_proof", 0, "response"),
        "InvalidProof",
    ),
    "a blank proof": (("answers", 1, "blank_proof", 1, "challenge"), "InvalidProof"),
    "an overall proof beside a blank one": (
        ("answers", 1, "overall_proof", 0, "response"),
        "InvalidProof",
    ),
}


@groups
@pytest.mark.parametrize("what", ALTERED)
def test_an_altered_proof_is_refused_even_when_signed(group: str, what: str):
    path, code = ALTERED[what]
    fields = a_ballot(group)
    replace(fields, path, spoil)

    refused = refusal(with_ballot(group, signed(finished(group), fields, voter=1)))

    assert (refused.code, refused.where) == (code, "event 2 (Ballot)")


UNTRUE = {
    "a two": [[2, 0, 0], [0, 1, 0]],
    "a minus one": [[1, 1, -1], [0, 1, 0]],
    "too many": [[1, 1, 1], [0, 1, 0]],
    "too few": [[0, 0, 0], [0, 1, 0]],
    "neither blank nor an answer": [[1, 0, 0], [0, 0, 0]],
    "blank and an answer": [[1, 0, 0], [1, 1, 0]],
    "a blank of two": [[1, 0, 0], [2, 0, 0]],
}


@groups
@pytest.mark.parametrize("what", UNTRUE)
def test_an_untrue_vote_is_refused(group: str, what: str):
    archive = with_ballot(group, sealed(finished(group), UNTRUE[what], voter=1))

    assert refusal(archive).code == "InvalidProof"


def order(group: str) -> int:
    return finished(group).group.order


RESPELT: dict[str, Callable[[str, str], object]] = {
    "a leading zero": lambda text, _: f"0{text}",
    "a plus": lambda text, _: f"+{text}",
    "a minus": lambda text, _: f"-{text}",
    "a space": lambda text, _: f" {text}",
    "hexadecimal digits": lambda text, _: hex(int(text)),
    "other digits": lambda text, _: text.replace("1", "١"),
    "the order added": lambda text, group: str(int(text) + order(group)),
    "a million digits": lambda text, _: text + "0" * 10**6,
    "a JSON number": lambda text, _: int(text),
    "nothing": lambda text, _: "",
}


@groups
@pytest.mark.parametrize("what", RESPELT)
@pytest.mark.parametrize(
    "path", [(*FIRST_PROOF, "challenge"), ("signature", "proof", "response")]
)
def test_a_respelt_number_is_refused(group: str, what: str, path: tuple):
    fields = a_ballot(group)
    replace(fields, path, lambda text: RESPELT[what](text, group))
    is_inside = path[0] == "answers"
    text = signed(finished(group), fields, voter=1) if is_inside else dumps(fields)

    assert refusal(with_ballot(group, text)).code in {"InvalidScalar", "Malformed"}


OTHERWISE_SHAPED: dict[str, Edit] = {
    "no signature": lambda f: f.pop("signature"),
    "an extra field": lambda f: f.update(extra="x"),
    "another order": lambda f: f.update(credential=f.pop("credential")),
    "an answer less": lambda f: f["answers"].pop(),
    "an answer more": lambda f: f["answers"].append(f["answers"][0]),
    "a choice less": lambda f: f["answers"][0]["choices"].pop(),
    "a choice more": lambda f: f["answers"][0]["choices"].append(
        f["answers"][0]["choices"][0]
    ),
    "an extra field inside": lambda f: f["answers"][0].update(extra="x"),
    "another order inside": lambda f: f["answers"][0].update(
        choices=f["answers"][0].pop("choices")
    ),
    "a part of a point": lambda f: f["answers"][0]["choices"][0].pop("beta"),
}


@groups
@pytest.mark.parametrize("what", OTHERWISE_SHAPED)
def test_a_ballot_of_another_shape_is_refused(group: str, what: str):
    fields = a_ballot(group)
    OTHERWISE_SHAPED[what](fields)
    outside = what in {"no signature", "an extra field", "another order"}
    text = dumps(fields) if outside else signed(finished(group), fields, voter=1)

    assert refusal(with_ballot(group, text)).code == "Malformed"


@groups
def test_white_space_in_a_ballot_is_refused(group: str):
    honest = finished(group).ballots[1]

    for text in (f"{honest}\n", f" {honest}", honest.replace(":", ": ", 1)):
        assert refusal(with_ballot(group, text)).code == "Malformed"


@groups
def test_a_ballot_under_another_name_is_refused(group: str):
    primary = finished(group)
    forger = with_changes(primary.voters[2], secret=primary.voters[1].secret)
    claimed = create_ballot(primary.election, forger, VOTES, rng)
    copied = {**a_ballot(group), "credential": primary.voters[2].public}
    altered = a_ballot(group)
    replace(altered, ("signature", "proof", "challenge"), spoil)

    assert refusal(with_ballot(group, claimed)).code == "InvalidSignature"
    copy_of_another = signed(primary, copied, voter=2)
    assert refusal(with_ballot(group, copy_of_another)).code == "InvalidProof"
    assert refusal(with_ballot(group, dumps(altered))).code == "InvalidSignature"


@groups
def test_a_ballot_of_another_election_is_refused(group: str):
    other = Primary(group)
    other.voters = finished(group).voters
    foreign = fields_of(other.ballot(1, VOTES))
    election = finished(group).election
    patched = {
        **foreign,
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
    }

    assert refusal(with_ballot(group, dumps(foreign))).code == "WrongElection"
    moved = signed(finished(group), patched, voter=1)
    assert refusal(with_ballot(group, moved)).code == "InvalidProof"


@groups
def test_a_ballot_of_a_stranger_is_refused(group: str):
    stranger = Primary(group)
    stranger.election = finished(group).election

    refused = refusal(with_ballot(group, stranger.ballot(0, VOTES)))

    assert refused.code == "UnknownCredential"


# The set-up


def set_up(group: str, index: int, edit: Callable) -> bytes:
    forged = parts(group)[:1]
    forged[SETUP].change(index, edit)
    return chained(forged)


@groups
def test_an_election_against_the_rules_is_refused(group: str):
    other = finished(group).group.encode(finished(group).group.power_g(5))
    for change, code in (
        ({"version": 2}, "InvalidElection"),
        ({"group": "P-256"}, "UnknownGroup"),
        ({"public_key": other}, "InvalidTrustees"),
        ({"questions": []}, "InvalidElection"),
        ({"uuid": "short"}, "InvalidElection"),
        ({"extra": ""}, "Malformed"),
    ):
        archive = set_up(group, 0, lambda fields, new=change: {**fields, **new})
        assert refusal(archive).code == code


@groups
def test_a_trustee_who_does_not_show_to_know_the_key_is_refused(group: str):
    def claim(trustees: list) -> None:
        replace(trustees, (0, 1, "pok", "response"), spoil)

    assert refusal(set_up(group, 1, claim)).code == "InvalidProof"


@groups
def test_a_credential_twice_is_refused(group: str):
    archive = set_up(group, 2, lambda publics: [*publics, publics[0]])

    assert refusal(archive).code == "Malformed"


@groups
@pytest.mark.parametrize(
    "weight",
    ["0", "-1", "01", "1.5", "1e3", "", " 1", str(2**53), "9" * 900, "9" * 5000],
)
def test_a_weight_that_is_none_is_refused(group: str, weight: str):
    def weigh(publics: list[str]) -> list[str]:
        return [f"{publics[0].partition(',')[0]},{weight}", *publics[1:]]

    assert refusal(set_up(group, 2, weigh)).code == "Malformed"


def test_the_largest_weight_is_counted():
    primary = Primary(weights=(2**53 - 1, 2**53 - 1, 1)).open()
    primary.vote(0, [[1, 0, 0], [1, 0, 0]]).vote(1, [[1, 0, 0], [1, 0, 0]])
    primary.seal().tally()

    report = verify(primary.archive)

    assert report.total_weight == 2 * (2**53 - 1)


# The tally and the result


@groups
def test_a_tally_that_forgets_the_weights_is_refused(group: str):
    primary = Primary(group, weights=(2, 3, 1)).open().vote(0, VOTES).seal()
    primary.weights = (1, 1, 1)
    primary.tally()

    assert refusal(primary.archive).code == "InvalidTally"


@groups
@pytest.mark.parametrize(
    "changes",
    [
        {"num_tallied": 3},
        {"num_tallied": 1},
        {"total_weight": 6},
        {"total_weight": "5"},
        {"num_tallied": True},
    ],
)
def test_wrong_counts_beside_the_tally_are_refused(group: str, changes: dict):
    forged = parts(group)[: TALLY + 1]
    forged[TALLY].change(1, lambda fields: {**fields, **changes})

    assert refusal(chained(forged)).code == "InvalidTally"


@groups
def test_a_tally_that_is_not_the_sum_is_refused(group: str):
    forged = parts(group)[: TALLY + 1]
    forged[TALLY].change(0, lambda tally: [[*reversed(tally[0])], tally[1]])

    assert refusal(chained(forged)).code == "InvalidTally"


@groups
def test_a_counts_record_that_names_another_tally_is_refused(group: str):
    primary = Primary(group).open().vote(0, VOTES).seal()
    total = primary.sum
    primary.tally()
    archive = primary.archive.replace(total.sized_json().encode(), b"x")

    assert refusal(archive).code == "InvalidBoard"


SHARE_FORGERIES: dict[str, tuple[Callable, set[str]]] = {
    "another proof": (
        lambda f: replace(f, ("decryption_proofs", 0, 0, "response"), spoil),
        {"InvalidPartialDecryption"},
    ),
    "another's factor": (
        lambda f: f["decryption_factors"][0].reverse(),
        {"InvalidPartialDecryption"},
    ),
    "a leading zero": (
        lambda f: replace(
            f, ("decryption_proofs", 0, 0, "challenge"), lambda text: f"0{text}"
        ),
        {"InvalidScalar"},
    ),
    "a factor less": (lambda f: f["decryption_factors"][0].pop(), {"Malformed"}),
    "a question less": (lambda f: f["decryption_factors"].pop(), {"Malformed"}),
    "a proof less": (lambda f: f["decryption_proofs"][0].pop(), {"Malformed"}),
    "an extra field": (lambda f: f.update(extra=""), {"Malformed"}),
}


@groups
@pytest.mark.parametrize("what", SHARE_FORGERIES)
def test_a_forged_partial_decryption_is_refused(group: str, what: str):
    edit, codes = SHARE_FORGERIES[what]
    forged = parts(group)[: SHARE + 1]
    forged[SHARE].change(0, lambda fields: edit(fields) and None)

    assert refusal(chained(forged)).code in codes


@groups
def test_a_share_made_with_another_key_is_refused(group: str):
    primary = finished(group)
    private = generate_key(primary.group, rng).private
    forged = parts(group)[: SHARE + 1]
    tally = forged[TALLY].data[0].decode()
    forged[SHARE].data[0] = partial_decryption(
        primary.election, tally, private, rng
    ).encode()

    assert refusal(chained(forged)).code == "InvalidPartialDecryption"


@groups
@pytest.mark.parametrize(
    ("owner", "code"),
    [
        (0, "InvalidTrustees"),
        (99, "InvalidTrustees"),
        (2**64, "InvalidTrustees"),
        (2, "InvalidPartialDecryption"),
        (-1, "Malformed"),
        ("1", "Malformed"),
        (True, "Malformed"),
    ],
)
def test_a_share_under_another_owner_is_refused(group: str, owner: object, code: str):
    forged = parts(group)[: SHARE + 1]
    forged[SHARE].change(1, lambda fields: {**fields, "owner": owner})

    assert refusal(chained(forged)).code == code


RESULT_FORGERIES: dict[str, tuple[Callable, str]] = {
    "another count": (
        lambda r: replace(r, (0, 0), lambda n: int(str(n)) + 1),
        "InvalidResult",
    ),
    "counts exchanged": (lambda r: r[1].reverse(), "InvalidResult"),
    "a negative count": (lambda r: replace(r, (0, 0), lambda _: -3), "Malformed"),
    "a small count as a text": (
        lambda r: replace(r, (0, 0), lambda _: "3"),
        "Malformed",
    ),
    "an extra question": (lambda r: r.append([0]), "Malformed"),
    "a question less": (lambda r: r.pop(), "Malformed"),
    "an answer more": (lambda r: r[0].append(0), "Malformed"),
    "truth": (lambda r: replace(r, (1, 1), lambda _: False), "Malformed"),
}


@groups
@pytest.mark.parametrize("what", RESULT_FORGERIES)
def test_a_forged_result_is_refused(group: str, what: str):
    edit, code = RESULT_FORGERIES[what]
    forged = parts(group)

    def forge(fields: dict) -> None:
        edit(fields["result"])

    forged[RESULT].change(0, forge)

    assert refusal(chained(forged)).code == code


@groups
def test_a_count_that_wrapped_around_is_refused(group: str):
    forged = parts(group)
    wrapped = str(3 + order(group))
    forged[RESULT].change(0, lambda f: replace(f, ("result", 0, 0), lambda _: wrapped))

    assert refusal(chained(forged)).code == "InvalidResult"


@groups
def test_a_missing_share_is_refused(group: str):
    forged = parts(group)
    del forged[OTHER_SHARE]

    assert refusal(chained(forged)).code == "InvalidPartialDecryption"


# The order of events

ORDERS: dict[str, list[int]] = {
    "a ballot after the end": [0, 1, 2, 4, 3],
    "only a ballot after the end": [0, 4, 1, 5],
    "no end of ballots": [0, 1, 2, 3, 5],
    "two ends of ballots": [0, 1, 4, 4],
    "two tallies": [0, 1, 2, 3, 4, 5, 5],
    "a tally before the end": [0, 1, 2, 3, 5, 4],
    "a share before the tally": [0, 1, 2, 3, 4, 6],
    "a share twice": [0, 1, 2, 3, 4, 5, 6, 6],
    "a result before the tally": [0, 1, 2, 3, 4, 8],
    "a second result": [0, 1, 2, 3, 4, 5, 6, 7, 8, 8],
    "a ballot after the result": [0, 1, 2, 3, 4, 5, 6, 7, 8, 2],
    "a share after the result": [0, 1, 2, 3, 4, 5, 7, 6, 8, 6],
    "two set-ups": [0, 0],
    "no set-up": [1, 2, 3],
    "the same ballot twice": [0, 1, 1],
    "an old ballot again after a revote": [0, 1, 2, 3, 1],
}
REPEATED = {"the same ballot twice", "an old ballot again after a revote"}


@groups
@pytest.mark.parametrize("what", ORDERS)
def test_events_in_another_order_are_refused(group: str, what: str):
    forged = parts(group)

    refused = refusal(chained([forged[index] for index in ORDERS[what]]))

    twice = "InvalidPartialDecryption" if what == "a share twice" else "InvalidBoard"
    assert refused.code == ("RepeatedBallot" if what in REPEATED else twice)


def test_a_ballot_removed_and_all_chained_anew_is_for_an_older_copy_to_show():
    forged = parts("Ed25519")

    assert verify(chained([forged[0], forged[2], forged[3]])).ballots == 2


# The archive


def test_an_archive_with_anything_after_it_is_refused():
    archive = finished("Ed25519").archive

    for more in (bytes(512), bytes(1024), bytes(10240), b"\n", b"{}", archive):
        assert refusal(archive + more).code == "InvalidBoard"


def test_a_ballot_removed_without_chaining_anew_is_refused():
    entries = finished("Ed25519").entries
    kept = b"".join(e.to_archive(NOW) for e in (*entries[:2], *entries[3:]))

    assert refusal(kept).code == "InvalidBoard"


@pytest.mark.parametrize(
    "header",
    [
        b'{"version":1,"timestamp":1700000000}',
        b'{"version":1,"timestamp":"1700000001"}',
        b'{"version":2,"timestamp":"1700000000"}',
        b'{"version":1,"timestamp":"-1"}',
        b"[]",
    ],
)
def test_an_archives_header_has_one_spelling(header: bytes):
    refused = refusal(chained(parts("Ed25519"), header))

    assert (refused.code in {"Malformed", "InvalidBoard"}, refused.where) == (
        True,
        "the first record",
    )


def test_a_result_decrypted_by_wrong_shares_has_no_logarithm():
    primary = finished("Ed25519")
    tally = primary.sum.to_json()
    wrong = generate_key(primary.group, rng).private
    shares = {
        1: primary.partials[1],
        2: partial_decryption(primary.election, tally, wrong, rng),
    }

    with pytest.raises(Exception, match="bounds"):
        compute_result(primary.election, primary.trustees, tally, shares, 5)
