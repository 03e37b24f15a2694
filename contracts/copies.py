"""Each service's own copy of every primary: its definition and its calendar.

Registration owns both and announces them; every service, registration included,
keeps them in a `primaries` table of its own and asks that copy at every request.
A service writes `class Primary(PrimaryColumns, Model)` and handles the two events
with `keep_primary` and `keep_calendar`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.errors import Conflict, NotFound
from contracts.calendar import Calendar
from contracts.definition import Definition, parse_definition


class UnknownPrimary(NotFound):
    """There is no primary {primary}."""


class PhaseClosed(Conflict):
    """This is not open now: {phase} runs from {opens_at} until before {closes_at}."""


class PrimaryColumns:
    """The columns of a service's copy of a primary."""

    __tablename__ = "primaries"

    primary: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    document: Mapped[dict[str, Any]]
    document_hash: Mapped[str] = mapped_column(sa.String(64))
    calendar: Mapped[dict[str, Any]]
    calendar_version: Mapped[int]


@dataclass(frozen=True, kw_only=True)
class KnownPrimary:
    """A primary as a use case needs it: what it is, and when things may be done."""

    definition: Definition
    calendar: Calendar

    def require_open(self, phase: str, at: datetime) -> None:
        """Raise `PhaseClosed` unless the phase is open at `at`."""
        if not self.calendar.is_open(phase, at):
            planned = self.calendar.phase(phase)
            raise PhaseClosed(
                phase=phase,
                opens_at=planned.opens_at.isoformat(),
                closes_at=planned.closes_at.isoformat(),
            )


def keep_primary(
    session: Session, model: type[Any], *, document: dict[str, Any]
) -> None:
    """Remember a primary; a second telling changes nothing."""
    if session.get(model, document["primary"]) is not None:
        return
    calendar = parse_definition(document).calendar
    session.add(
        model(
            primary=document["primary"],
            document=document,
            document_hash=_hash(document),
            calendar=calendar.to_document(),
            calendar_version=calendar.version,
        )
    )
    session.flush()


def keep_calendar(
    session: Session, model: type[Any], *, primary: str, calendar: Calendar
) -> bool:
    """Remember a newer calendar; False when what we have is as new or newer."""
    row = session.get(model, primary, with_for_update=True)
    if row is None:
        raise UnknownPrimary(primary=primary)
    if calendar.version <= row.calendar_version:
        return False
    row.calendar = calendar.to_document()
    row.calendar_version = calendar.version
    return True


def the_primary(session: Session, model: type[Any], primary: str) -> KnownPrimary:
    """This service's copy; raise `UnknownPrimary`."""
    row = session.execute(_copy_in(model), {"primary": primary}).one_or_none()
    if row is None:
        raise UnknownPrimary(primary=primary)
    definition = _parsed.get(row.document_hash)
    if definition is None:
        document = session.scalar(
            sa.select(model.document).where(model.primary == primary)
        )
        definition = _parsed[row.document_hash] = parse_definition(document)
    calendar = _calendar(json.dumps(row.calendar, sort_keys=True))
    return KnownPrimary(definition=definition, calendar=calendar)


@cache
def _copy_in(model: type[Any]) -> sa.Select[str, dict[str, Any]]:
    """Made once for each service: it is asked at every request."""
    columns = sa.select(model.document_hash, model.calendar)
    return columns.where(model.primary == sa.bindparam("primary"))


#: Definitions never change once defined, so they are parsed once per process.
_parsed: dict[str, Definition] = {}


@lru_cache(maxsize=64)
def _calendar(text: str) -> Calendar:
    return Calendar.from_document(json.loads(text))


def _hash(document: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
