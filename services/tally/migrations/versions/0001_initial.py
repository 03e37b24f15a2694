"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.db import Instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "board_records",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("height", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint(
            "primary", "board", "height", name=op.f("pk_board_records")
        ),
    )
    op.create_index(
        "ix_board_records_payload",
        "board_records",
        ["primary", "board", "payload_hash"],
    )

    op.create_table(
        "boards",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("election", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.Column("sized", sa.Text(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("disputed_height", sa.Integer(), nullable=True),
        sa.Column("dispute", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("primary", "board", name=op.f("pk_boards")),
    )
    op.create_table(
        "candidacies",
        sa.Column("candidacy", sa.String(length=64), nullable=False),
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("contest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("woman", sa.Boolean(), nullable=False),
        sa.Column("young", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("candidacy", name=op.f("pk_candidacies")),
    )
    op.create_index(
        "ix_candidacies_primary_contest", "candidacies", ["primary", "contest"]
    )

    op.create_table(
        "contest_results",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("contest", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "contest", name=op.f("pk_contest_results")),
    )
    op.create_table(
        "credentials",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("credential", sa.String(length=700), nullable=False),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint(
            "primary", "board", "credential", name=op.f("pk_credentials")
        ),
    )
    op.create_table(
        "election_keys",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=700), nullable=False),
        sa.Column("trustees", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("primary", name=op.f("pk_election_keys")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("handled_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
    )
    op.create_table(
        "lots",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("primary", name=op.f("pk_lots")),
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
        sa.Column("occurred_at", Instant(), nullable=False),
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
        "partial_decryptions",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("trustee", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint(
            "primary", "board", "trustee", name=op.f("pk_partial_decryptions")
        ),
    )
    op.create_table(
        "party_lists",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("contest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("composed_at", Instant(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint(
            "primary", "contest", "version", name=op.f("pk_party_lists")
        ),
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
        "protocols",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("station", sa.String(length=128), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "station", name=op.f("pk_protocols")),
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
        sa.Column("occurred_at", Instant(), nullable=False),
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
    op.create_index(
        "ix_public_log_region_position", "public_log", ["region", "position"]
    )

    op.create_table(
        "publications",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("primary", name=op.f("pk_publications")),
    )
    op.create_table(
        "rolls",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("uuid", sa.String(length=64), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("credentials_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("primary", "board", name=op.f("pk_rolls")),
    )
    op.create_table(
        "seals",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "board", name=op.f("pk_seals")),
    )
    op.create_table(
        "stations",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=64), nullable=False),
        sa.Column("stations", sa.JSON(), nullable=False),
        sa.Column("announced_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "district", name=op.f("pk_stations")),
    )
    op.create_table(
        "trustees",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public_key", sa.String(length=700), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("handed_in_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "number", name=op.f("pk_trustees")),
        sa.UniqueConstraint(
            "primary", "public_key", name=op.f("uq_trustees_primary_public_key")
        ),
    )
    op.create_table(
        "withdrawals",
        sa.Column("candidacy", sa.String(length=64), nullable=False),
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("contest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("candidacy", name=op.f("pk_withdrawals")),
    )
    op.create_index("ix_withdrawals_primary", "withdrawals", ["primary"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_withdrawals_primary", "withdrawals")

    op.drop_table("withdrawals")
    op.drop_table("trustees")
    op.drop_table("stations")
    op.drop_table("seals")
    op.drop_table("rolls")
    op.drop_table("publications")
    op.drop_index("ix_public_log_region_position", "public_log")

    op.drop_table("public_log")
    op.drop_table("protocols")
    op.drop_table("primaries")
    op.drop_table("party_lists")
    op.drop_table("partial_decryptions")
    op.drop_table("outbox")
    op.drop_table("lots")
    op.drop_table("inbox")
    op.drop_table("election_keys")
    op.drop_table("credentials")
    op.drop_table("contest_results")
    op.drop_index("ix_candidacies_primary_contest", "candidacies")

    op.drop_table("candidacies")
    op.drop_table("boards")
    op.drop_index("ix_board_records_payload", "board_records")

    op.drop_table("board_records")
