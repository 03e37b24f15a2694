"""The migrations make the tables of the models, and take them away again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from chassis.migrations import configuration, upgrade
from services.registration.models import Model


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/registration.db"


@pytest.fixture
def server_url(fresh_database: Callable[[str], str]) -> str:
    return fresh_database("registration")


@pytest.fixture(
    params=["sqlite_url", pytest.param("server_url", marks=pytest.mark.integration)]
)
def url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(request.param)


def test_the_migrations_make_what_the_models_describe(url: str):
    upgrade("registration", url)

    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []
    engine.dispose()


def test_the_migrations_can_be_taken_back(url: str):
    upgrade("registration", url)
    command.downgrade(configuration("registration", url), "base")

    engine = sa.create_engine(url)
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()


def test_no_table_holds_a_number_or_a_telephone_in_the_clear():
    clear = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        if column.name in {"number", "iin", "telephone", "code", "credential"}
        and not isinstance(column.type, sa.LargeBinary)
    }

    assert clear == set()
