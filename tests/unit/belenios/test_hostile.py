"""Texts that are no messages and points that are no elements, wherever they stand.

Every board here is whole: what is put in is reached by the reader that must refuse
it, quickly and with a typed error, whatever it is.
"""

from __future__ import annotations

import copy
import io
import tracemalloc
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from belenios import board
from belenios.ballots import check_ballot
from belenios.board import EventType, tar_record
from belenios.ceremony import Ceremony
from belenios.channel import sign
from belenios.credentials import read_credentials
from belenios.decryption import check_partial_decryption
from belenios.election import Election
from belenios.elgamal import Ciphertext
from belenios.encoding import dumps, hex_hash, loads
from belenios.errors import BeleniosError, InvalidElement, InvalidProof, Refused
from belenios.kernel import use_kernel
from belenios.proofs import Opening, check_one_of, prove_one_of
from belenios.statements import bit
from belenios.trustees import Trustees
from belenios.verification import verify_archive
from tests.unit.belenios.elections import (
    NOW,
    Primary,
    fields_of,
    replace,
    rng,
    spoil,
    verify,
    with_threshold,
)
from tests.unit.belenios.forging import Part, chained, parts_of, signed
from tests.unit.belenios.test_group import ORDER_EIGHT

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

GROUPS = ["Ed25519", "BELENIOS-2048"]
SETUP, BALLOT, TALLY, SINGLE, SHARE, LAST = 0, 1, 5, 6, 7, 9
P25519 = 2**255 - 19


@cache
def finished(group: str) -> Primary:
    """A single trustee and two of three, weights, a revote, the result."""
    return with_threshold(group, weights=(2, 3, 1))


def parts(group: str) -> list[Part]:
    return copy.deepcopy(parts_of(finished(group)))


