"""The groups of prime order in which everything is computed, by name (section 5)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from belenios.algebra import Element, Group, Power, Rng
from belenios.edwards import Ed25519
from belenios.errors import UnknownGroup
from belenios.finite_field import belenios_2048, rfc_3526_2048

__all__ = ["Element", "Group", "Power", "Rng", "get_group"]

MAKERS: dict[str, Callable[[], Group]] = {
    "Ed25519": Ed25519,
    "BELENIOS-2048": belenios_2048,
    "RFC-3526-2048": rfc_3526_2048,
}


@cache
def get_group(name: str) -> Group:
    """The group of that name, made once; raise UnknownGroup when there is none."""
    if name not in MAKERS:
        raise UnknownGroup(name[:40])
    return MAKERS[name]()
