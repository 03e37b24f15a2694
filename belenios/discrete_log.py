"""Small discrete logarithms: from g^count to count."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

from belenios.errors import InvalidResult
from belenios.group import Element, Group
from belenios.kernel import kernel_for


def discrete_logs(group: Group, powers: Sequence[Element], bound: int) -> list[int]:
    """The logarithms of `powers`, each between 0 and `bound`, or InvalidResult.

    Baby steps and giant steps: the square root of the bound in products, and the
    table of baby steps serves all the powers.
    """
    kernel = kernel_for(group)
    if kernel is not None:
        return [
            _confirmed(group, power, found)
            for power, found in zip(
                powers, kernel.logarithms(powers, bound), strict=True
            )
        ]
    width = isqrt(bound) + 1
    steps = _baby_steps(group, width)
    giant = group.invert(group.power_g(width))
    return [_logarithm(group, power, steps, giant, bound) for power in powers]


def _confirmed(group: Group, power: Element, found: int | None) -> int:
    """A logarithm that the kernel found; libsodium has the last word."""
    if found is None or group.power_g(found) != power:
        raise InvalidResult("a count outside its bounds")
    return found


def _baby_steps(group: Group, width: int) -> dict[Element, int]:
    steps: dict[Element, int] = {}
    element = group.identity
    for exponent in range(width):
        steps[element] = exponent
        element = group.multiply(element, group.generator)
    return steps


def _logarithm(
    group: Group, power: Element, steps: dict[Element, int], giant: Element, bound: int
) -> int:
    for start in range(0, bound + 1, len(steps)):
        if power in steps and start + steps[power] <= bound:
            return start + steps[power]
        power = group.multiply(power, giant)
    raise InvalidResult("a count outside its bounds")
