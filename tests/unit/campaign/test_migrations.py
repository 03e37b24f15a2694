from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis.migrations import configuration, upgrade
from services.campaign.models import Model


def test_the_migrations_make_the_tables_of_the_models(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/campaign.db"

    upgrade("campaign", url)

    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []
    engine.dispose()


def test_the_migrations_can_be_taken_back(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/campaign.db"
    upgrade("campaign", url)

    command.downgrade(configuration("campaign", url), "base")

    engine = sa.create_engine(url)
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_no_table_ties_a_member_to_a_suggestion_or_a_support():
    personal = re.compile(r"member|subject|iin|telephone|voter")

    tied = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        if personal.search(column.name)
    }

    assert tied == {"candidates.member"}
