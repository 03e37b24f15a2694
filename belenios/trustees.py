"""The trustees, who can only together decrypt (sections 4.5 and 4.7).

A list of trustees is an array of items; each item contributes a factor of the
election's public key. The one kind of item so far is "Single": a trustee without
whom nothing is decrypted. An item knows its members' public keys and how to join
their decryption factors, so that a threshold item is one more such class.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from belenios.encoding import Json, array, dumps, hex_hash, loads, record, string
from belenios.errors import InvalidProof, InvalidTrustees
from belenios.group import Element, Group, Rng
from belenios.proofs import Proof, check_knowledge, prove_knowledge


@dataclass(frozen=True, slots=True)
class TrusteeKey:
    """A trustee's pair of keys; `private` never leaves the trustee."""

    private: str
    public: dict[str, Json]

    def __repr__(self) -> str:
        return f"TrusteeKey(public={dumps(self.public)})"


def generate_key(group: Group, rng: Rng) -> TrusteeKey:
    """A fresh pair of keys, the public one with the proof that its owner knows it."""
    return make_key(group, group.random_scalar(rng), rng)


def make_key(group: Group, private: int, rng: Rng) -> TrusteeKey:
    """The pair of keys of a known private scalar."""
    public = group.encode(group.power_g(private))
    pok = prove_knowledge(group, _prefix(group, public), private, rng)
    return TrusteeKey(str(private), {"pok": pok.as_json(), "public_key": public})


def check_public_key(group: Group, public: Json) -> Element:
    """Check a trustee's public key and its proof; return the key as an element.

    Raises InvalidElement, InvalidScalar, InvalidProof or Malformed.
    """
    fields = record(public, "pok", "public_key", "name", optional=("name",))
    string(fields.get("name", ""))
    text = string(fields["public_key"])
    element = group.decode(text)
    proof = Proof.parse(group, fields["pok"])
    try:
        check_knowledge(group, _prefix(group, text), element, proof)
    except InvalidProof as error:
        raise InvalidProof(
            "the trustee does not show to know the private key"
        ) from error
    return element


def key_fingerprint(public_key: str) -> str:
    """A public key's hash, as belenios-tool's checksums show it: to be read aloud."""
    return hex_hash(dumps(public_key).encode())


def _prefix(group: Group, public: str) -> str:
    return f"pok|{group.name}|{public}|"


def trustees_json(publics: Iterable[Json]) -> str:
    """The list of trustees who must all take part, as published on the board."""
    return dumps([["Single", public] for public in publics])


def joint_key(group: Group, trustees: str) -> str:
    """The election's public key under a published list of trustees, checked."""
    return group.encode(Trustees.parse(group, trustees).public_key)


class Item(Protocol):
    """One entry of the list: one trustee, or a group of them with a threshold."""

    @property
    def members(self) -> tuple[Element, ...]:
        """The public keys that partial decryptions are checked against."""
        ...

    @property
    def public_key(self) -> Element:
        """The item's factor of the election's public key."""
        ...

    def is_satisfied(self, present: Sequence[int]) -> bool:
        """Whether the members at these indices can decrypt."""
        ...

    def join(self, group: Group, factors: dict[int, Element]) -> Element:
        """The item's decryption factor, from those of the members present."""
        ...


@dataclass(frozen=True, slots=True)
class Single:
    """A trustee without whom nothing is decrypted."""

    public_key: Element

    @property
    def members(self) -> tuple[Element, ...]:
        """This one trustee."""
        return (self.public_key,)

    def is_satisfied(self, present: Sequence[int]) -> bool:
        """Only when this trustee is there."""
        return 0 in present

    def join(self, group: Group, factors: dict[int, Element]) -> Element:
        """The factor as it is."""
        del group
        return factors[0]


@dataclass(frozen=True, slots=True)
class Trustees:
    """A checked list of trustees; owners are counted from 1 through all items."""

    group: Group
    items: tuple[Item, ...]

    @classmethod
    def parse(cls, group: Group, text: str) -> Trustees:
        """Read a list and check every key in it; raise InvalidTrustees and others."""
        items = tuple(_parse_item(group, item) for item in array(loads(text)))
        if not items:
            raise InvalidTrustees("there is none")
        return cls(group, items)

    @property
    def public_key(self) -> Element:
        """The product of the items' keys."""
        return self.group.product(item.public_key for item in self.items)

    @property
    def count(self) -> int:
        """How many persons there are."""
        return sum(len(item.members) for item in self.items)

    def member(self, owner: int) -> Element:
        """The public key of an owner; raise InvalidTrustees for one unknown."""
        members = [member for item in self.items for member in item.members]
        if not 1 <= owner <= len(members):
            raise InvalidTrustees(f"there is no trustee {owner}")
        return members[owner - 1]

    def can_decrypt(self, owners: Sequence[int]) -> bool:
        """Whether these owners together can decrypt."""
        return all(
            item.is_satisfied([owner - first for owner in owners])
            for first, item in self._placed()
        )

    def join(self, factors: dict[int, Element]) -> Element:
        """The decryption factor of one ciphertext, from its factor by owner."""
        return self.group.product(
            item.join(self.group, {owner - first: factors[owner] for owner in factors})
            for first, item in self._placed()
        )

    def _placed(self) -> list[tuple[int, Item]]:
        """Each item with the owner number of its first member."""
        placed: list[tuple[int, Item]] = []
        first = 1
        for item in self.items:
            placed.append((first, item))
            first += len(item.members)
        return placed


def _parse_item(group: Group, value: Json) -> Item:
    kind, content = array(value, 2)
    if kind != "Single":
        raise InvalidTrustees("only trustees who must all take part are understood")
    return Single(check_public_key(group, content))
