"""Voting's tables, in two halves that never meet in one row.

The register (`voters`, `confirmations`) knows voters and no ballot; the ballot box
(`boards`, `board_records`) knows ballots and no voter. What ties them is a keyed
fingerprint of the credential a voter signs with: without the service's key it says
nothing, and it is what keeps two voters from sharing a credential.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import ModelBase, new_metadata
from chassis.messages import messages_table
from chassis.tables import add_bus_tables
from contracts.copies import PrimaryColumns

_Code = sa.String(64)
_Hash = sa.String(64)
_Tracker = sa.String(43)
# a public credential of BELENIOS-2048 has up to 617 digits
_Credential = sa.String(640)


class Model(ModelBase):
    """The base of voting's tables."""

    __abstract__ = True
    metadata = new_metadata()


add_bus_tables(Model.metadata)
messages_table(Model.metadata)


class Primary(PrimaryColumns, Model):
    """Voting's copy of a primary; its calendar is the one that voting works by."""


# --- what a board is made of ---------------------------------------------------


class ElectionKey(Model):
    """The public key of the trustees of a primary."""

    __tablename__ = "election_keys"

    primary: Mapped[str] = mapped_column(_Code, primary_key=True)
    group: Mapped[str] = mapped_column(sa.String(32))
    public_key: Mapped[str] = mapped_column(sa.Text)
    trustees: Mapped[str] = mapped_column(sa.Text)


class Candidate(Model):
    """Who is behind a candidacy, to tell namesakes apart on a ballot."""

    __tablename__ = "candidates"

    primary: Mapped[str] = mapped_column(_Code, primary_key=True)
    candidacy: Mapped[str] = mapped_column(_Code, primary_key=True)
    contest: Mapped[str] = mapped_column(_Code)
    birth_year: Mapped[int | None]
    occupation: Mapped[str | None] = mapped_column(sa.Text)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class ContestBallot(Model):
    """The final candidates of a contest, in the order of the ballot."""

    __tablename__ = "contest_ballots"

    primary: Mapped[str] = mapped_column(_Code, primary_key=True)
    contest: Mapped[str] = mapped_column(_Code, primary_key=True)
    #: [{"candidacy", "name"}]
    candidates: Mapped[list[Any]]


class FrozenRoll(Model):
    """A frozen roll as registration announced it; its voters are pulled later."""

    __tablename__ = "frozen_rolls"

    primary: Mapped[str] = mapped_column(_Code, primary_key=True)
    board: Mapped[str] = mapped_column(_Code, primary_key=True)
    district: Mapped[str] = mapped_column(_Code)
    uuid: Mapped[str] = mapped_column(sa.String(32))
    eligible_count: Mapped[int]
    public_credentials: Mapped[list[Any]]


# --- the ballot box -------------------------------------------------------------


class Board(Model):
    """The head and the counts of a public board; its row is the board's lock."""

    __tablename__ = "boards"

    primary: Mapped[str] = mapped_column(_Code, primary_key=True)
    board: Mapped[str] = mapped_column(_Code, primary_key=True)
    district: Mapped[str] = mapped_column(_Code)
    uuid: Mapped[str] = mapped_column(sa.String(32))
    name: Mapped[str] = mapped_column(sa.Text)
    fingerprint: Mapped[str] = mapped_column(_Tracker)
    #: the archive's, in seconds since 1970
    timestamp: Mapped[int] = mapped_column(sa.BigInteger)
    #: [{"contest", "candidacies"}] in the order of the questions
    questions: Mapped[list[Any]]
    eligible_count: Mapped[int]
    height: Mapped[int]
    head_hash: Mapped[str] = mapped_column(_Hash)
    ballot_count: Mapped[int] = mapped_column(default=0)
    #: credentials that cast them, and voters who were issued paper instead
    online_count: Mapped[int] = mapped_column(default=0)
    paper_count: Mapped[int] = mapped_column(default=0)
    sealed_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    disputed_height: Mapped[int | None]
    dispute_reason: Mapped[str | None] = mapped_column(sa.Text)
    #: of its voters' credentials; since then nothing leads from the one to the other
    fingerprints_destroyed_at: Mapped[datetime | None]


class BoardRecord(Model):
    """One event of a board with its data, byte for byte as in the archive."""

    __tablename__ = "board_records"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["primary", "board"], ["boards.primary", "boards.board"]
        ),
        # the same ballot cannot stand on a board twice
        sa.UniqueConstraint("primary", "board", "tracker"),
        sa.Index("ix_board_records_credential", "primary", "board", "credential"),
    )

    primary: Mapped[str] = mapped_column(_Code, primary_key=True)
    board: Mapped[str] = mapped_column(_Code, primary_key=True)
    height: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(sa.String(32))
    hash: Mapped[str] = mapped_column(_Hash)
    event: Mapped[str] = mapped_column(sa.Text)
    #: the data records' texts, in the order of the archive
    data: Mapped[list[Any]]
    # of ballots only
    tracker: Mapped[str | None] = mapped_column(_Tracker)
    credential: Mapped[str | None] = mapped_column(_Credential)
    #: to the minute, for the receipt
    recorded_at: Mapped[datetime]


