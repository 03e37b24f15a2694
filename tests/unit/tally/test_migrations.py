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


def test_trustees_of_an_older_version_are_all_needed(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/tally.db"
    command.upgrade(configuration("tally", url), "0001")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for number in (1, 2, 3):
            connection.execute(_TRUSTEE, {"number": number, "key": f"key {number}"})
        connection.execute(_KEY)

    upgrade("tally", url)

    with engine.connect() as connection:
        owners = sa.text("SELECT number, owner FROM trustees ORDER BY number")
        assert connection.execute(owners).all() == [(1, 1), (2, 2), (3, 3)]
        needed = sa.text("SELECT threshold FROM election_keys")
        assert connection.execute(needed).scalar_one() == 3
    engine.dispose()


_TRUSTEE = sa.text(
    "INSERT INTO trustees VALUES ('p', :number, :key, '{}', '2020-09-01 00:00:00')"
)
_KEY = sa.text("INSERT INTO election_keys VALUES ('p', 'key', '[]')")
