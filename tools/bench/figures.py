"""Times of one run, side by side, and what they say of each other."""

from __future__ import annotations

import resource
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Step = Callable[[], object]


def cpu_seconds() -> float:
    """What this process and those it waited for have used of one processor.

    Not the time on the clock: others may be using the machine.
    """
    used = (
        resource.getrusage(resource.RUSAGE_SELF),
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    return sum(one.ru_utime + one.ru_stime for one in used)


def timed(step: Step, times: int = 1) -> float:
    """The seconds that a step takes, once."""
    before = cpu_seconds()
    for _ in range(times):
        step()
    return (cpu_seconds() - before) / times


@dataclass(frozen=True)
class Times:
    """The seconds of one step in each round."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """What a step took."""
        return statistics.median(self.seconds)

    def ratio_to(self, other: Times) -> Ratio:
        """How many times longer the other took, round by round."""
        pairs = zip(self.seconds, other.seconds, strict=True)
        ratios = sorted(theirs / max(ours, 1e-9) for ours, theirs in pairs)
        return Ratio(statistics.median(ratios), ratios[0], ratios[-1])


@dataclass(frozen=True)
class Ratio:
    """A ratio of times: the median of the rounds, the lowest and the highest."""

    median: float
    lowest: float
    highest: float

    def __str__(self) -> str:
        return f"{self.median:.1f}x ({self.lowest:.1f} to {self.highest:.1f})"


def measure(
    contenders: Mapping[str, Mapping[str, Callable[[], float]]], rounds: int
) -> dict[str, dict[str, Times]]:
    """Each step of each contender once a round, so that all meet the same weather."""
    seconds: dict[tuple[str, str], list[float]] = {
        (name, step): [] for name, steps in contenders.items() for step in steps
    }
    for _ in range(rounds):
        for (name, step), measured in seconds.items():
            measured.append(contenders[name][step]())
    return {
        name: {step: Times(tuple(seconds[name, step])) for step in steps}
        for name, steps in contenders.items()
    }
