"""A database for each service on a PostgreSQL server, for one demonstration."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import click
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tools.environment import SERVICES
from tools.private_servers import create_database


@contextmanager
def demo_databases(server: str) -> Iterator[dict[str, str]]:
    """Create them beside the one the URL names; they are dropped in the end."""
    url = server.replace("postgresql://", "postgresql+psycopg2://", 1)
    run = secrets.token_hex(4)
    names = {service: f"primaries_demo_{run}_{service}" for service in SERVICES}
    try:
        yield {
            f"PRIMARIES_{service.upper()}_DATABASE_URL": _create(url, name)
            for service, name in names.items()
        }
    finally:
        _drop(url, names.values())


def _create(url: str, name: str) -> str:
    try:
        return create_database(url, name)
    except OperationalError as error:
        raise click.ClickException(f"PostgreSQL: {error.orig}") from error


def _drop(url: str, names: Iterable[str]) -> None:
    """Whoever still looks at them is sent away; a server that has gone keeps them."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with suppress(OperationalError), engine.connect() as connection:
        for name in names:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    engine.dispose()
