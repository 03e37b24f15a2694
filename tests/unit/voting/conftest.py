"""A database of voting's, and a primary whose boards are set up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.db import Database
from tests.support.voting import DURING_VOTING, PrimaryInVoting, a_database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = a_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def polls(db: Database) -> PrimaryInVoting:
    """Three voters of one board, and voting is open."""
    primary = PrimaryInVoting(db).set_up()
    primary.clock.set(DURING_VOTING)
    return primary
