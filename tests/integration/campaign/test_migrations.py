from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis.migrations import configuration, upgrade
from services.campaign.models import Model


@pytest.mark.integration
def test_postgresql_gets_the_tables_of_the_models_and_can_lose_them_again(
    fresh_database: Callable[[str], str],
):
    url = fresh_database("campaign")

    upgrade("campaign", url)

    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []
    command.downgrade(configuration("campaign", url), "base")
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
