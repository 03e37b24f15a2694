"""Defining a primary."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis.clock import Clock
from contracts.copies import keep_primary
from contracts.definition import parse_definition
from contracts.registration.errors import PrimaryExists
from contracts.registration.events import PrimaryDefined
from services.registration.announcements import announce
from services.registration.models import Primary


def define_primary(
    session: Session, clock: Clock, *, document: dict[str, Any]
) -> Primary:
    """Define a primary; the same document again changes nothing."""
    definition = parse_definition(document)
    existing = session.get(Primary, definition.primary)
    if existing is not None:
        return _same(existing, document)
    keep_primary(session, Primary, document=document)
    row = session.get_one(Primary, definition.primary)
    announce(
        session,
        clock,
        definition,
        PrimaryDefined,
        definition.country,
        rehearsal=definition.rehearsal,
        document_hash=row.document_hash,
        document=document,
    )
    return row


def _same(existing: Primary, document: dict[str, Any]) -> Primary:
    if existing.document != document:
        raise PrimaryExists(primary=existing.primary)
    return existing
