"""How far an officer's office reaches, and campaign's copy of the primary."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from contracts.campaign.errors import OutsideYourTerritory
from contracts.copies import KnownPrimary, PhaseClosed, the_primary
from contracts.definition import Definition
from services.campaign.models import Primary


def known_primary(session: Session, primary: str) -> KnownPrimary:
    """The definition and the calendar; raise `UnknownPrimary`."""
    return the_primary(session, Primary, primary)


def require_office(
    definition: Definition, scopes: Iterable[str], territory: str
) -> None:
    """An officer of a territory decides for it and for everything inside it."""
    definition.territory(territory)
    if not definition.is_reached(territory, scopes):
        raise OutsideYourTerritory(territory=territory)


def require_not_over(known: KnownPrimary, phase: str, at: datetime) -> None:
    """What may be done before a phase and during it, but not after."""
    if at >= known.calendar.phase(phase).closes_at:
        known.require_open(phase, at)


__all__ = ["PhaseClosed", "known_primary", "require_not_over", "require_office"]
