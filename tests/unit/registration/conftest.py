"""Every test gets an office of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.registration import Registry, a_registry


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """An office with the tiny primary and its organisations, nobody enrolled."""
    registry = a_registry(tmp_path)
    yield registry
    registry.db.close()
