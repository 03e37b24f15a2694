"""The browser's code, run by the Node of the virtual environment."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from typing import Any

from tests.support.sources import ROOT

NODE = ROOT / ".venv/bin/node"
PORTAL = ROOT / "gateway/portal"
PATIENCE = 300


def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run node in the portal's folder."""
    return subprocess.run(
        [NODE, *arguments],
        cwd=PORTAL,
        input=text,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def ask(messages: Iterable[dict[str, Any]], seed: str | None = None) -> list[Any]:
    """What the booth's worker answers to these messages, without its progress."""
    lines = "".join(f"{json.dumps(message)}\n" for message in messages)
    seeds = [] if seed is None else [seed]
    done = run("test/respond.mjs", *seeds, text=lines)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return [answer for answer in answers if answer["type"] != "progress"]
