"""On PostgreSQL, too, the migrations make exactly what the models say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis.migrations import configuration, upgrade
from services.tally.models import Model

pytestmark = pytest.mark.integration


def test_the_migrations_make_the_models_there_and_back(
    fresh_database: Callable[[str], str],
):
    url = fresh_database("tally")
    upgrade("tally", url)

    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Model.metadata)
    command.downgrade(configuration("tally", url), "base")
    left = sa.inspect(engine).get_table_names()
    engine.dispose()

    assert list(differences) == []
    assert left == ["alembic_version"]
