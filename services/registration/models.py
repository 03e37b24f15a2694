"""The tables of registration."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import ModelBase, new_metadata
from chassis.messages import messages_table
from chassis.tables import add_bus_tables
from contracts.copies import PrimaryColumns

LIVE_STATES = ("submitted", "registered")

_Code = sa.String(32)
_Id = sa.String(36)
_Hash = sa.String(64)
_Slug = sa.String(64)


class Model(ModelBase):
    """The base of registration's tables."""

    __abstract__ = True
    metadata = new_metadata()


add_bus_tables(Model.metadata)
messages_table(Model.metadata)


class Primary(PrimaryColumns, Model):
    """A primary, and how far registration has brought it."""

    roll_frozen_at: Mapped[datetime | None]
    ballot_finalised_at: Mapped[datetime | None]


class CalendarChange(Model):
    """A proposed version of the calendar; two officers put it in force."""

    __tablename__ = "calendar_changes"

    primary: Mapped[str] = mapped_column(
        _Slug, sa.ForeignKey("primaries.primary"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    phase: Mapped[str] = mapped_column(_Slug)
    closes_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.Text)
    proposed_by: Mapped[str] = mapped_column(_Slug)
    proposed_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(_Slug)
    approved_at: Mapped[datetime | None]
    #: what voting says: accepted or refused
    answer: Mapped[str | None] = mapped_column(sa.String(16))
    answer_reason: Mapped[str | None] = mapped_column(sa.Text)


class Lot(Model):
    """The public value of a lot; a second officer's entry makes it final."""

    __tablename__ = "lots"

    primary: Mapped[str] = mapped_column(
        _Slug, sa.ForeignKey("primaries.primary"), primary_key=True
    )
    lot: Mapped[str] = mapped_column(_Slug, primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)
    source: Mapped[str] = mapped_column(sa.Text)
    entered_by: Mapped[str] = mapped_column(_Slug)
    entered_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(_Slug)
    drawn_at: Mapped[datetime | None]

    @property
    def state(self) -> str:
        """Whether the value is final."""
        return "drawn" if self.drawn_at else "entered"


class Ppo(Model):
    """A primary party organisation."""

    __tablename__ = "ppos"

    primary: Mapped[str] = mapped_column(
        _Slug, sa.ForeignKey("primaries.primary"), primary_key=True
    )
    ppo: Mapped[str] = mapped_column(_Slug, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(300))
    territory: Mapped[str] = mapped_column(_Code, index=True)


class Member(Model):
    """A person on the party's register."""

    __tablename__ = "members"
    __table_args__ = (
        sa.UniqueConstraint("primary", "number_hash"),
        sa.Index("ix_members_primary_telephone_hash", "primary", "telephone_hash"),
        # the order in which the roll is cut into boards
        sa.Index("ix_members_roll", "primary", "territory", "ppo", "member"),
    )

    member: Mapped[str] = mapped_column(_Id, primary_key=True)
    primary: Mapped[str] = mapped_column(_Slug, sa.ForeignKey("primaries.primary"))
    number: Mapped[bytes]
    number_hash: Mapped[str] = mapped_column(_Hash)
    telephone: Mapped[bytes]
    telephone_hash: Mapped[str] = mapped_column(_Hash)
    name: Mapped[str] = mapped_column(sa.String(200))
    born_on: Mapped[date]
    #: f or m, as registered
    sex: Mapped[str] = mapped_column(sa.String(1))
    ppo: Mapped[str] = mapped_column(_Slug)
    #: the voting district they belong to
    territory: Mapped[str] = mapped_column(_Code)
    joined_on: Mapped[date]
    resident_since: Mapped[date]
    occupation: Mapped[str] = mapped_column(sa.String(200))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(_Slug)
    end_reason: Mapped[str | None] = mapped_column(sa.Text)


class RoleGrant(Model):
    """A role that a member holds beyond membership."""

    __tablename__ = "grants"

    primary: Mapped[str] = mapped_column(
        _Slug, sa.ForeignKey("primaries.primary"), primary_key=True
    )
    member: Mapped[str] = mapped_column(
        _Id, sa.ForeignKey("members.member"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    scope: Mapped[str] = mapped_column(_Slug, primary_key=True)
    granted_at: Mapped[datetime]


class SignInCode(Model):
    """The last code for a national number, whether or not a member has it.

    Rows for numbers that nobody has make the two cases alike from outside.
    """

    __tablename__ = "sign_in_codes"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    number_hash: Mapped[str] = mapped_column(_Hash, primary_key=True)
    code_hash: Mapped[str] = mapped_column(_Hash)
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int]
    #: codes sent since `counted_from`, none of which was used
    sent_count: Mapped[int]
    counted_from: Mapped[datetime] = mapped_column(index=True)


class SignedIn(Model):
    """A session: who holds its secret is this person until it expires."""

    __tablename__ = "sessions"

    session_hash: Mapped[str] = mapped_column(_Hash, primary_key=True)
    #: empty for an administrator's session
    primary: Mapped[str] = mapped_column(_Slug)
    subject: Mapped[str] = mapped_column(_Slug, index=True)
    #: a voting token
    voting_only: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


_one_live_nomination = sa.text("state IN ('submitted', 'registered')")


class Nomination(Model):
    """A member put forward for a contest; once registered, a candidacy."""

    __tablename__ = "nominations"
    __table_args__ = (
        sa.Index(
            "uq_nominations_live_member",
            "member",
            unique=True,
            sqlite_where=_one_live_nomination,
            postgresql_where=_one_live_nomination,
        ),
        sa.Index("ix_nominations_queue", "primary", "submitted_at", "nomination"),
        sa.Index("ix_nominations_contest", "primary", "contest"),
    )

    nomination: Mapped[str] = mapped_column(_Id, primary_key=True)
    primary: Mapped[str] = mapped_column(_Slug, sa.ForeignKey("primaries.primary"))
    member: Mapped[str] = mapped_column(
        _Id, sa.ForeignKey("members.member"), index=True
    )
    contest: Mapped[str] = mapped_column(_Slug)
    #: the contest's
    territory: Mapped[str] = mapped_column(_Code)
    route: Mapped[str] = mapped_column(sa.String(8))
    ppo: Mapped[str | None] = mapped_column(_Slug)
    woman: Mapped[bool]
    young: Mapped[bool]
    statement: Mapped[str] = mapped_column(sa.Text)
    documents: Mapped[list[Any]]
    minutes: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(16))
    submitted_by: Mapped[str] = mapped_column(_Slug)
    submitted_at: Mapped[datetime]
    #: the day in the primary's own zone, for the statistics
    submitted_on: Mapped[date]
    decided_by: Mapped[str | None] = mapped_column(_Slug)
    decided_at: Mapped[datetime | None]
    decided_on: Mapped[date | None]
    ended_by: Mapped[str | None] = mapped_column(_Slug)
    ended_at: Mapped[datetime | None]
    reason_code: Mapped[str | None] = mapped_column(sa.String(32))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    candidacy: Mapped[str | None] = mapped_column(_Id, unique=True)

    @property
    def stands(self) -> bool:
        """Whether it is still under way, or a candidacy."""
        return self.state in LIVE_STATES


class RollBoard(Model):
    """The part of the frozen roll whose ballots go to one board."""

    __tablename__ = "roll_boards"

    primary: Mapped[str] = mapped_column(
        _Slug, sa.ForeignKey("primaries.primary"), primary_key=True
    )
    board: Mapped[str] = mapped_column(_Slug, primary_key=True)
    district: Mapped[str] = mapped_column(_Code)
    uuid: Mapped[str] = mapped_column(sa.String(32), unique=True)
    eligible_count: Mapped[int]
    #: [ppo, first, count] of its members in the order of their ids
    slices: Mapped[list[Any]]
    #: planned | frozen | destroyed
    state: Mapped[str] = mapped_column(sa.String(16), index=True)
    roll_hash: Mapped[str | None] = mapped_column(_Hash)


class RollEntry(Model):
    """A voter: the only place where a member meets a voter reference."""

    __tablename__ = "roll"
    __table_args__ = (sa.Index("ix_roll_page", "primary", "board", "voter"),)

    voter: Mapped[str] = mapped_column(_Id, primary_key=True)
    primary: Mapped[str] = mapped_column(_Slug)
    board: Mapped[str] = mapped_column(_Slug)
    member: Mapped[str] = mapped_column(
        _Id, sa.ForeignKey("members.member"), unique=True
    )
    #: the private credential, encrypted; gone once the ballot box is sealed
    credential: Mapped[bytes | None]
