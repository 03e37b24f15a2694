from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from chassis.db import Database
from chassis.testing import FrozenClock
from tests.support.campaign import (
    WHILE_PROGRAMMES_ARE_OPEN,
    a_database,
    define_primary,
)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(WHILE_PROGRAMMES_ARE_OPEN)


@pytest.fixture(scope="package")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A campaign that knows the tiny primary and nothing else."""
    database = a_database(tmp_path_factory.mktemp("campaign"))
    with database.transaction() as session:
        define_primary(session)
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction in it, taken back after the test."""
    with database.transaction() as session:
        yield session
        session.rollback()
