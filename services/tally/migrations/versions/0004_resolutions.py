"""What officers decide about disputed boards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.db import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Until now nobody could: no board is excluded."""
    op.create_table(
        "resolutions",
        sa.Column("primary", sa.String(64), nullable=False),
        sa.Column("board", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("approved_by", sa.String(64), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint(
            "primary", "board", "number", name=op.f("pk_resolutions")
        ),
    )
    with op.batch_alter_table("boards") as batch_op:
        batch_op.add_column(sa.Column("exclusion", sa.Text(), nullable=True))


def downgrade() -> None:
    """Forget what they decided."""
    with op.batch_alter_table("boards") as batch_op:
        batch_op.drop_column("exclusion")
    op.drop_table("resolutions")
