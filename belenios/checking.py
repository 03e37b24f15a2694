"""Who checks a board's ballots, which takes nearly all of the time: one or many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from belenios.ballots import check_ballot
from belenios.election import Election
from belenios.elgamal import Ciphertext

Ciphertexts: TypeAlias = Sequence[Sequence[Ciphertext]]


class Checker(Protocol):
    """Who checks ballots; perhaps several at a time, in other processes."""

    ahead: int
    """How many ballots may be begun before the first must be done."""

    def begin(self, election: Election, ballot: str) -> Callable[[], Ciphertexts]:
        """Begin `check_ballot`; what is given back waits for it, and raises for it."""
        ...


class CheckNow:
    """Checks each ballot as it comes."""

    ahead = 0

    def begin(self, election: Election, ballot: str) -> Callable[[], Ciphertexts]:
        """Check it at once."""
        ciphertexts = check_ballot(election, ballot).ciphertexts
        return lambda: ciphertexts
