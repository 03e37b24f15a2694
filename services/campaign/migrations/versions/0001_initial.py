"""Candidates, programmes, suggestions and debates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.db import Instant, Sequence

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "candidates",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("candidacy", sa.String(length=64), nullable=False),
        sa.Column("contest", sa.String(), nullable=False),
        sa.Column("territory", sa.String(length=32), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("occupation", sa.Text(), nullable=False),
        sa.Column("route", sa.String(length=32), nullable=False),
        sa.Column("woman", sa.Boolean(), nullable=False),
        sa.Column("young", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_because", sa.String(length=32), nullable=True),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("education", sa.Text(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("primary", "candidacy", name="pk_candidates"),
    )
    op.create_index("ix_candidates_contest", "candidates", ["primary", "contest"])
    op.create_index(
        "ix_candidates_name", "candidates", ["primary", "name_key", "candidacy"]
    )
    op.create_index("ix_candidates_territory", "candidates", ["primary", "territory"])
    op.create_table(
        "debates",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("debate", sa.String(), nullable=False),
        sa.Column("contest", sa.String(), nullable=False),
        sa.Column("territory", sa.String(length=32), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=True),
        sa.Column("venue", sa.String(), nullable=True),
        sa.Column("moderator", sa.String(), nullable=True),
        sa.Column("opens_after", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("primary", "debate", name="pk_debates"),
        sa.UniqueConstraint(
            "primary",
            "moderator",
            "opens_at",
            name="uq_debates_primary_moderator_opens_at",
        ),
        sa.UniqueConstraint(
            "primary", "venue", "opens_at", name="uq_debates_primary_venue_opens_at"
        ),
    )
    op.create_index("ix_debates_region", "debates", ["primary", "region", "state"])
    op.create_index("ix_debates_time", "debates", ["primary", "opens_at", "debate"])
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=128), nullable=False),
        sa.Column("handled_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
    )
    op.create_table(
        "lots",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("lot", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "lot", name="pk_lots"),
    )
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
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.Column("calendar", sa.JSON(), nullable=False),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("primary", name="pk_primaries"),
    )
    op.create_table(
        "programmes",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("territory", sa.String(length=32), nullable=False),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("primary", "territory", name="pk_programmes"),
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
        "programme_versions",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("territory", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("programme_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["primary", "territory"],
            ["programmes.primary", "programmes.territory"],
            name="fk_programme_versions_primary_territory_programmes",
        ),
        sa.PrimaryKeyConstraint(
            "primary", "territory", "version", name="pk_programme_versions"
        ),
    )
    op.create_table(
        "speakers",
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("debate", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("candidacy", sa.String(length=64), nullable=False),
        sa.Column("lot", sa.String(length=64), nullable=False),
        sa.Column("attendance", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["primary", "candidacy"],
            ["candidates.primary", "candidates.candidacy"],
            name="fk_speakers_primary_candidacy_candidates",
        ),
        sa.ForeignKeyConstraint(
            ["primary", "debate"],
            ["debates.primary", "debates.debate"],
            name="fk_speakers_primary_debate_debates",
        ),
        sa.PrimaryKeyConstraint("primary", "debate", "position", name="pk_speakers"),
        sa.UniqueConstraint(
            "primary", "candidacy", name="uq_speakers_primary_candidacy"
        ),
    )
    op.create_table(
        "suggestions",
        sa.Column("suggestion", sa.String(length=64), nullable=False),
        sa.Column("primary", sa.String(length=64), nullable=False),
        sa.Column("territory", sa.String(length=32), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number_of_day", sa.Integer(), nullable=False),
        sa.Column("suggested_at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("carried_out_in", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["primary", "territory"],
            ["programmes.primary", "programmes.territory"],
            name="fk_suggestions_primary_territory_programmes",
        ),
        sa.PrimaryKeyConstraint("suggestion", name="pk_suggestions"),
        sa.UniqueConstraint(
            "primary",
            "author",
            "day",
            "number_of_day",
            name="uq_suggestions_primary_author_day_number_of_day",
        ),
    )
    op.create_index(
        "ix_suggestions_territory",
        "suggestions",
        ["primary", "territory", "suggested_at", "suggestion"],
    )
    op.create_table(
        "supports",
        sa.Column("suggestion", sa.String(length=64), nullable=False),
        sa.Column("supporter", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["suggestion"],
            ["suggestions.suggestion"],
            name="fk_supports_suggestion_suggestions",
        ),
        sa.PrimaryKeyConstraint("suggestion", "supporter", name="pk_supports"),
    )


def downgrade() -> None:
    """Change them back."""
    op.drop_table("supports")
    op.drop_table("suggestions")
    op.drop_table("speakers")
    op.drop_table("programme_versions")
    op.drop_table("public_log")
    op.drop_table("programmes")
    op.drop_table("primaries")
    op.drop_table("outbox")
    op.drop_table("lots")
    op.drop_table("inbox")
    op.drop_table("debates")
    op.drop_table("candidates")
