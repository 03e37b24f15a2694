"""`python -m tests.overload`: the highest rate, ten times that, and afterwards."""

from __future__ import annotations

from tests.overload.command import overload

if __name__ == "__main__":
    overload()
