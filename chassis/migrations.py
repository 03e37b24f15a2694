"""Alembic, shared: each service brings its versions and three lines of `env.py`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config


def configuration(service: str, url: str) -> Config:
    """The configuration of a service's migrations against one database."""
    package = import_module(f"services.{service}")
    folder = Path(str(package.__file__)).parent / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def upgrade(service: str, url: str) -> None:
    """Bring a service's database to the newest version."""
    command.upgrade(configuration(service, url), "head")


def run(metadata: sa.MetaData) -> None:
    """What each service's `env.py` calls."""
    engine = sa.create_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
        )
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET lock_timeout = '4s'"))
            connection.commit()
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
