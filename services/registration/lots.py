"""Lots: a public value, entered by one officer and again by another.

What is drawn with it is computed by others from the value alone; anybody can
repeat that. Nobody may enter it before the calendar's instant, when nobody can
choose any more what the lot shall decide about.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import Clock
from contracts.copies import the_primary
from contracts.definition import Definition
from contracts.registration.errors import (
    LotIsDrawn,
    LotValuesDiffer,
    SecondOfficerNeeded,
    UnknownLot,
)
from contracts.registration.events import LotDrawn
from services.registration.announcements import announce
from services.registration.instants import require_after
from services.registration.models import Lot, Primary
from services.registration.offices import require_central_office

_INSTANTS = {"debates": "debate_lot", "ties": "tie_lot"}


def enter_lot(
    session: Session, clock: Clock, principal: Principal, *, primary: str, **entry: str
) -> Lot:
    """Enter the value of a lot; an entry that is not final yet is replaced."""
    _require_time_and_office(session, clock, principal, primary, entry["lot"])
    lot = session.get(Lot, (primary, entry["lot"]), with_for_update=True)
    if lot is not None and lot.drawn_at:
        raise LotIsDrawn(lot=lot.lot)
    return session.merge(
        Lot(
            primary=primary,
            entered_by=principal.subject,
            entered_at=clock.now(),
            **entry,
        )
    )


def approve_lot(
    session: Session, clock: Clock, principal: Principal, *, primary: str, **entry: str
) -> Lot:
    """Draw a lot, once, by entering the same value as another officer."""
    definition = _require_time_and_office(
        session, clock, principal, primary, entry["lot"]
    )
    lot = session.get(Lot, (primary, entry["lot"]), with_for_update=True)
    if lot is None:
        raise UnknownLot(lot=entry["lot"])
    _require_agreement(lot, principal, entry["value"])
    lot.approved_by = principal.subject
    lot.drawn_at = clock.now()
    announce(
        session,
        clock,
        definition,
        LotDrawn,
        definition.country,
        lot=lot.lot,
        value=lot.value,
        source=lot.source,
    )
    return lot


def show_lot(lot: Lot) -> dict[str, Any]:
    """A lot as anybody may see it; its value only once two officers entered it."""
    shown = ("lot", "source", "state", "entered_at", "drawn_at")
    facts = {name: getattr(lot, name) for name in shown}
    return facts | {"value": lot.value if lot.drawn_at else None}


def _require_time_and_office(
    session: Session, clock: Clock, principal: Principal, primary: str, lot: str
) -> Definition:
    known = the_primary(session, Primary, primary)
    require_central_office(principal, known.definition)
    require_after(known, _INSTANTS[lot], clock.now())
    return known.definition


def _require_agreement(lot: Lot, principal: Principal, value: str) -> None:
    if lot.drawn_at:
        raise LotIsDrawn(lot=lot.lot)
    if lot.entered_by == principal.subject:
        raise SecondOfficerNeeded
    if lot.value != value:
        raise LotValuesDiffer(lot=lot.lot)
