"""What tally remembers. No table knows a voter; credentials stand for nobody here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db import ModelBase, new_metadata
from chassis.tables import add_bus_tables
from contracts.copies import PrimaryColumns

_Slug = sa.String(64)
_Hash = sa.String(64)


class Model(ModelBase):
    """The base of tally's tables."""

    __abstract__ = True
    metadata = new_metadata()


add_bus_tables(Model.metadata)


class Primary(PrimaryColumns, Model):
    """Tally's copy of a primary."""


class Trustee(Model):
    """A trustee's public key, by the trustee's number."""

    __tablename__ = "trustees"
    __table_args__ = (sa.UniqueConstraint("primary", "public_key"),)

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public_key: Mapped[str] = mapped_column(sa.String(700))
    #: the key with its proof, as it stands in the trustees record
    record: Mapped[dict[str, Any]]
    #: what the trustees made together, where fewer than all suffice
    threshold_keys: Mapped[str | None] = mapped_column(sa.Text)
    #: the place on the trustees record, from 1, once that is fixed
    owner: Mapped[int | None]
    handed_in_at: Mapped[datetime]


class ElectionKey(Model):
    """What all trustees' keys make together, once they are all in."""

    __tablename__ = "election_keys"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    public_key: Mapped[str] = mapped_column(sa.String(700))
    #: how many trustees suffice to decrypt
    threshold: Mapped[int]
    #: the archive's trustees record
    trustees: Mapped[str] = mapped_column(sa.Text)


class Candidacy(Model):
    """Somebody who may stand on a ballot."""

    __tablename__ = "candidacies"
    __table_args__ = (sa.Index("ix_candidacies_primary_contest", "primary", "contest"),)

    candidacy: Mapped[str] = mapped_column(_Slug, primary_key=True)
    primary: Mapped[str] = mapped_column(_Slug)
    contest: Mapped[str] = mapped_column(_Slug)
    name: Mapped[str] = mapped_column(sa.Text)
    woman: Mapped[bool]
    young: Mapped[bool]


class Withdrawal(Model):
    """A candidacy that ended; it may be known before the candidacy itself."""

    __tablename__ = "withdrawals"

    candidacy: Mapped[str] = mapped_column(_Slug, primary_key=True)
    primary: Mapped[str] = mapped_column(_Slug, index=True)
    contest: Mapped[str] = mapped_column(_Slug)


class Roll(Model):
    """The frozen roll of one board: how many, and which public credentials."""

    __tablename__ = "rolls"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    board: Mapped[str] = mapped_column(_Slug, primary_key=True)
    district: Mapped[str] = mapped_column(_Slug)
    uuid: Mapped[str] = mapped_column(sa.String(64))
    eligible: Mapped[int]
    #: SHA-256 of the sorted public credentials, computed here from the list itself
    credentials_hash: Mapped[str] = mapped_column(_Hash)


class BoardStage(StrEnum):
    """What tally has done with a board so far."""

    ANNOUNCED = "announced"  # its set-up is not checked yet
    OPEN = "open"  # set up properly: its records are checked as they come
    TALLIED = "tallied"  # sealed, all checked, its encrypted tally is on it
    COUNTED = "counted"  # decrypted: its result is known, and kept back
    PUBLISHED = "published"  # its publication instant has come: the result is on it


class Board(Model):
    """One public board, and how far tally has followed it.

    `height` and `head` are of the last record that is known to be good; `tally`
    and `sized` are the running sum of the ballots that count so far.
    """

    __tablename__ = "boards"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    board: Mapped[str] = mapped_column(_Slug, primary_key=True)
    district: Mapped[str] = mapped_column(_Slug)
    election: Mapped[str] = mapped_column(sa.Text)
    #: for each question its contest and candidacies
    questions: Mapped[list[Any]]
    stage: Mapped[str] = mapped_column(sa.String(16), default=BoardStage.ANNOUNCED)
    height: Mapped[int] = mapped_column(default=-1)
    head: Mapped[str] = mapped_column(_Hash, default="")
    tally: Mapped[str] = mapped_column(sa.Text, default="")
    sized: Mapped[str] = mapped_column(sa.Text, default="")
    #: for each question the counts, the blank first; null until decrypted
    result: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    disputed_height: Mapped[int | None]
    dispute: Mapped[str | None] = mapped_column(sa.Text)
    #: why officers have left it out; it stays disputed, so that nobody works on it
    exclusion: Mapped[str | None] = mapped_column(sa.Text)

    @property
    def is_disputed(self) -> bool:
        """Did tally's own check of this board fail?"""
        return self.dispute is not None

    @property
    def is_excluded(self) -> bool:
        """Have two officers left this board out of the results?"""
        return self.exclusion is not None

    @property
    def is_counted(self) -> bool:
        """Is its result known, and nothing in doubt?"""
        known = (BoardStage.COUNTED, BoardStage.PUBLISHED)
        return self.stage in known and not self.is_disputed


