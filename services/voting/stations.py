"""Polling stations: imported before voting opens, announced to the count.

A district's stations are announced when its first board is set up, even if there
are none, and again whenever an import changes them: the newest telling counts.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.auth import Principal, Role
from chassis.clock import Clock
from contracts.copies import KnownPrimary, the_primary
from contracts.definition import Definition, UnknownVotingDistrict
from contracts.voting.errors import (
    NotYourStation,
    OfficerOfAnotherTerritory,
    StationsFixed,
    StationTwice,
    UnknownStation,
)
from contracts.voting.events import StationsAnnounced
from services.voting.models import Primary, Station


def import_stations(
    session: Session,
    clock: Clock,
    officer: Principal,
    *,
    primary: str,
    stations: list[dict[str, str]],
) -> list[Station]:
    """Add stations or change them, all or none; announce the districts concerned."""
    known = the_primary(session, Primary, primary)
    _require_before_opening(known, clock)
    _require_once(stations)
    for station in stations:
        _require_officer_of(officer, known.definition, station["district"])
    touched = [_keep_station(session, primary, station) for station in stations]
    session.flush()
    for district in sorted(set().union(*touched)):
        announce_stations(session, clock, known.definition, district)
    return [get_station(session, primary, each["station"]) for each in stations]


def announce_stations(
    session: Session, clock: Clock, definition: Definition, district: str
) -> None:
    """Tell the count which stations' protocols of a district it must wait for."""
    mine = sa.select(Station.station).where(
        Station.primary == definition.primary, Station.district == district
    )
    outbox.record(
        session,
        clock,
        StationsAnnounced,
        **definition.whereabouts(district),
        district=district,
        stations=list(session.scalars(mine.order_by(Station.station))),
    )


def get_station(
    session: Session, primary: str, station: str, *, lock: bool = False
) -> Station:
    """The station; raise `UnknownStation`."""
    row = session.get(
        Station, (primary, station), with_for_update=lock, populate_existing=lock
    )
    if row is None:
        raise UnknownStation(station=station)
    return row


def require_station_officer(
    session: Session, officer: Principal, primary: str, station: str
) -> Station:
    """The station, if this principal is one of its officers."""
    row = get_station(session, primary, station)
    if not officer.has(Role.STATION_OFFICER, station):
        raise NotYourStation(station=station)
    return row


def _require_before_opening(known: KnownPrimary, clock: Clock) -> None:
    paper = known.calendar.phase("paper_voting").opens_at
    opens_at = min(paper, known.calendar.phase("voting").opens_at)
    if clock.now() >= opens_at:
        raise StationsFixed(opens_at=opens_at.isoformat())


def _require_once(stations: list[dict[str, str]]) -> None:
    counts = Counter(station["station"] for station in stations)
    for station, count in counts.items():
        if count > 1:
            raise StationTwice(station=station)


def _require_officer_of(
    officer: Principal, definition: Definition, district: str
) -> None:
    if not definition.is_voting_district(district):
        raise UnknownVotingDistrict(district=district)
    if not definition.is_reached(district, officer.scopes(Role.OFFICER)):
        raise OfficerOfAnotherTerritory(territory=district)


def _keep_station(session: Session, primary: str, station: dict[str, str]) -> set[str]:
    """Add or change one; the districts whose list of stations is another now."""
    row = session.get(Station, (primary, station["station"]))
    if row is None:
        session.add(Station(primary=primary, **station))
        return {station["district"]}
    before = row.district
    for name, value in station.items():
        setattr(row, name, value)
    return {before, row.district} if before != row.district else set()


def list_stations(
    session: Session, *, primary: str, after: str, limit: int, district: str | None
) -> dict[str, Any]:
    """A page of polling stations, in the order of their ids."""
    the_primary(session, Primary, primary)
    query = sa.select(Station).where(
        Station.primary == primary, Station.station > after
    )
    if district is not None:
        query = query.where(Station.district == district)
    rows = list(session.scalars(query.order_by(Station.station).limit(limit)))
    return station_page(rows, limit)


def station_page(rows: list[Station], limit: int | None = None) -> dict[str, Any]:
    """Stations as they are shown; with a cursor when there may be more."""
    more = rows[-1].station if len(rows) == limit else None
    return {"items": [_station_view(row) for row in rows], "next": more}


def _station_view(row: Station) -> dict[str, Any]:
    return {
        "station": row.station,
        "district": row.district,
        "name": row.name,
        "address": row.address,
        "protocol": row.protocol_version,
        "protocol_hash": row.protocol_hash,
    }
