"""The highest rate, ten times that, and how soon all is well again."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import Any

import click
from rich.console import Console

from tests.overload.audit import differences, unwell
from tests.overload.monitor import Monitor
from tests.overload.scene import Scene
from tests.overload.trial import Trials
from tools.environment import GATEWAY
from tools.loadtest.figures import table

_STEP = 8.0  # seconds at one rate
_FIRST = 8.0  # requests a second to begin with
_REFINED = 2  # bisections
_CALM = 10.0  # seconds until all is well again
_AT_ONCE, _SOON, _BEARABLE = 200, 500, 2000  # milliseconds
_BROKEN = 500  # statuses from here on
_USUAL = 0.7  # of the highest rate: the one a platform is run at


@dataclass(kw_only=True)
class Measurement:
    """One measurement, as far as it has come."""

    scene: Scene
    trials: Trials
    console: Console
    #: what must hold at any speed, and what must on a machine of its own
    facts: dict[str, bool] = field(default_factory=dict)
    times: dict[str, bool] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)

    def go(self, seconds: float, highest: float | None = None) -> None:
        """All of it."""
        ballots = self._keys("cast")
        self._try(_FIRST, _STEP)  # caches, pools and the kernel are warm after it
        rate = highest or self._highest()
        self.console.print(f"The highest rate with p99 < 500 ms: {rate:.0f} a second")
        monitor = Monitor(f"http://{self.scene.topology.health[GATEWAY]}/healthz")
        with monitor.looking():
            crowd = self._try(10 * rate, seconds)
        time.sleep(_CALM)
        after = self._try(_USUAL * rate, _STEP)
        wrong = list(differences(self.scene, self.trials.served["cast"], ballots))
        self.console.print(*wrong[:20], *monitor.missed, *unwell(self.scene), sep="\n")
        self.document = {"highest": rate, "crowd": crowd, "after": after}
        self.facts = _facts(crowd) | {
            "nothing accepted is lost or doubled": not wrong,
            "who looks after the platform was answered": monitor.answered > 0,
            "afterwards every process is ready": not unwell(self.scene),
            "afterwards nothing breaks, either": _is_unbroken(after),
        }
        self.times = _times(crowd) | {
            "who looks after the platform never waits 5 s": not monitor.missed,
            f"{_CALM:.0f} s later all are served, p99 below 500 ms": _is_well(after),
        }

    def _highest(self) -> float:
        """Double until it is too much, then halve the interval."""
        good, bad = 0.0, _FIRST
        while self._is_well_at(bad) or self._is_well_at(bad):
            good, bad = bad, 2 * bad
        for _ in range(_REFINED):
            middle = (good + bad) / 2
            good, bad = (middle, bad) if self._bears(middle) else (good, middle)
        if not good:
            raise click.ClickException(f"This machine bears not even {bad:g} a second.")
        return good

    def _bears(self, rate: float) -> bool:
        """Twice out of three: one hiccup of the machine decides nothing."""
        well = [self._is_well_at(rate) for _ in range(2)]
        return any(well) and (all(well) or self._is_well_at(rate))

    def _is_well_at(self, rate: float) -> bool:
        return _is_well(self._try(rate, _STEP))

    def _try(self, rate: float, seconds: float) -> dict[str, Any]:
        found = self.trials.run(rate, seconds)
        self.console.print(table(found))
        late, load = found["late_ms"]["p99"], os.getloadavg()[0]
        self.console.print(f"crowd's own lateness p99 {late} ms, load {load:.1f}")
        if found["trouble"]:
            self.console.print(found["trouble"])
        return found

    def _keys(self, kind: str) -> list[str]:
        (found,) = [each for each in self.trials.plan["kinds"] if each["name"] == kind]
        return [request["key"] for request in found["requests"]]


def _facts(crowd: dict[str, Any]) -> dict[str, bool]:
    return {
        "every request is answered": not crowd["all"]["unanswered"],
        "every 503 says when to come again": not crowd["without_retry_after"],
        "nothing breaks": _is_unbroken(crowd),
        "ballots are accepted all the time": crowd["kinds"]["cast"]["served"] > 0,
    }


def _times(crowd: dict[str, Any]) -> dict[str, bool]:
    served, shed = crowd["all"]["served_ms"], crowd["all"]["shed_ms"]
    return {
        "who is served waits less than 2 s at p99": served["p99"] < _BEARABLE,
        "who is not knows within 200 ms at p95": shed["p95"] < _AT_ONCE,
    }


def _is_well(found: dict[str, Any]) -> bool:
    return _all_served(found) and _is_soon(found)


def _is_unbroken(found: dict[str, Any]) -> bool:
    everything = found["all"]
    broken = [each for each in everything["refused"] if int(each) >= _BROKEN]
    return everything["served"] > 0 and not broken


def _all_served(found: dict[str, Any]) -> bool:
    return not found["all"]["shed"] + found["all"]["unanswered"]


def _is_soon(found: dict[str, Any]) -> bool:
    return found["all"]["served_ms"]["p99"] < _SOON
