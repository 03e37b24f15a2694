"""A short crowd at the whole platform; `make overload` brings a long one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.deploy.site import NGINX
from tests.support.sources import ROOT

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(
        NGINX is None, reason="nginx is not installed (make setup-servers)"
    ),
]
PATIENCE = 900  # seconds; a shared machine may be slow


def test_a_crowd_is_served_or_told_to_come_again_and_nothing_accepted_is_lost():
    ended = subprocess.run(
        [
            *(sys.executable, "-W", "ignore", "-m", "tests.overload", "--facts"),
            *("--voters", "80", "--highest", "30", "--seconds", "5"),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout[-9000:]
    assert "holds  nothing accepted is lost or doubled" in ended.stdout
