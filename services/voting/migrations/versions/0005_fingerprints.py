"""Marks by their time, and boards whose register leads to no credential any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.db import Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """The fingerprints of old boards go with the next look of the timer."""
    with op.batch_alter_table("boards") as batch_op:
        batch_op.add_column(
            sa.Column("fingerprints_destroyed_at", Instant(), nullable=True)
        )
    with op.batch_alter_table("voters") as batch_op:
        batch_op.create_index("ix_voters_marked_at", ["marked_at"])


def downgrade() -> None:
    """Look through the whole register again, and forget when it was done."""
    with op.batch_alter_table("voters") as batch_op:
        batch_op.drop_index("ix_voters_marked_at")
    with op.batch_alter_table("boards") as batch_op:
        batch_op.drop_column("fingerprints_destroyed_at")
