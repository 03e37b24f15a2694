"""A migration written from the models brings a database to the models."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from chassis.migrations import upgrade
from tools.migrations import write_migration

ENV = """
from chassis.migrations import run
from services.{name}.models import Model

run(Model.metadata)
"""
MODELS = """
from datetime import datetime
from chassis.db import ModelBase, new_metadata
from sqlalchemy.orm import Mapped, mapped_column

class Model(ModelBase):
    __abstract__ = True
    metadata = new_metadata()

class Letter(Model):
    __tablename__ = "letters"
    id: Mapped[str] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime | None]
"""
FIRST = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

def upgrade():
    op.create_table("letters", sa.Column("id", sa.String(), primary_key=True))
"""


def test_the_first_migration_makes_the_tables(tmp_path, monkeypatch):
    versions = a_service("letters", tmp_path, monkeypatch)

    path = write_migration("letters", "initial")

    assert path == versions / "0001_initial.py"
    assert columns_after_upgrade("letters", tmp_path) == {"id", "sent_at"}


def test_the_next_migration_adds_what_the_models_have_gained(tmp_path, monkeypatch):
    versions = a_service("parcels", tmp_path, monkeypatch)
    (versions / "0001_initial.py").write_text(FIRST)

    path = write_migration("parcels", "sent_at")

    assert path == versions / "0002_sent_at.py"
    assert "create_table" not in path.read_text()
    assert columns_after_upgrade("parcels", tmp_path) == {"id", "sent_at"}


def a_service(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    service = root / "services" / name
    versions = service / "migrations" / "versions"
    versions.mkdir(parents=True)
    (service / "__init__.py").touch()
    (service / "models.py").write_text(MODELS)
    (service / "migrations" / "env.py").write_text(ENV.format(name=name))
    monkeypatch.syspath_prepend(root)
    return versions


def columns_after_upgrade(service: str, directory: Path) -> set[str]:
    url = f"sqlite:///{directory}/check.db"
    upgrade(service, url)
    engine = sa.create_engine(url)
    columns = {column["name"] for column in sa.inspect(engine).get_columns("letters")}
    engine.dispose()
    return columns
