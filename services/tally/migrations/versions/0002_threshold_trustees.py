"""Trustees of whom some suffice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Until now all trustees were needed, in the order of their numbers."""
    with op.batch_alter_table("trustees") as batch_op:
        batch_op.add_column(sa.Column("threshold_keys", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("owner", sa.Integer(), nullable=True))
    with op.batch_alter_table("election_keys") as batch_op:
        batch_op.add_column(sa.Column("threshold", sa.Integer(), nullable=True))
    trustees, keys = _tables()
    op.execute(trustees.update().values(owner=trustees.c.number))
    op.execute(keys.update().values(threshold=_number_of(trustees, keys)))
    with op.batch_alter_table("election_keys") as batch_op:
        batch_op.alter_column("threshold", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    """Forget what they made together."""
    with op.batch_alter_table("election_keys") as batch_op:
        batch_op.drop_column("threshold")
    with op.batch_alter_table("trustees") as batch_op:
        batch_op.drop_column("owner")
        batch_op.drop_column("threshold_keys")


def _tables() -> tuple[sa.TableClause, sa.TableClause]:
    names = ("primary", "number", "owner")
    trustees = sa.table("trustees", *map(sa.column, names))
    return trustees, sa.table(
        "election_keys", *map(sa.column, ("primary", "threshold"))
    )


def _number_of(trustees: sa.TableClause, keys: sa.TableClause) -> sa.ScalarSelect[int]:
    count = sa.select(sa.func.count()).select_from(trustees)
    return count.where(trustees.c.primary == keys.c.primary).scalar_subquery()