def refusal(archive: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        verify(archive)
    return refused.value


@pytest.fixture
def without_kernel() -> Iterator[None]:
    use_kernel(wanted=False)
    yield
    use_kernel(wanted=True)


# Points that are no elements


def prime(group: str) -> int:
    return int(finished(group).group._p)  # type: ignore[attr-defined]


def mixed_order(text: str) -> str:
    """An honest point with the point of order two added: (x, y) becomes (-x, -y)."""
    sign_bit, y = int(text, 16) >> 255, int(text, 16) % 2**255
    return f"{(P25519 - y) | (1 - sign_bit) << 255:064x}"


NO_POINTS: dict[str, Callable[[str], object]] = {
    "the identity": lambda _: f"{1:064x}",
    "order two": lambda _: f"{P25519 - 1:064x}",
    "order four": lambda _: "0" * 64,
    "order eight": lambda _: ORDER_EIGHT,
    "mixed order": mixed_order,
    "y is p": lambda _: f"{P25519:064x}",
    "y above p": lambda text: f"{int(text, 16) % 19 + P25519:064x}",
    "off the curve": lambda _: f"{2:064x}",
    "upper case": lambda text: text.upper(),
    "a digit less": lambda text: text[1:],
    "a digit more": lambda text: f"0{text}",
    "a prefix": lambda text: f"0x{text[2:]}",
    "other digits": lambda text: f"٣{text[1:]}",
    "a number": lambda text: int(text, 16),
    "nothing": lambda _: "",
}
NO_NUMBERS: dict[str, Callable[[str], object]] = {
    "the identity": lambda _: "1",
    "zero": lambda _: "0",
    "order two": lambda _: str(prime("BELENIOS-2048") - 1),
    "mixed order": lambda text: str(prime("BELENIOS-2048") - int(text)),
    "p": lambda _: str(prime("BELENIOS-2048")),
    "not reduced": lambda text: str(prime("BELENIOS-2048") + int(text)),
    "negative": lambda text: f"-{text}",
    "a leading zero": lambda text: f"0{text}",
    "hexadecimal": lambda text: hex(int(text)),
    "a number": lambda text: 12345,
    "very long": lambda text: text * 5000,
    "nothing": lambda _: "",
}
CASES = [("Ed25519", name) for name in NO_POINTS] + [
    ("BELENIOS-2048", name) for name in NO_NUMBERS
]
elements = pytest.mark.parametrize(("group", "what"), CASES)


def spoiling(group: str, what: str) -> Callable[[object], object]:
    change = (NO_POINTS if group == "Ed25519" else NO_NUMBERS)[what]
    return lambda text: change(str(text))


def refused_code(read: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(BeleniosError) as refused:
        read(*arguments)
    return refused.value.code


def with_no_element(group: str, what: str, half: str) -> str:
    """A ballot, signed again, one point of which is none."""
    fields = fields_of(finished(group).ballots[0])
    place = ("answers", 0, "choices", 1, half)
    replace(fields, place, spoiling(group, what))
    return signed(finished(group), fields)


NO_ELEMENT = {"InvalidElement", "Malformed"}


@elements
def test_no_element_in_a_ballot_is_refused(group: str, what: str):
    for half in ("alpha", "beta"):
        # beta may be the identity, as y^r g^m may; then it is the proof that fails
        lucky = (half, what) == ("beta", "the identity")
        text = with_no_element(group, what, half)
        code = refused_code(check_ballot, finished(group).election, text)
        assert code in ({"InvalidProof"} if lucky else NO_ELEMENT)


@pytest.mark.usefixtures("without_kernel")
@pytest.mark.parametrize("what", NO_POINTS)
def test_no_point_in_a_ballot_is_refused_by_libsodium_either(what: str):
    text = with_no_element("Ed25519", what, "alpha")

    election = finished("Ed25519").election
    assert refused_code(check_ballot, election, text) in NO_ELEMENT


@elements
def test_no_element_as_a_credential_is_refused(group: str, what: str):
    publics = loads(finished(group).credentials)
    first, _, weight = publics[0].partition(",")
    publics[0] = f"{spoiling(group, what)(first)},{weight}"

    code = refused_code(read_credentials, finished(group).group, dumps(publics))
    assert code in NO_ELEMENT


@elements
def test_no_element_as_a_key_is_refused(group: str, what: str):
    primary = finished(group)
    election = fields_of(primary.election.raw)
    replace(election, ("public_key",), spoiling(group, what))

    assert refused_code(Election.parse, dumps(election)) in NO_ELEMENT
    for path in (
        (0, 1, "public_key"),
        (1, 1, "verification_keys", 0, "public_key"),
    ):
        trustees = loads(primary.trustees_text)
        replace(trustees, path, spoiling(group, what))
        code = refused_code(Trustees.parse, primary.group, dumps(trustees))
        assert code in NO_ELEMENT


@elements
def test_no_element_in_what_threshold_trustees_signed_is_refused(group: str, what: str):
    """The signatures hold: a trustee signed it."""
    primary = finished(group)
    assert primary.meeting is not None
    me = primary.meeting.identities[0]
    for place in (("certs", "encryption"), ("coefexps", "coefexps", 1)):
        item = loads(dumps(primary.meeting.outcome.item))
        message = loads(item[place[0]][0]["message"])
        replace(message, place[1:], spoiling(group, what))
        item[place[0]][0] = sign(primary.group, me, dumps(message), rng)
        with pytest.raises(BeleniosError) as refused:
            Trustees.parse(primary.group, dumps([["Pedersen", item]]))
        assert refused.value.code in {"InvalidElement", "Malformed"}
        if place[0] == "certs":
            with pytest.raises(BeleniosError):
                Ceremony.parse(primary.group, [dumps(item["certs"][0])])


@elements
def test_no_element_as_a_decryption_factor_is_refused(group: str, what: str):
    primary = finished(group)
    fields = fields_of(primary.partials[1])
    replace(fields, ("decryption_factors", 0, 1), spoiling(group, what))
    public, tally = str(primary.keys[0].public["public_key"]), the_tally(group)

    code = refused_code(
        check_partial_decryption, primary.election, public, tally, dumps(fields)
    )
    lucky = {"InvalidPartialDecryption"} if what == "the identity" else NO_ELEMENT
    assert code in lucky


@cache
def the_tally(group: str) -> str:
    return finished(group).sum.to_json()


@pytest.mark.parametrize("group", GROUPS)
def test_only_the_check_of_membership_sees_a_sign_that_even_challenges_hide(
    group: str,
):
    """-beta with even challenges satisfies the equations: the subgroup is looked at."""
    primary = finished(group)
    key, opening = primary.election.key, Opening(1, 12345)
    honest = key.encrypt(1, 12345)
    flip = mixed_order if group == "Ed25519" else NO_NUMBERS["mixed order"]
    text = str(flip(primary.group.encode(honest.beta)))
    flipped = Ciphertext(honest.alpha, type(honest.beta)(_number(group, text)))
    proofs = next(
        proofs
        for proofs in iter(lambda: prove_one_of(key, "x|", bit(opening), rng), None)
        if all(proof.challenge % 2 == 0 for proof in proofs)
    )

    check_one_of(key, "x|", bit(honest), proofs)
    if group != "Ed25519":  # libsodium looks at every point itself
        check_one_of(key, "x|", bit(flipped), proofs)
    with pytest.raises(InvalidElement):
        Ciphertext.parse(
            primary.group, {"alpha": primary.group.encode(honest.alpha), "beta": text}
        )


def _number(group: str, text: str) -> int:
    return int(text, 16 if group == "Ed25519" else 10)


# Threshold trustees


def threshold_forged(group: str, edit: Callable[[dict], object]) -> Refused:
    forged = parts(group)[:1]

    def change(trustees: list) -> None:
        edit(trustees[1][1])

    forged[SETUP].change(1, change)
    return refusal(chained(forged))


def exchange(rows: list) -> None:
    rows[0], rows[1] = rows[1], rows[0]


PEDERSEN: dict[str, tuple[Callable[[dict], object], str]] = {
    "a certificate's signature": (
        lambda f: replace(f, ("certs", 0, "signature", "response"), spoil),
        "InvalidProof",
    ),
    "a polynomial's signature": (
        lambda f: replace(f, ("coefexps", 0, "signature", "response"), spoil),
        "InvalidProof",
    ),
    "the proof of a key": (
        lambda f: replace(f, ("verification_keys", 0, "pok", "response"), spoil),
        "InvalidProof",
    ),
    "keys exchanged": (lambda f: exchange(f["verification_keys"]), "InvalidTrustees"),
    "certificates exchanged": (lambda f: exchange(f["certs"]), "InvalidProof"),
    "polynomials exchanged": (lambda f: exchange(f["coefexps"]), "InvalidProof"),
    "a higher threshold": (lambda f: f.update(threshold=3), "InvalidTrustees"),
    "a lower threshold": (lambda f: f.update(threshold=1), "InvalidTrustees"),
    "no threshold": (lambda f: f.update(threshold=0), "InvalidTrustees"),
    "more than all": (lambda f: f.update(threshold=4), "InvalidTrustees"),
    "a key less": (lambda f: f["verification_keys"].pop(), "Malformed"),
    "a polynomial less": (lambda f: f["coefexps"].pop(), "Malformed"),
    "a certificate less": (lambda f: f["certs"].pop(), "Malformed"),
    "nobody": (
        lambda f: f.update(certs=[], coefexps=[], verification_keys=[]),
        "InvalidTrustees",
    ),
    "an extra field": (lambda f: f.update(extra=""), "Malformed"),
}


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("what", PEDERSEN)
def test_forged_threshold_trustees_are_refused(group: str, what: str):
    edit, code = PEDERSEN[what]

    assert threshold_forged(group, edit).code == code


@cache
def share(group: str, owner: int) -> str:
    return finished(group).partial(owner)


def shares(group: str, *owners: int) -> list[Part]:
    """The tallied board with the shares of these owners, then the result."""
    made = parts(group)
    given = [
        Part(
            "PartialDecryption",
            [
                share(group, owner).encode(),
                dumps({"owner": owner, "payload": ""}).encode(),
            ],
        )
        for owner in owners
    ]
    return [*made[: TALLY + 1], *given, made[LAST]]


@pytest.mark.parametrize(
    ("group", "owners"),
    [
        ("Ed25519", (1, 2, 3)),
        ("Ed25519", (2, 1, 4)),
        ("Ed25519", (1, 2, 3, 4)),
        ("BELENIOS-2048", (4, 3, 1)),
    ],
)
def test_any_two_of_three_are_enough_and_a_third_does_no_harm(
    group: str, owners: tuple[int, ...]
):
    assert verify(chained(shares(group, *owners))).result == [[3, 3, 2], [3, 0, 2]]


def test_shares_that_are_too_few_or_spoilt_are_refused():
    group, code = "Ed25519", "InvalidPartialDecryption"
    assert refusal(chained(shares(group, 1, 2))).code == code
    assert refusal(chained(shares(group, 2, 3, 4))).code == code
    assert refusal(chained(shares(group, 1, 2, 2))).code == code

    spoilt = shares(group, 1, 2, 3, 4)
    path = ("decryption_proofs", 0, 0, "response")
    spoilt[-2].change(0, lambda f: replace(f, path, spoil))
    assert refusal(chained(spoilt)).where == "event 9 (PartialDecryption)"
    claimed = shares(group, 1, 2, 3)
    claimed[-2].change(1, lambda f: {**f, "owner": 4})
    assert refusal(chained(claimed)).code == code


# Texts that are no messages

GARBAGE: dict[str, bytes] = {
    "nothing": b"",
    "no UTF-8": b"\xff\xfe{}",
    "half a character": b'"\xc3"',
    "a surrogate": b'"\xed\xa0\x80"',
    "an escaped surrogate": b'"\\ud800"',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a null byte": b"{}\0",
    "a key twice": b'{"a":1,"a":1}',
    "not a number": b"NaN",
    "infinity": b"[-Infinity]",
    "a fraction": b"[1.5]",
    "an exponent": b"[1e400]",
    "a very long number": b"1" * 4000,
    "a longer number": b"[" + b"1" * 10**6 + b"]",
    "deep arrays": b"[" * 10**6,
    "deep arrays, closed": b"[" * 10**5 + b"]" * 10**5,
    "deep objects": b'{"a":' * 10**5,
    "a million commas": b"[" + b"0," * (10**6 + 1) + b"0]",
    "a number": b"1",
    "a text": b'"text"',
    "null": b"null",
    "an array": b"[]",
    "an object": b"{}",
    "an array in it": b"[[[]]]",
}
DATA_OF = {SETUP: 4, BALLOT: 1, TALLY: 2, SINGLE: 2, LAST: 1}
PLACES = [(event, index) for event, count in DATA_OF.items() for index in range(count)]


@pytest.mark.parametrize(("event", "index"), PLACES)
def test_garbage_in_any_record_is_refused(event: int, index: int):
    forged = parts("Ed25519")[event]
    for garbage in GARBAGE.values():
        data = list(forged.data)
        data[index] = garbage
        archive = io.BytesIO(followed(event, forged.kind, data))
        with pytest.raises(Refused) as refused:
            verify_archive(archive, since=beginning(event)[1])
        assert refused.value.where.startswith(f"event {event} ")


@cache
def beginning(count: int) -> tuple[bytes, str | None]:
    """The archive of the first events, and the hash of the last."""
    if not count:
        return board.archive_header(NOW), None
    archive = chained(parts("Ed25519")[:count])
    return archive, verify(archive).head


def followed(count: int, kind: str, data: list[bytes]) -> bytes:
    """The first events, and one more whose data are taken as they are."""
    archive, head = beginning(count)
    fields: dict[str, object] = {} if head is None else {"parent": head}
    fields |= {"height": count, "type": kind, "payload": hex_hash(data[-1])}
    event = dumps(fields).encode()
    records = [(f"{hex_hash(body)}.data.json", body) for body in data]
    records.append((f"{hex_hash(event)}.event.json", event))
    return archive + b"".join(tar_record(name, body, NOW) for name, body in records)


@pytest.mark.parametrize("what", GARBAGE)
def test_garbage_as_an_event_or_as_the_header_is_refused(what: str):
    body = GARBAGE[what]
    event = tar_record(f"{hex_hash(body)}.event.json", body, NOW)

    assert refusal(chained(parts("Ed25519")[:2]) + event)
    assert refusal(tar_record("BELENIOS", body, NOW))


def test_what_a_hostile_record_costs_is_bounded():
    """A record of the longest kind, of the costliest content that we know of."""
    body = b"[" + b",".join([b'"' + b"x" * 6 + b'"'] * 500_000) + b"]"
    archive = followed(1, EventType.BALLOT, [body])
    beginning(1)
    tracemalloc.start()
    try:
        assert refusal(archive).code == "Malformed"
        assert tracemalloc.get_traced_memory()[1] < 200 * 2**20
    finally:
        tracemalloc.stop()


def test_a_proof_cannot_be_carried_to_another_statement():
    key = finished("Ed25519").election.key
    proofs = prove_one_of(key, "one|", bit(Opening(1, 5)), rng)

    with pytest.raises(InvalidProof):
        check_one_of(key, "two|", bit(key.encrypt(1, 5)), proofs)
