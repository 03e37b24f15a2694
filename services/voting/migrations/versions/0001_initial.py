"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import chassis.db

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "boards",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("uuid", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=43), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("eligible_count", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("ballot_count", sa.Integer(), nullable=False),
        sa.Column("online_count", sa.Integer(), nullable=False),
        sa.Column("paper_count", sa.Integer(), nullable=False),
        sa.Column("sealed_at", chassis.db.Instant(timezone=True), nullable=True),
        sa.Column("counted_at", chassis.db.Instant(timezone=True), nullable=True),
        sa.Column("disputed_height", sa.Integer(), nullable=True),
        sa.Column("dispute_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("primary", "board", name=op.f("pk_boards")),
    )
    op.create_table(
        "candidates",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("candidacy", sa.String(length=64), nullable=False),
        sa.Column("contest", sa.String(length=64), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("occupation", sa.Text(), nullable=True),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "candidacy", name=op.f("pk_candidates")),
    )
    op.create_table(
        "confirmations",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("requested_at", chassis.db.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", chassis.db.Instant(timezone=True), nullable=False),
        sa.Column("attempts_left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "voter", name=op.f("pk_confirmations")),
    )
    op.create_table(
        "contest_ballots",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("contest", sa.String(length=64), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "contest", name=op.f("pk_contest_ballots")),
    )
    op.create_table(
        "election_keys",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("trustees", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("primary", name=op.f("pk_election_keys")),
    )
    op.create_table(
        "frozen_rolls",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("uuid", sa.String(length=32), nullable=False),
        sa.Column("eligible_count", sa.Integer(), nullable=False),
        sa.Column("public_credentials", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "board", name=op.f("pk_frozen_rolls")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("handled_at", chassis.db.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("telephone", sa.LargeBinary(), nullable=False),
        sa.Column("telephone_hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", chassis.db.Instant(timezone=True), nullable=False),
        sa.Column("settled_at", chassis.db.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_messages_telephone_hash"), ["telephone_hash"], unique=False
        )

    op.create_table(
        "outbox",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("occurred_at", chassis.db.Instant(timezone=True), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
    )
    op.create_table(
        "primaries",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.Column("calendar", sa.JSON(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("primary", name=op.f("pk_primaries")),
    )
    op.create_table(
        "public_log",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("occurred_at", chassis.db.Instant(timezone=True), nullable=False),
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("territory", sa.String(length=32), nullable=False),
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_public_log")),
        sa.UniqueConstraint("id", name=op.f("uq_public_log_id")),
        sa.UniqueConstraint(
            "territory", "sequence", name=op.f("uq_public_log_territory_sequence")
        ),
    )
    with op.batch_alter_table("public_log", schema=None) as batch_op:
        batch_op.create_index(
            "ix_public_log_region_position", ["region", "position"], unique=False
        )

    op.create_table(
        "stations",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("station", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("marks_count", sa.Integer(), nullable=False),
        sa.Column("protocol_version", sa.Integer(), nullable=True),
        sa.Column("protocol_hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("primary", "station", name=op.f("pk_stations")),
    )
    op.create_table(
        "turnouts",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("online", sa.Integer(), nullable=False),
        sa.Column("paper", sa.Integer(), nullable=False),
        sa.Column("announced_at", chassis.db.Instant(timezone=True), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "district", name=op.f("pk_turnouts")),
    )
    op.create_table(
        "board_records",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("tracker", sa.String(length=43), nullable=True),
        sa.Column("credential", sa.String(length=640), nullable=True),
        sa.Column("recorded_at", chassis.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["primary", "board"],
            ["boards.primary", "boards.board"],
            name=op.f("fk_board_records_primary_board_boards"),
        ),
        sa.PrimaryKeyConstraint(
            "primary", "board", "height", name=op.f("pk_board_records")
        ),
        sa.UniqueConstraint(
            "primary",
            "board",
            "tracker",
            name=op.f("uq_board_records_primary_board_tracker"),
        ),
    )
    with op.batch_alter_table("board_records", schema=None) as batch_op:
        batch_op.create_index(
            "ix_board_records_credential",
            ["primary", "board", "credential"],
            unique=False,
        )

    op.create_table(
        "protocols",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("station", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("cast", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("protocol_hash", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", chassis.db.Instant(timezone=True), nullable=False),
        sa.Column("signed_by", sa.String(length=64), nullable=True),
        sa.Column("accepted_at", chassis.db.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["primary", "station"],
            ["stations.primary", "stations.station"],
            name=op.f("fk_protocols_primary_station_stations"),
        ),
        sa.PrimaryKeyConstraint(
            "primary", "station", "version", name=op.f("pk_protocols")
        ),
    )
    op.create_table(
        "voters",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("telephone", sa.LargeBinary(), nullable=False),
        sa.Column("credential_fingerprint", sa.String(length=64), nullable=True),
        sa.Column("voted_at", chassis.db.Instant(timezone=True), nullable=True),
        sa.Column("marked_at", chassis.db.Instant(timezone=True), nullable=True),
        sa.Column("station", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["primary", "board"],
            ["boards.primary", "boards.board"],
            name=op.f("fk_voters_primary_board_boards"),
        ),
        sa.PrimaryKeyConstraint("primary", "voter", name=op.f("pk_voters")),
        sa.UniqueConstraint(
            "primary",
            "board",
            "credential_fingerprint",
            name=op.f("uq_voters_primary_board_credential_fingerprint"),
        ),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("voters")
    op.drop_table("protocols")
    with op.batch_alter_table("board_records", schema=None) as batch_op:
        batch_op.drop_index("ix_board_records_credential")

    op.drop_table("board_records")
    op.drop_table("turnouts")
    op.drop_table("stations")
    with op.batch_alter_table("public_log", schema=None) as batch_op:
        batch_op.drop_index("ix_public_log_region_position")

    op.drop_table("public_log")
    op.drop_table("primaries")
    op.drop_table("outbox")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_telephone_hash"))
        batch_op.drop_index(batch_op.f("ix_messages_state"))

    op.drop_table("messages")
    op.drop_table("inbox")
    op.drop_table("frozen_rolls")
    op.drop_table("election_keys")
    op.drop_table("contest_ballots")
    op.drop_table("confirmations")
    op.drop_table("candidates")
    op.drop_table("boards")
