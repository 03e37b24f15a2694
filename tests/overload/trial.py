"""One run of the crowd, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.deploy.site import Site
from tests.deploy.topology import COMMAND
from tests.support.sources import ROOT

_ADDRESSES = 200  # a crowd does not sit behind one line
_SPARE = 120.0  # seconds for the last ones, and for the process to start


@dataclass(kw_only=True)
class Trials:
    """Runs one after the other; whoever was served in one does not come to the next."""

    plan: dict[str, Any]
    site: Site
    folder: Path
    #: of those acknowledged by kind, in all runs
    served: dict[str, list[str]] = field(default_factory=dict)
    _number: int = 0

    def run(self, rate: float, seconds: float) -> dict[str, Any]:
        """What `primaries loadtest --json` says."""
        self._number += 1
        plan = self.folder / "plan.json"
        plan.write_text(json.dumps(self.plan), encoding="utf-8")
        ended = subprocess.run(
            [*COMMAND, "loadtest", str(plan), *self._options(rate, seconds)],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=seconds + _SPARE,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr[-2000:]
        found = json.loads(ended.stdout)
        self._remember(found)
        return found

    def _options(self, rate: float, seconds: float) -> Iterator[str]:
        yield from ("--url", self.site.url, "--authority", self.site.certificate)
        yield from ("--rate", str(rate), "--seconds", str(seconds), "--json")
        yield from ("--addresses", str(_ADDRESSES), "--seed", str(self._number))

    def _remember(self, found: dict[str, Any]) -> None:
        for kind, keys in found["served_keys"].items():
            self.served.setdefault(kind, []).extend(keys)
        for kind in self.plan["kinds"]:
            ended = set(found["ended_keys"].get(kind["name"], ()))
            left = [each for each in kind["requests"] if each.get("key") not in ended]
            kind["requests"] = left or kind["requests"]
