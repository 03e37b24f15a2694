"""Paper: which stations there are, and the newest accepted protocol of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.tally.models import Protocol, Stations


def announce_stations(
    session: Session,
    *,
    primary: str,
    district: str,
    stations: list[str],
    announced_at: datetime,
) -> None:
    """Remember a district's stations; an older announcement changes nothing."""
    known = session.get(Stations, (primary, district))
    if known is None:
        known = Stations(primary=primary, district=district)
        session.add(known)
    elif announced_at < known.announced_at:
        return
    known.stations, known.announced_at = stations, announced_at


def accept_protocol(
    session: Session,
    *,
    primary: str,
    station: str,
    district: str,
    version: int,
    counts: list[dict[str, Any]],
) -> None:
    """Remember a station's counts; an older version changes nothing."""
    known = session.get(Protocol, (primary, station))
    if known is None:
        known = Protocol(primary=primary, station=station)
        session.add(known)
    elif version <= known.version:
        return
    known.district, known.version, known.counts = district, version, counts


def stations_reported(session: Session, primary: str) -> set[str]:
    """Every polling station whose protocol was accepted."""
    query = sa.select(Protocol.station).where(Protocol.primary == primary)
    return set(session.scalars(query))
