"""A database is brought to the newest version while the release before works on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner, Result

from chassis.migrations import configuration, upgrade
from tools.environment import SERVICES
from tools.processes import migrate

pytestmark = pytest.mark.integration

FIRST = "0001"
#: what the release before could not bear, and why it need not
BEFORE_ANY_RELEASE = {"ALTER TABLE election_keys ALTER COLUMN threshold SET NOT NULL"}
CONTRACTS = re.compile(
    r"\b(DROP|RENAME|SET NOT NULL|TYPE)\b|ADD COLUMN (?!.*\bDEFAULT\b).* NOT NULL"
)


def migrated(service: str, url: str) -> Result:
    environment = {f"PRIMARIES_{service.upper()}_DATABASE_URL": url}
    return CliRunner().invoke(migrate, [service], env=environment)


@contextmanager
def changes() -> Iterator[list[str]]:
    """The statements about tables that anybody executes meanwhile."""
    said: list[str] = []

    def listen(*facts: Any) -> None:
        said.extend([facts[2]] if facts[2].startswith("ALTER") else [])

    sa.event.listen(sa.Engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", listen)


@pytest.mark.parametrize("service", SERVICES)
def test_the_migrations_make_the_models_and_only_ever_add(
    service: str, fresh_database: Callable[[str], str]
):
    url = fresh_database(service)
    command.upgrade(configuration(service, url), FIRST)

    with changes() as said:
        upgrade(service, url)

    assert said
    assert {each for each in said if CONTRACTS.search(each)} <= BEFORE_ANY_RELEASE
    assert differences(service, url) == []


def differences(service: str, url: str) -> list[Any]:
    model = import_module(f"services.{service}.models").Model
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, model.metadata)
    engine.dispose()
    return list(found)


@pytest.mark.parametrize(
    "change",
    [
        "DROP COLUMN b",
        "RENAME b TO c",
        "ALTER COLUMN b TYPE TEXT",
        "ADD COLUMN b INTEGER NOT NULL",
    ],
)
def test_what_a_release_before_could_not_bear_is_recognised(change: str):
    assert CONTRACTS.search(f"ALTER TABLE a {change}")


def test_a_migration_waits_for_nobody_who_holds_a_table(
    fresh_database: Callable[[str], str],
):
    url = fresh_database("voting")
    command.upgrade(configuration("voting", url), FIRST)
    engine = sa.create_engine(url)
    with engine.begin() as reader:
        reader.execute(sa.text("LOCK TABLE outbox IN ACCESS SHARE MODE"))
        given_up = migrated("voting", url)
    again = migrated("voting", url)
    engine.dispose()

    assert given_up.exit_code == 1
    assert "holds a lock" in given_up.output
    assert again.output == "voting: up to date\n"


def test_a_database_that_is_away_is_one_line():
    told = migrated("voting", "postgresql+psycopg2://voting:hunter2@127.0.0.1:9/voting")

    assert told.exit_code == 1
    assert told.output.startswith("Error: voting: See whether PostgreSQL runs. It says")
    assert "hunter2" not in told.output
