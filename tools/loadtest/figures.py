"""What came of a crowd: how many were served, how many turned away, and how fast."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from tools.loadtest.arrivals import Arrival, Rate
from tools.loadtest.plan import TURNED_AWAY

_SHED = 503
_COLUMNS = (
    *("kind", "asked", "served", "503", "refused", "no answer"),
    *("p50 ms", "p95 ms", "p99 ms", "max ms", "503 p95 ms"),
)


@dataclass(frozen=True)
class Figures:
    """Figures of some arrivals."""

    arrivals: Sequence[Arrival]

    @property
    def served(self) -> list[Arrival]:
        """Those who got what they asked for."""
        return [each for each in self.arrivals if 200 <= each.status < 400]  # noqa: PLR2004

    @property
    def shed(self) -> list[Arrival]:
        """Those who were asked to come again."""
        return [each for each in self.arrivals if each.status == _SHED]

    @property
    def unanswered(self) -> list[Arrival]:
        """Those who got no answer at all."""
        return [each for each in self.arrivals if not each.status]

    @property
    def refused(self) -> Counter[int]:
        """Every other answer, by its status."""
        ours = {*map(id, self.served), *map(id, self.shed), *map(id, self.unanswered)}
        return Counter(each.status for each in self.arrivals if id(each) not in ours)

    def to_document(self) -> dict[str, Any]:
        """The figures as JSON says them; times are in milliseconds."""
        served, shed = _times(self.served), _times(self.shed)
        return {
            "asked": len(self.arrivals),
            "served": len(served),
            "shed": len(shed),
            "refused": dict(self.refused),
            "unanswered": len(self.unanswered),
            "served_ms": {name: _milliseconds(served, q) for name, q in SHARES.items()},
            "shed_ms": {name: _milliseconds(shed, q) for name, q in SHARES.items()},
        }


SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


def within(times: Sequence[float], share: float) -> float:
    """So many seconds suffice for this share of them (0 where there are none)."""
    ordered = sorted(times)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def report(arrivals: Sequence[Arrival], rate: Rate) -> dict[str, Any]:
    """All that is known of a run."""
    every = Figures(arrivals)
    late = [each.late for each in arrivals]
    return {
        "rate": rate.per_second,
        "seconds": rate.seconds,
        "late_ms": {name: _milliseconds(late, q) for name, q in SHARES.items()},
        "all": every.to_document(),
        "kinds": {name: Figures(own).to_document() for name, own in _kinds(arrivals)},
        "without_retry_after": sum(not each.retry_after for each in every.shed),
        "trouble": dict(Counter(each.trouble for each in every.unanswered)),
        "served_keys": _keys(every.served),
        "ended_keys": _keys(each for each in arrivals if _has_ended(each)),
    }


def table(document: dict[str, Any]) -> Table:
    """The report, for people."""
    title = f"{document['rate']:g} a second for {document['seconds']:g} s"
    made = Table(*_COLUMNS, title=title)
    for name, figures in (*document["kinds"].items(), ("all", document["all"])):
        made.add_row(name, *map(str, _cells(figures)))
    return made


def _cells(figures: dict[str, Any]) -> Iterable[Any]:
    yield from (figures["asked"], figures["served"], figures["shed"])
    yield " ".join(f"{count}×{status}" for status, count in figures["refused"].items())
    yield figures["unanswered"]
    yield from figures["served_ms"].values()
    yield figures["shed_ms"]["p95"]


def _kinds(arrivals: Sequence[Arrival]) -> Iterable[tuple[str, list[Arrival]]]:
    for name in sorted({each.kind for each in arrivals}):
        yield name, [each for each in arrivals if each.kind == name]


def _keys(arrivals: Iterable[Arrival]) -> dict[str, list[str]]:
    """The keys of what was good only once, by kind."""
    keys: dict[str, list[str]] = {}
    for each in arrivals:
        if each.key:
            keys.setdefault(each.kind, []).append(each.key)
    return keys


def _has_ended(arrival: Arrival) -> bool:
    return bool(arrival.status) and arrival.status not in TURNED_AWAY


def _times(arrivals: Iterable[Arrival]) -> list[float]:
    return [each.seconds for each in arrivals]


def _milliseconds(times: Sequence[float], share: float) -> float:
    return round(1000 * within(times, share), 1)