class Resolution(Model):
    """What an officer proposed for a disputed board, and who approved it."""

    __tablename__ = "resolutions"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    board: Mapped[str] = mapped_column(_Slug, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decision: Mapped[str] = mapped_column(sa.String(16))
    reason: Mapped[str] = mapped_column(sa.Text)
    proposed_by: Mapped[str] = mapped_column(_Slug)
    proposed_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(_Slug)
    approved_at: Mapped[datetime | None]


class BoardRecord(Model):
    """One record of a board, as it arrived or as tally appended it."""

    __tablename__ = "board_records"
    __table_args__ = (
        sa.Index("ix_board_records_payload", "primary", "board", "payload_hash"),
    )

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    board: Mapped[str] = mapped_column(_Slug, primary_key=True)
    height: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(sa.String(32))
    hash: Mapped[str] = mapped_column(_Hash)
    #: SHA-256 of the last of `data`: the same ballot twice has the same
    payload_hash: Mapped[str] = mapped_column(_Hash)
    event: Mapped[str] = mapped_column(sa.Text)
    data: Mapped[list[Any]]


class Credential(Model):
    """A public credential of a board, and where its ballot that counts lies."""

    __tablename__ = "credentials"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    board: Mapped[str] = mapped_column(_Slug, primary_key=True)
    credential: Mapped[str] = mapped_column(sa.String(700), primary_key=True)
    height: Mapped[int | None]


class Seal(Model):
    """Where voting ended a board's ballots."""

    __tablename__ = "seals"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    board: Mapped[str] = mapped_column(_Slug, primary_key=True)
    height: Mapped[int]
    head: Mapped[str] = mapped_column(_Hash)
    ballots: Mapped[int]
    voters: Mapped[int]


class PartialDecryption(Model):
    """A trustee's checked partial decryption of one board."""

    __tablename__ = "partial_decryptions"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    board: Mapped[str] = mapped_column(_Slug, primary_key=True)
    trustee: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(sa.Text)
    given_at: Mapped[datetime]


class Stations(Model):
    """The polling stations of a district, as last announced."""

    __tablename__ = "stations"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    district: Mapped[str] = mapped_column(_Slug, primary_key=True)
    stations: Mapped[list[Any]]
    announced_at: Mapped[datetime]


class Protocol(Model):
    """The newest accepted protocol of a station."""

    __tablename__ = "protocols"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    station: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    district: Mapped[str] = mapped_column(_Slug)
    version: Mapped[int]
    #: for each contest its valid, blank and spoilt ballots and votes by candidacy
    counts: Mapped[list[Any]]


class Lot(Model):
    """The public value that puts equal votes in order."""

    __tablename__ = "lots"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text)
    source: Mapped[str] = mapped_column(sa.Text)


class Publication(Model):
    """That the results of a primary are public, all of them together."""

    __tablename__ = "publications"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    published_at: Mapped[datetime]


class ContestResult(Model):
    """The published result of a contest, as `results.json` shows it."""

    __tablename__ = "contest_results"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    contest: Mapped[str] = mapped_column(_Slug, primary_key=True)
    #: its place in the order of the definition
    place: Mapped[int]
    document: Mapped[dict[str, Any]]


class PartyList(Model):
    """A version of a contest's party list, as `lists.json` shows it."""

    __tablename__ = "party_lists"

    primary: Mapped[str] = mapped_column(_Slug, primary_key=True)
    contest: Mapped[str] = mapped_column(_Slug, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    composed_at: Mapped[datetime]
    document: Mapped[dict[str, Any]]
