"""The outbox in shards, each of which a relay empties by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """What waits, and what the release before goes on recording, is in shard 0."""
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.add_column(
            sa.Column("shard", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.create_index("ix_outbox_shard_position", ["shard", "position"])


def downgrade() -> None:
    """Forget the shards."""
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_index("ix_outbox_shard_position")
        batch_op.drop_column("shard")
