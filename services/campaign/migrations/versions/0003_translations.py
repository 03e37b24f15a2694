"""Candidates' pages in the primary's other languages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nobody has written in them yet."""
    with op.batch_alter_table("candidates") as batch_op:
        batch_op.add_column(
            sa.Column("translations", sa.JSON(), nullable=False, server_default="{}")
        )


def downgrade() -> None:
    """What was written in them is lost."""
    with op.batch_alter_table("candidates") as batch_op:
        batch_op.drop_column("translations")
