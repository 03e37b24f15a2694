"""Candidacies as tally needs them: who may be rated, and the value of their lot."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from services.tally.models import Candidacy, Lot

#: the lot that puts equal votes in order
TIES = "ties"


def keep_candidacy(session: Session, *, candidacy: str, **facts: Any) -> None:
    """Remember somebody who may stand on a ballot."""
    if session.get(Candidacy, candidacy) is None:
        session.add(Candidacy(candidacy=candidacy, **facts))


def keep_lot(
    session: Session, *, primary: str, lot: str, value: str, source: str
) -> None:
    """Remember the value for ties; it is drawn once, other lots are not tally's."""
    if lot == TIES and session.get(Lot, primary) is None:
        session.add(Lot(primary=primary, value=value, source=source))
