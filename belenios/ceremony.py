"""Making the keys of threshold trustees, in six steps (section 4.6).

Odd steps are the trustees', each alone with a seed; even steps put together what
all of them published, and need no secret:

1. a trustee makes a seed and its certificate (`make_certificate`);
2. the certificates are checked and put in order (`Ceremony.parse`);
3. a trustee deals the shares of a secret polynomial (`make_polynomial`);
4. each trustee's shares are gathered (`make_inputs`);
5. a trustee checks the shares received and adds them up (`make_output`);
6. all is put together as the board will show it (`finish`).

Later `decryption_key` opens a trustee's share of the private key. Every message is a
line of JSON, as belenios-tool 2.0 writes it: trustees using either work together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from belenios.channel import Identity, Member, check_signed, receive, send, sign
from belenios.encoding import (
    Json,
    array,
    decimal,
    dumps,
    hex_hash,
    loads,
    record,
    string,
)
from belenios.errors import InvalidCeremony, InvalidProof
from belenios.group import Element, Group, Rng
from belenios.keys import check_public_key, make_key
from belenios.pedersen import Pedersen, check_certificate, evaluate, read_exponents

LEAST_THRESHOLD = 2
POLYNOMIAL = ("polynomial", "secrets", "coefexps")


def make_certificate(group: Group, me: Identity, rng: Rng) -> str:
    """Step 1: a trustee's two public keys, signed with themselves."""
    member = me.member(group)
    message = dumps(
        {
            "verification": group.encode(member.verification),
            "encryption": group.encode(member.encryption),
        }
    )
    return dumps(sign(group, me, message, rng))


@dataclass(frozen=True)
class Ceremony:
    """Step 2: the trustees who take part, in an order that is fixed from now on."""

    group: Group
    certificates: tuple[str, ...]
    members: tuple[Member, ...]

    @classmethod
    def parse(cls, group: Group, certificates: Sequence[str]) -> Ceremony:
        """Check certificates; InvalidCeremony when there is none or one twice.

        Raises InvalidProof for a wrong signature, or what reading them raises.
        """
        members = tuple(check_certificate(group, loads(text)) for text in certificates)
        keys = {key for m in members for key in (m.verification, m.encryption)}
        if not members or len(keys) != 2 * len(members):
            raise InvalidCeremony("no certificate, or the same key twice")
        return cls(group, tuple(certificates), members)

    @cached_property
    def fingerprint(self) -> str:
        """What all trustees must see alike: who takes part, and in which order."""
        return hex_hash("\n".join(self.certificates).encode())

    def place(self, me: Identity) -> int:
        """Which of the members this is, from 0; InvalidCeremony for none."""
        member = me.member(self.group)
        if member not in self.members:
            raise InvalidCeremony("this trustee's certificate is not among them")
        return self.members.index(member)


def make_polynomial(ceremony: Ceremony, me: Identity, threshold: int, rng: Rng) -> str:
    """Step 3: a secret polynomial, its value for each trustee, and its exponents.

    `threshold` trustees will be enough, and fewer never. It must lie between 2 (with
    1, each alone could read every ballot) and their number, or InvalidCeremony.
    """
    group = ceremony.group
    own = ceremony.members[ceremony.place(me)]
    if not LEAST_THRESHOLD <= threshold <= len(ceremony.members):
        raise InvalidCeremony("the threshold is not between 2 and their number")
    coefficients = [group.random_scalar(rng) for _ in range(threshold)]
    kept = dumps({"polynomial": [str(number) for number in coefficients]})
    exponents = [group.encode(group.power_g_secret(a)) for a in coefficients]
    published = sign(group, me, dumps({"coefexps": exponents}), rng)
    shares = [
        dumps({"secret": str(_value(coefficients, index) % group.order)})
        for index in range(1, len(ceremony.members) + 1)
    ]
    secrets = [
        send(group, me, member.encryption, share, rng)
        for member, share in zip(ceremony.members, shares, strict=True)
    ]
    own_copy = send(group, me, own.encryption, kept, rng)
    return dumps(dict(zip(POLYNOMIAL, (own_copy, secrets, published), strict=True)))


def _value(coefficients: Sequence[int], index: int) -> int:
    return sum(a * index**power for power, a in enumerate(coefficients))


def make_inputs(ceremony: Ceremony, polynomials: Sequence[str]) -> list[str]:
    """Step 4: what each trustee received, in the order of the certificates.

    `polynomials` may come in any order: each is placed by its signature. Raises
    InvalidCeremony when one is missing, of another ceremony or another threshold.
    """
    placed = place_polynomials(ceremony, polynomials)
    exponents: list[Json] = [fields["coefexps"] for fields in placed]
    shares = [array(fields["secrets"], len(placed)) for fields in placed]
    return [
        dumps(
            {
                "polynomial": string(placed[index]["polynomial"]),
                "secrets": [string(row[index]) for row in shares],
                "coefexps": exponents,
            }
        )
        for index in range(len(placed))
    ]


