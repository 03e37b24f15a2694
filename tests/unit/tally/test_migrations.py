"""What the migrations make is what the models say, there and back."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis.migrations import configuration, upgrade
from services.tally.models import Model


def differences(url: str) -> list[object]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = list(compare_metadata(context, Model.metadata))
    engine.dispose()
    return found


def test_the_migrations_make_the_models(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/tally.db"

    upgrade("tally", url)

    assert differences(url) == []


def test_the_migrations_can_be_taken_back(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/tally.db"
    upgrade("tally", url)

    command.downgrade(configuration("tally", url), "base")

    engine = sa.create_engine(url)
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
