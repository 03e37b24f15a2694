from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from chassis.testing import FrozenClock
from tests.support.campaign import (
    WHILE_PROGRAMMES_ARE_OPEN,
    a_database,
    define_primary,
)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(WHILE_PROGRAMMES_ARE_OPEN)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A transaction in a campaign that knows the tiny primary."""
    database = a_database(tmp_path)
    with database.transaction() as session:
        define_primary(session)
        yield session
    database.close()