def place_polynomials(
    ceremony: Ceremony, polynomials: Sequence[str]
) -> list[dict[str, Json]]:
    """The messages of step 3 in the order of the certificates, signatures checked."""
    found: dict[int, dict[str, Json]] = {}
    for text in polynomials:
        fields = record(loads(text), *POLYNOMIAL)
        found[_signer(ceremony, fields["coefexps"])] = fields
    if not len(found) == len(polynomials) == len(ceremony.members):
        raise InvalidCeremony("one polynomial of each trustee expected")
    placed = [found[index] for index in range(len(found))]
    _read_all_exponents(ceremony, [fields["coefexps"] for fields in placed])
    return placed


def _signer(ceremony: Ceremony, signed: Json) -> int:
    for index, member in enumerate(ceremony.members):
        try:
            check_signed(ceremony.group, member.verification, signed)
        except InvalidProof:
            continue
        return index
    raise InvalidCeremony("a polynomial that none of these trustees signed")


def _read_all_exponents(
    ceremony: Ceremony, signed: Sequence[Json]
) -> list[list[Element]]:
    """g to each coefficient of each polynomial; all of one length."""
    polynomials = [
        read_exponents(ceremony.group, member.verification, value)
        for member, value in zip(ceremony.members, signed, strict=True)
    ]
    if len({len(polynomial) for polynomial in polynomials}) != 1:
        raise InvalidCeremony("the trustees chose different thresholds")
    return polynomials


def make_output(ceremony: Ceremony, me: Identity, received: str, rng: Rng) -> str:
    """Step 5: check what was received, and make this trustee's pair of keys of it.

    Raises InvalidCeremony when a share does not fit its polynomial, or this trustee's
    own polynomial was changed; InvalidProof and others when a message was.
    """
    group = ceremony.group
    fields = record(loads(received), *POLYNOMIAL)
    index, size = ceremony.place(me), len(ceremony.members)
    polynomials = _read_all_exponents(ceremony, array(fields["coefexps"], size))
    _check_own(ceremony, me, string(fields["polynomial"]), polynomials[index])
    total = 0
    for number, (sealed, polynomial) in enumerate(
        zip(array(fields["secrets"], size), polynomials, strict=True)
    ):
        sender = ceremony.members[number].verification
        share = _open_scalar(group, me, sender, string(sealed), "secret")
        if group.power_g_secret(share) != evaluate(group, polynomial, index + 1):
            raise InvalidCeremony(f"the share of trustee {number + 1} is wrong")
        total += share
    key = make_key(group, total % group.order, rng)
    own = ceremony.members[index].encryption
    kept = send(group, me, own, dumps({"decryption_key": key.private}), rng)
    return dumps({"private_key": kept, "public_key": key.public})


def _check_own(
    ceremony: Ceremony, me: Identity, sealed: str, published: Sequence[Element]
) -> None:
    group, own = ceremony.group, ceremony.members[ceremony.place(me)]
    kept = record(loads(receive(group, me, own.verification, sealed)), "polynomial")
    exponents = [
        group.power_g_secret(decimal(string(coefficient)))
        for coefficient in array(kept["polynomial"])
    ]
    if exponents != list(published):
        raise InvalidCeremony("it is not this trustee's own polynomial")


def _open_scalar(
    group: Group, me: Identity, sender: Element, sealed: str, name: str
) -> int:
    fields = record(loads(receive(group, me, sender, sealed)), name)
    return decimal(string(fields[name])) % group.order


@dataclass(frozen=True, slots=True)
class Outcome:
    """Step 6: what is published, and the encrypted key that each trustee keeps."""

    item: Json
    pedersen: Pedersen
    private_keys: tuple[str, ...]


def finish(
    ceremony: Ceremony, polynomials: Sequence[str], outputs: Sequence[str]
) -> Outcome:
    """Step 6: the item of the list of trustees, all of it checked.

    `outputs` may come in any order. Raises InvalidCeremony when one is missing or
    does not fit, or what checking the item raises.
    """
    group = ceremony.group
    signed = [fields["coefexps"] for fields in place_polynomials(ceremony, polynomials)]
    columns = zip(*_read_all_exponents(ceremony, signed), strict=True)
    coefficients = [group.product(column) for column in columns]
    found: dict[Element, dict[str, Json]] = {}
    for text in outputs:
        fields = record(loads(text), "private_key", "public_key")
        found[check_public_key(group, fields["public_key"])] = fields
    size = len(ceremony.members)
    keys = [evaluate(group, coefficients, index + 1) for index in range(size)]
    if len(outputs) != size or set(found) != set(keys):
        raise InvalidCeremony("one output of each trustee of this ceremony expected")
    item: Json = {
        "threshold": len(coefficients),
        "certs": [loads(text) for text in ceremony.certificates],
        "coefexps": signed,
        "verification_keys": [found[key]["public_key"] for key in keys],
    }
    kept = tuple(string(found[key]["private_key"]) for key in keys)
    return Outcome(item, Pedersen.parse(group, item), kept)


def sealed_key(output: str) -> str:
    """What the trustee keeps of the message of step 5, encrypted to itself."""
    return string(record(loads(output), "private_key", "public_key")["private_key"])


def decryption_key(group: Group, me: Identity, sealed: str) -> str:
    """The decimal of a trustee's share of the private key, for `partial_decryption`.

    `sealed` is what `sealed_key` gives; raises what `receive` raises.
    """
    own = me.member(group).verification
    return str(_open_scalar(group, me, own, sealed, "decryption_key"))
