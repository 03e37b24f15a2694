"""What the tests of tally share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.tally import Tally, a_tally


@pytest.fixture
def tally(tmp_path: Path) -> Iterator[Tally]:
    """A tally before voting opens: trustees ready, candidates known, no board yet."""
    tally = a_tally(tmp_path)
    yield tally
    tally.db.close()
