"""The tables of registration."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.db import Instant, Sequence

revision = "0001"
down_revision = None

LIVE = sa.text("state IN ('submitted', 'registered')")


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("handled_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
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
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index("ix_messages_state", "messages", ["state"])
    op.create_index("ix_messages_telephone_hash", "messages", ["telephone_hash"])

    op.create_table(
        "outbox",
        sa.Column("position", Sequence, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("sequence", Sequence, nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_outbox"),
        sa.UniqueConstraint("id", name="uq_outbox_id"),
    )
    op.create_table(
        "primaries",
        sa.Column("roll_frozen_at", Instant(), nullable=True),
        sa.Column("ballot_finalised_at", Instant(), nullable=True),
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.Column("calendar", sa.JSON(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("primary", name="pk_primaries"),
    )
    op.create_table(
        "public_log",
        sa.Column("position", Sequence, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("territory", sa.String(length=32), nullable=False),
        sa.Column("sequence", Sequence, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_public_log"),
        sa.UniqueConstraint("id", name="uq_public_log_id"),
        sa.UniqueConstraint(
            "territory", "sequence", name="uq_public_log_territory_sequence"
        ),
    )
    op.create_index(
        "ix_public_log_region_position", "public_log", ["region", "position"]
    )

    op.create_table(
        "sessions",
        sa.Column("session_hash", sa.String(length=64), nullable=False),
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("session_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_subject", "sessions", ["subject"])

    op.create_table(
        "sign_in_codes",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_count", sa.Integer(), nullable=False),
        sa.Column("counted_from", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "number_hash", name="pk_sign_in_codes"),
    )
    op.create_index("ix_sign_in_codes_counted_from", "sign_in_codes", ["counted_from"])

    op.create_table(
        "calendar_changes",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("phase", sa.String(length=64), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["primary"],
            ["primaries.primary"],
            name="fk_calendar_changes_primary_primaries",
        ),
        sa.PrimaryKeyConstraint("primary", "version", name="pk_calendar_changes"),
    )
    op.create_table(
        "lots",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("lot", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.Column("drawn_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["primary"], ["primaries.primary"], name="fk_lots_primary_primaries"
        ),
        sa.PrimaryKeyConstraint("primary", "lot", name="pk_lots"),
    )
    op.create_table(
        "members",
        sa.Column("member", sa.String(length=36), nullable=False),
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("telephone", sa.LargeBinary(), nullable=False),
        sa.Column("telephone_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("ppo", sa.String(length=64), nullable=False),
        sa.Column("territory", sa.String(length=32), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("resident_since", sa.Date(), nullable=False),
        sa.Column("occupation", sa.String(length=200), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["primary"], ["primaries.primary"], name="fk_members_primary_primaries"
        ),
        sa.PrimaryKeyConstraint("member", name="pk_members"),
        sa.UniqueConstraint(
            "primary", "number_hash", name="uq_members_primary_number_hash"
        ),
    )
    op.create_index(
        "ix_members_primary_telephone_hash", "members", ["primary", "telephone_hash"]
    )
    op.create_index(
        "ix_members_roll", "members", ["primary", "territory", "ppo", "member"]
    )

    op.create_table(
        "ppos",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("ppo", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("territory", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["primary"], ["primaries.primary"], name="fk_ppos_primary_primaries"
        ),
        sa.PrimaryKeyConstraint("primary", "ppo", name="pk_ppos"),
    )
    op.create_index("ix_ppos_territory", "ppos", ["territory"])

    op.create_table(
        "roll_boards",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=32), nullable=False),
        sa.Column("uuid", sa.String(length=32), nullable=False),
        sa.Column("eligible_count", sa.Integer(), nullable=False),
        sa.Column("slices", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("roll_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["primary"], ["primaries.primary"], name="fk_roll_boards_primary_primaries"
        ),
        sa.PrimaryKeyConstraint("primary", "board", name="pk_roll_boards"),
        sa.UniqueConstraint("uuid", name="uq_roll_boards_uuid"),
    )
    op.create_index("ix_roll_boards_state", "roll_boards", ["state"])

    op.create_table(
        "grants",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("granted_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member"], ["members.member"], name="fk_grants_member_members"
        ),
        sa.ForeignKeyConstraint(
            ["primary"], ["primaries.primary"], name="fk_grants_primary_primaries"
        ),
        sa.PrimaryKeyConstraint("primary", "member", "role", "scope", name="pk_grants"),
    )
    op.create_index("ix_grants_member", "grants", ["member"])

    op.create_table(
        "nominations",
        sa.Column("nomination", sa.String(length=36), nullable=False),
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=36), nullable=False),
        sa.Column("contest", sa.String(length=64), nullable=False),
        sa.Column("territory", sa.String(length=32), nullable=False),
        sa.Column("route", sa.String(length=8), nullable=False),
        sa.Column("ppo", sa.String(length=64), nullable=True),
        sa.Column("woman", sa.Boolean(), nullable=False),
        sa.Column("young", sa.Boolean(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("submitted_by", sa.String(length=64), nullable=False),
        sa.Column("submitted_at", Instant(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("reason_code", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("candidacy", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["member"], ["members.member"], name="fk_nominations_member_members"
        ),
        sa.ForeignKeyConstraint(
            ["primary"], ["primaries.primary"], name="fk_nominations_primary_primaries"
        ),
        sa.PrimaryKeyConstraint("nomination", name="pk_nominations"),
        sa.UniqueConstraint("candidacy", name="uq_nominations_candidacy"),
    )
    op.create_index("ix_nominations_contest", "nominations", ["primary", "contest"])
    op.create_index("ix_nominations_member", "nominations", ["member"])
    op.create_index(
        "ix_nominations_queue", "nominations", ["primary", "submitted_at", "nomination"]
    )
    op.create_index(
        "uq_nominations_live_member",
        "nominations",
        ["member"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )

    op.create_table(
        "roll",
        sa.Column("voter", sa.String(length=36), nullable=False),
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("board", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=36), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member"], ["members.member"], name="fk_roll_member_members"
        ),
        sa.PrimaryKeyConstraint("voter", name="pk_roll"),
        sa.UniqueConstraint("member", name="uq_roll_member"),
    )
    op.create_index("ix_roll_page", "roll", ["primary", "board", "voter"])


def downgrade() -> None:
    """Change them back."""
    op.drop_index("ix_roll_page", table_name="roll")

    op.drop_table("roll")
    op.drop_index(
        "uq_nominations_live_member",
        table_name="nominations",
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.drop_index("ix_nominations_queue", table_name="nominations")
    op.drop_index("ix_nominations_member", table_name="nominations")
    op.drop_index("ix_nominations_contest", table_name="nominations")

    op.drop_table("nominations")
    op.drop_index("ix_grants_member", table_name="grants")

    op.drop_table("grants")
    op.drop_index("ix_roll_boards_state", table_name="roll_boards")

    op.drop_table("roll_boards")
    op.drop_index("ix_ppos_territory", table_name="ppos")

    op.drop_table("ppos")
    op.drop_index("ix_members_roll", table_name="members")
    op.drop_index("ix_members_primary_telephone_hash", table_name="members")

    op.drop_table("members")
    op.drop_table("lots")
    op.drop_table("calendar_changes")
    op.drop_index("ix_sign_in_codes_counted_from", table_name="sign_in_codes")

    op.drop_table("sign_in_codes")
    op.drop_index("ix_sessions_subject", table_name="sessions")
    op.drop_index("ix_sessions_expires_at", table_name="sessions")

    op.drop_table("sessions")
    op.drop_index("ix_public_log_region_position", table_name="public_log")

    op.drop_table("public_log")
    op.drop_table("primaries")
    op.drop_table("outbox")
    op.drop_index("ix_messages_telephone_hash", table_name="messages")
    op.drop_index("ix_messages_state", table_name="messages")

    op.drop_table("messages")
    op.drop_table("inbox")
