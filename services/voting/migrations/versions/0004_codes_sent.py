"""How many codes a voter was sent since the last vote."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nobody has been counted yet."""
    with op.batch_alter_table("voters") as batch_op:
        batch_op.add_column(
            sa.Column("codes_sent", sa.Integer(), nullable=False, server_default="0")
        )


def downgrade() -> None:
    """Count no more."""
    with op.batch_alter_table("voters") as batch_op:
        batch_op.drop_column("codes_sent")
