"""A short siege of the whole platform; `make faults` holds a long one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support.sources import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.slow]
PATIENCE = 900  # seconds; a shared machine may be slow


def test_nothing_is_lost_repeated_or_stuck_whatever_breaks():
    held = subprocess.run(
        [
            *(sys.executable, "-W", "ignore", "-m", "tests.faults.siege"),
            *("--faults", "6", "--ballots", "200"),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert held.returncode == 0, held.stdout[-6000:]
    assert "Nothing was lost, repeated or stuck" in held.stdout
