"""The tables of campaign.

No table says by name who suggested or supported anything: authors and supporters
are keyed hashes, a supporter's another one for each suggestion.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import ModelBase, new_metadata
from chassis.tables import add_bus_tables
from contracts.campaign.views import DebateState, SuggestionState
from contracts.copies import PrimaryColumns

_Id = sa.String(64)
#: what a definition names, as long as it likes
_Named = sa.String()
_Code = sa.String(32)
_Word = sa.String(32)


class Model(ModelBase):
    """The base of campaign's tables."""

    __abstract__ = True
    metadata = new_metadata()


add_bus_tables(Model.metadata)


class Primary(PrimaryColumns, Model):
    """Campaign's copy of a primary."""


class Lot(Model):
    """The public value of a lot that campaign draws by."""

    __tablename__ = "lots"

    primary: Mapped[str] = mapped_column(_Id, primary_key=True)
    lot: Mapped[str] = mapped_column(_Word, primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)


class Candidate(Model):
    """A candidate and their page."""

    __tablename__ = "candidates"
    __table_args__ = (
        sa.Index("ix_candidates_name", "primary", "name_key", "candidacy"),
        sa.Index("ix_candidates_contest", "primary", "contest"),
        sa.Index("ix_candidates_territory", "primary", "territory"),
    )

    primary: Mapped[str] = mapped_column(_Id, primary_key=True)
    candidacy: Mapped[str] = mapped_column(_Id, primary_key=True)
    contest: Mapped[str] = mapped_column(_Named)
    territory: Mapped[str] = mapped_column(_Code)
    region: Mapped[str] = mapped_column(_Code)
    #: never shown; tells the timetable that two candidacies are one person
    member: Mapped[str] = mapped_column(_Id)
    name: Mapped[str] = mapped_column(sa.Text)
    birth_year: Mapped[int]
    occupation: Mapped[str] = mapped_column(sa.Text)
    route: Mapped[str] = mapped_column(_Word)
    woman: Mapped[bool]
    young: Mapped[bool]
    withdrawn_because: Mapped[str | None] = mapped_column(_Word)
    #: in lower case by our rules: SQLite only knows those of English
    name_key: Mapped[str] = mapped_column(sa.Text)
    search: Mapped[str] = mapped_column(sa.Text)

    statement: Mapped[str] = mapped_column(sa.Text, default="")
    education: Mapped[str] = mapped_column(sa.Text, default="")
    #: the two in the primary's other languages
    translations: Mapped[dict[str, Any]] = mapped_column(default=dict)
    links: Mapped[list[Any]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=0)
    edited_at: Mapped[datetime | None]

    @property
    def withdrawn(self) -> bool:
        """Does the candidate no longer stand?"""
        return self.withdrawn_because is not None


class Programme(Model):
    """A territory's programme: which version is the newest."""

    __tablename__ = "programmes"

    primary: Mapped[str] = mapped_column(_Id, primary_key=True)
    territory: Mapped[str] = mapped_column(_Code, primary_key=True)
    region: Mapped[str] = mapped_column(_Code)
    version: Mapped[int]


class ProgrammeVersion(Model):
    """A version of a programme; it never changes."""

    __tablename__ = "programme_versions"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["primary", "territory"], ["programmes.primary", "programmes.territory"]
        ),
    )

    primary: Mapped[str] = mapped_column(_Id, primary_key=True)
    territory: Mapped[str] = mapped_column(_Code, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    programme_hash: Mapped[str] = mapped_column(sa.String(64))
    published_at: Mapped[datetime]
    sections: Mapped[list[Any]]
    #: why each changed section differs from the version before
    changes: Mapped[list[Any]]


class Suggestion(Model):
    """What somebody suggests about a programme."""

    __tablename__ = "suggestions"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["primary", "territory"], ["programmes.primary", "programmes.territory"]
        ),
        # two requests at once cannot pass the daily limit together
        sa.UniqueConstraint("primary", "author", "day", "number_of_day"),
        sa.Index(
            "ix_suggestions_territory",
            "primary",
            "territory",
            "suggested_at",
            "suggestion",
        ),
    )

    suggestion: Mapped[str] = mapped_column(_Id, primary_key=True)
    primary: Mapped[str] = mapped_column(_Id)
    territory: Mapped[str] = mapped_column(_Code)
    section: Mapped[str] = mapped_column(_Named)
    kind: Mapped[str] = mapped_column(_Word)
    text: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.String(3))
    author: Mapped[str] = mapped_column(sa.String(64))
    day: Mapped[date] = mapped_column(sa.Date)
    number_of_day: Mapped[int]
    suggested_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(_Word, default=SuggestionState.OPEN)
    reason: Mapped[str | None] = mapped_column(sa.Text)
    decided_at: Mapped[datetime | None]
    carried_out_in: Mapped[int | None]


class Support(Model):
    """Somebody backs a suggestion; nobody sees who, nor when."""

    __tablename__ = "supports"

    suggestion: Mapped[str] = mapped_column(
        _Id, sa.ForeignKey("suggestions.suggestion"), primary_key=True
    )
    supporter: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


class Debate(Model):
    """A debate of one group of a contest's candidates."""

    __tablename__ = "debates"
    __table_args__ = (
        sa.Index("ix_debates_region", "primary", "region", "state"),
        sa.Index("ix_debates_time", "primary", "opens_at", "debate"),
        # the last word against two debates at once in a hall or with a moderator
        sa.UniqueConstraint("primary", "venue", "opens_at"),
        sa.UniqueConstraint("primary", "moderator", "opens_at"),
    )

    primary: Mapped[str] = mapped_column(_Id, primary_key=True)
    debate: Mapped[str] = mapped_column(_Named, primary_key=True)
    contest: Mapped[str] = mapped_column(_Named)
    territory: Mapped[str] = mapped_column(_Code)
    region: Mapped[str] = mapped_column(_Code)
    state: Mapped[str] = mapped_column(_Word, default=DebateState.DRAWN)
    day: Mapped[date | None] = mapped_column(sa.Date)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    venue: Mapped[str | None] = mapped_column(_Named)
    moderator: Mapped[str | None] = mapped_column(_Named)
    #: a debate put off must open after this
    opens_after: Mapped[datetime | None]


class Speaker(Model):
    """A candidate's place in a debate."""

    __tablename__ = "speakers"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["primary", "debate"], ["debates.primary", "debates.debate"]
        ),
        sa.ForeignKeyConstraint(
            ["primary", "candidacy"], ["candidates.primary", "candidates.candidacy"]
        ),
        # everybody speaks exactly once
        sa.UniqueConstraint("primary", "candidacy"),
    )

    primary: Mapped[str] = mapped_column(_Id, primary_key=True)
    debate: Mapped[str] = mapped_column(_Named, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    candidacy: Mapped[str] = mapped_column(_Id)
    lot: Mapped[str] = mapped_column(sa.String(64))
    attendance: Mapped[str | None] = mapped_column(_Word)
