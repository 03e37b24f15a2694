"""Sessions that can vote and nothing else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Tell them from the others; all that are open now are others."""
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.add_column(
            sa.Column(
                "voting_only", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )


def downgrade() -> None:
    """They end: nothing would tell them from the others."""
    op.execute("DELETE FROM sessions WHERE voting_only")
    with op.batch_alter_table("sessions") as batch_op:
        batch_op.drop_column("voting_only")