class SpoiledBallot(Model):
    """A line of a board's log of ballots that were opened instead of cast."""

    __tablename__ = "spoiled_ballots"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["primary", "board"], ["boards.primary", "boards.board"]
        ),
        sa.UniqueConstraint("primary", "board", "tracker"),
    )

    primary: Mapped[str] = mapped_column(_Code, primary_key=True)
    board: Mapped[str] = mapped_column(_Code, primary_key=True)
    height: Mapped[int] = mapped_column(primary_key=True)
    tracker: Mapped[str] = mapped_column(_Tracker)
    hash: Mapped[str] = mapped_column(_Hash)
    #: byte for byte what is hashed
    entry: Mapped[str] = mapped_column(sa.Text)
    #: to the minute
    recorded_at: Mapped[datetime]


# --- the register ----------------------------------------------------------------


class Voter(Model):
    """A line of the marked register: one voter, one channel."""

    __tablename__ = "voters"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["primary", "board"], ["boards.primary", "boards.board"]
        ),
        # a credential belongs to whoever used it first
        sa.UniqueConstraint("primary", "board", "credential_fingerprint"),
        sa.Index("ix_voters_marked_at", "marked_at"),
    )

    primary: Mapped[str] = mapped_column(_Code, primary_key=True)
    voter: Mapped[str] = mapped_column(_Code, primary_key=True)
    board: Mapped[str] = mapped_column(_Code)
    telephone: Mapped[bytes]
    #: keyed; of the credential this voter's ballots were signed with
    credential_fingerprint: Mapped[str | None] = mapped_column(_Hash)
    #: to the hour: a finer time would lead to the ballot
    voted_at: Mapped[datetime | None]
    #: how many ballots this voter has opened, not which or when
    opened_count: Mapped[int] = mapped_column(default=0)
    #: since the last vote; without any time, which would lead to a ballot
    codes_sent: Mapped[int] = mapped_column(default=0, server_default="0")
    marked_at: Mapped[datetime | None]
    station: Mapped[str | None] = mapped_column(_Code)


class Confirmation(Model):
    """A code that was sent. It can be recomputed only from the ballot it is for."""

    __tablename__ = "confirmations"

    primary: Mapped[str] = mapped_column(_Code, primary_key=True)
    voter: Mapped[str] = mapped_column(_Code, primary_key=True)
    nonce: Mapped[str] = mapped_column(sa.String(64))
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts_left: Mapped[int]


# --- polling stations ------------------------------------------------------------


class Station(Model):
    """A polling station."""

    __tablename__ = "stations"

    primary: Mapped[str] = mapped_column(_Code, primary_key=True)
    station: Mapped[str] = mapped_column(_Code, primary_key=True)
    district: Mapped[str] = mapped_column(_Code)
    name: Mapped[str] = mapped_column(sa.Text)
    address: Mapped[str] = mapped_column(sa.Text)
    marks_count: Mapped[int] = mapped_column(default=0)
    #: of the newest accepted protocol
    protocol_version: Mapped[int | None]
    protocol_hash: Mapped[str | None] = mapped_column(_Hash)


class Protocol(Model):
    """A version of a station's paper counts."""

    __tablename__ = "protocols"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["primary", "station"], ["stations.primary", "stations.station"]
        ),
    )

    primary: Mapped[str] = mapped_column(_Code, primary_key=True)
    station: Mapped[str] = mapped_column(_Code, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    district: Mapped[str] = mapped_column(_Code)
    issued: Mapped[int]
    cast: Mapped[int]
    returned: Mapped[int]
    counts: Mapped[list[Any]]
    protocol_hash: Mapped[str] = mapped_column(_Hash)
    #: the two officers' member ids
    entered_by: Mapped[str] = mapped_column(_Code)
    entered_at: Mapped[datetime]
    signed_by: Mapped[str | None] = mapped_column(_Code)
    accepted_at: Mapped[datetime | None]

    @property
    def state(self) -> str:
        """Entered, or accepted by a second officer."""
        return "accepted" if self.accepted_at else "entered"


class Turnout(Model):
    """What was last announced of a voting district."""

    __tablename__ = "turnouts"

    primary: Mapped[str] = mapped_column(_Code, primary_key=True)
    district: Mapped[str] = mapped_column(_Code, primary_key=True)
    online: Mapped[int]
    paper: Mapped[int]
    announced_at: Mapped[datetime]
    is_final: Mapped[bool]
