"""Every test gets an office of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.registration import Registry, a_registry


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """An office with the tiny primary and its organisations, nobody enrolled."""
    return a_registry(tmp_path)
