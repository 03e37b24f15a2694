"""Strikes again and again, by a seed: the same seed, the same faults in their order."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from tests.faults.siege.faults import FAULTS, Fault, Ground, name_of
from tools.demo.report import Report

_AT_ONCE = 0.3  # of the strikes come before anybody has recovered
_SHORT, _LONG = 1.0, 40.0  # seconds between two strikes, at least and at most


@dataclass(kw_only=True)
class Nemesis:
    """What it will do, and what it has done."""

    ground: Ground
    report: Report
    done: list[tuple[str, str, float]] = field(default_factory=list)

    def strike(self, faults: list[Fault], may_go_on: Callable[[int], bool]) -> None:
        """One after the other; `may_go_on(n)`: has the load come so far?"""
        began = time.monotonic()
        for number, fault in enumerate(faults, start=1):
            at = time.monotonic() - began
            struck = fault(self.ground)
            self.done.append((name_of(fault), struck, at))
            self.report.say(f"{at:5.0f} s  {number:2}  {name_of(fault)}: {struck}")
            self._rest(lambda n=number: may_go_on(n))

    def by_kind(self) -> Counter[str]:
        """How often it did what."""
        return Counter(kind for kind, _, _ in self.done)

    def _rest(self, may_go_on: Callable[[], bool]) -> None:
        """Until some work got done; now and then hardly at all."""
        hurries = self.ground.chance.random() < _AT_ONCE
        until = time.monotonic() + (_SHORT if hurries else _LONG)
        time.sleep(_SHORT)
        while time.monotonic() < until and not may_go_on():
            time.sleep(0.1)


def plan(count: int, chance: Random) -> list[Fault]:
    """Every kind once in some order, then whatever is drawn."""
    return [fault for _, fault in zip(range(count), _draw(chance), strict=False)]


def _draw(chance: Random) -> Iterator[Fault]:
    kinds = list(FAULTS)
    yield from chance.sample(kinds, len(kinds))
    while True:
        yield chance.choices(kinds, weights=list(FAULTS.values()))[0]
