"""The trustees, who can only together decrypt (sections 4.5 and 4.7).

A list of trustees is an array of items; each item contributes a factor of the
election's public key. "Single" is a trustee without whom nothing is decrypted,
"Pedersen" a group of whom some suffice. An item knows its members' public keys and
how to join their decryption factors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from belenios.encoding import Json, array, dumps, loads
from belenios.errors import InvalidTrustees
from belenios.group import Element, Group
from belenios.keys import (
    TrusteeKey,
    check_public_key,
    generate_key,
    key_fingerprint,
    make_key,
)
from belenios.pedersen import Pedersen

__all__ = [
    "Single",
    "TrusteeKey",
    "Trustees",
    "check_public_key",
    "generate_key",
    "joint_key",
    "key_fingerprint",
    "make_key",
    "trustees_json",
]


def trustees_json(publics: Iterable[Json], thresholds: Iterable[Json] = ()) -> str:
    """The list of trustees as published on the board.

    `publics` are the public keys of trustees who must all take part, `thresholds`
    what `ceremony.finish` made for groups of whom some suffice.
    """
    singles = [["Single", public] for public in publics]
    return dumps(singles + [["Pedersen", item] for item in thresholds])


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
    def members(self) -> tuple[Element, ...]:
        """The public keys of all persons, in the order of their owner numbers."""
        return tuple(member for item in self.items for member in item.members)

    @property
    def count(self) -> int:
        """How many persons there are."""
        return len(self.members)

    def member(self, owner: int) -> Element:
        """The public key of an owner; raise InvalidTrustees for one unknown."""
        if not 1 <= owner <= self.count:
            raise InvalidTrustees(f"there is no trustee {owner}")
        return self.members[owner - 1]

    def owner_of(self, public: Element) -> int:
        """Whose public key it is; raise InvalidTrustees when it is nobody's."""
        if public not in self.members:
            raise InvalidTrustees("the key is none of theirs")
        return self.members.index(public) + 1

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
    if kind == "Single":
        return Single(check_public_key(group, content))
    if kind == "Pedersen":
        return Pedersen.parse(group, content)
    raise InvalidTrustees("an item of an unknown kind")
