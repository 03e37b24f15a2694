"""Running sums of ciphertexts: of elements, or of points where there is a kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from belenios.elgamal import Ciphertext, combine, scale
from belenios.group import Group
from belenios.kernel import kernel_for


class RunningSum(Protocol):
    """Choices of one question, added up."""

    def add(self, choices: Sequence[Ciphertext], weight: int) -> None:
        """Add choices so many times; a negative weight takes them out."""
        ...

    @property
    def ciphertexts(self) -> Sequence[Ciphertext]:
        """The sum."""
        ...


class ElementSum:
    """A sum kept as elements, in any group."""

    def __init__(self, group: Group, ciphertexts: Sequence[Ciphertext]) -> None:
        self._group = group
        self.ciphertexts = list(ciphertexts)

    def add(self, choices: Sequence[Ciphertext], weight: int) -> None:
        """Add choices so many times; a negative weight takes them out."""
        self.ciphertexts = [
            combine(self._group, total, scale(self._group, choice, weight))
            for total, choice in zip(self.ciphertexts, choices, strict=True)
        ]


def running_sum(group: Group, ciphertexts: Sequence[Ciphertext]) -> RunningSum:
    """A sum that begins with these ciphertexts."""
    kernel = kernel_for(group)
    if kernel is None:
        return ElementSum(group, ciphertexts)
    return kernel.sum(ciphertexts)
