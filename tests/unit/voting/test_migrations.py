"""The migrations make exactly the tables that the models describe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis.migrations import configuration, upgrade
from services.voting.models import Model


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/voting.db"
    fresh: Callable[[str], str] = request.getfixturevalue("fresh_database")
    return fresh("voting")


def test_the_newest_version_is_what_the_models_say(url: str):
    upgrade("voting", url)

    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []
    engine.dispose()


def test_going_back_leaves_no_table(url: str):
    upgrade("voting", url)

    command.downgrade(configuration("voting", url), "base")

    engine = sa.create_engine(url)
    left = set(sa.inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert left == set()
