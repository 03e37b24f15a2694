"""`python -m tests.faults.siege`: a platform, a load, a nemesis, an audit."""

from __future__ import annotations

from tests.faults.siege.command import siege

if __name__ == "__main__":
    siege()
