"""Ballots that are opened instead of cast."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import chassis.db

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the log; nobody has opened a ballot yet."""
    op.create_table(
        "spoiled_ballots",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("tracker", sa.String(length=43), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("recorded_at", chassis.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["primary", "board"],
            ["boards.primary", "boards.board"],
            name=op.f("fk_spoiled_ballots_primary_board_boards"),
        ),
        sa.PrimaryKeyConstraint(
            "primary", "board", "height", name=op.f("pk_spoiled_ballots")
        ),
        sa.UniqueConstraint(
            "primary",
            "board",
            "tracker",
            name=op.f("uq_spoiled_ballots_primary_board_tracker"),
        ),
    )
    with op.batch_alter_table("voters") as batch_op:
        batch_op.add_column(
            sa.Column("opened_count", sa.Integer(), nullable=False, server_default="0")
        )


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("voters") as batch_op:
        batch_op.drop_column("opened_count")
    op.drop_table("spoiled_ballots")
