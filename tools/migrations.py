"""Writes the next migration of a service: what its models have and its versions lack.

    python -m tools.migrations registration close_nominations

The text is a proposal. Read it: a rename looks to a comparison like a loss and a gain.
"""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path

import click
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import MigrationScript

from chassis.migrations import upgrade

TEXT = '''"""{title}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
{imports}
revision = "{revision}"
down_revision = {parent}


def upgrade() -> None:
    """Change the tables."""
    {up}


def downgrade() -> None:
    """Change them back."""
    {down}
'''


def write_migration(service: str, name: str) -> Path:
    """Write a migration from the service's newest version to its models."""
    folder = _folder_of(service)
    number = len(list(folder.glob("[0-9]*.py"))) + 1
    path = folder / f"{number:04}_{name}.py"
    path.write_text(_render(_missing_in(service), number, name), encoding="utf-8")
    return path


def _folder_of(service: str) -> Path:
    package = import_module(f"services.{service}")
    return Path(str(package.__file__)).parent / "migrations" / "versions"


def _missing_in(service: str) -> MigrationScript:
    models = import_module(f"services.{service}.models")
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{directory}/newest.db"
        upgrade(service, url)
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            missing = produce_migrations(context, models.Model.metadata)
        engine.dispose()
    return missing


def _render(missing: MigrationScript, number: int, name: str) -> str:
    assert missing.upgrade_ops is not None
    assert missing.downgrade_ops is not None
    up = render_python_code(missing.upgrade_ops, render_as_batch=True)
    down = render_python_code(missing.downgrade_ops, render_as_batch=True)
    return TEXT.format(
        title=f"{name.replace('_', ' ').capitalize()}.",
        imports="\nimport chassis.db\n" if "chassis.db." in up + down else "",
        revision=f"{number:04}",
        parent=f'"{number - 1:04}"' if number > 1 else None,
        up=up.strip(),
        down=down.strip(),
    )


@click.command()
@click.argument("service")
@click.argument("name")
def main(service: str, name: str) -> None:
    """Write the next migration of SERVICE, named NAME for its reason."""
    click.echo(write_migration(service, name))


if __name__ == "__main__":
    main()
