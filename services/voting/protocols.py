"""Station protocols: paper counts, entered by one officer and signed by another.

Of the papers issued at a station some lie in the box (`cast`) and some do not
(`returned`: handed back, replaced or taken away). Each question of each paper in
the box is valid, blank or spoilt. A correction is a new version, until the results
are published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.auth import Principal
from chassis.clock import Clock
from contracts.copies import KnownPrimary, the_primary
from contracts.voting.errors import (
    ProtocolDoesNotAddUp,
    ProtocolSuperseded,
    ProtocolTooEarly,
    ProtocolTooLate,
    SignedByItsAuthor,
    UnknownProtocol,
)
from contracts.voting.events import ProtocolAccepted
from services.voting.models import ContestBallot, Primary, Protocol, Station
from services.voting.stations import get_station, require_station_officer

log = structlog.get_logger()

Problem = dict[str, str]
#: contest -> (choices a voter has, candidacies)
Ballots = Mapping[str, tuple[int, list[str]]]


def enter_protocol(
    session: Session, clock: Clock, officer: Principal, **sheet: Any
) -> Protocol:
    """Keep a station's paper counts as a new version, once they add up."""
    known = the_primary(session, Primary, sheet["primary"])
    require_station_officer(session, officer, sheet["primary"], sheet["station"])
    _require_time(known, clock)
    station = get_station(session, sheet["primary"], sheet["station"], lock=True)
    ballots = _ballots(session, known, station.district)
    if problems := list(problems_of(sheet, ballots, station.marks_count)):
        raise ProtocolDoesNotAddUp(problems=problems)
    sheet["counts"] = _whole_counts(sheet["counts"], ballots)
    newest = _newest(session, station)
    if newest is not None and _says_the_same(newest, sheet):
        return newest
    protocol = Protocol(
        **sheet,
        version=newest.version + 1 if newest else 1,
        district=station.district,
        entered_by=officer.subject,
        entered_at=clock.now(),
    )
    protocol.protocol_hash = protocol_hash(protocol)
    session.add(protocol)
    return protocol


def sign_protocol(
    session: Session,
    clock: Clock,
    officer: Principal,
    *,
    primary: str,
    station: str,
    version: int,
) -> Protocol:
    """Accept the newest version by the signature of a second officer."""
    known = the_primary(session, Primary, primary)
    require_station_officer(session, officer, primary, station)
    place = get_station(session, primary, station, lock=True)
    protocol = session.get(Protocol, (primary, station, version))
    if protocol is None:
        raise UnknownProtocol(station=station, version=version)
    if protocol.signed_by == officer.subject:
        return protocol
    _require_time(known, clock)
    if protocol.entered_by == officer.subject:
        raise SignedByItsAuthor
    _require_newest(session, place, protocol)
    protocol.signed_by, protocol.accepted_at = officer.subject, clock.now()
    place.protocol_version = version
    place.protocol_hash = protocol.protocol_hash
    _announce(session, clock, known, protocol)
    return protocol


def list_protocols(
    session: Session, officer: Principal, *, primary: str, station: str
) -> list[Protocol]:
    """All versions of a station's protocol, newest first."""
    the_primary(session, Primary, primary)
    require_station_officer(session, officer, primary, station)
    mine = sa.select(Protocol).where(
        Protocol.primary == primary, Protocol.station == station
    )
    return list(session.scalars(mine.order_by(Protocol.version.desc())))


def protocol_hash(protocol: Protocol) -> str:
    """SHA-256 of what the protocol says, as compact JSON with sorted keys."""
    names = ("primary", "station", "district", "version", "issued", "cast", "returned")
    said = {name: getattr(protocol, name) for name in names}
    text = json.dumps(
        said | {"counts": protocol.counts}, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


# --- what must add up ---------------------------------------------------------------


def problems_of(
    sheet: Mapping[str, Any], ballots: Ballots, marks_count: int
) -> Iterator[Problem]:
    """Everything in which the numbers contradict each other or the register."""
    if sheet["issued"] != sheet["cast"] + sheet["returned"]:
        yield _problem("/issued", "Issued must be cast and returned together.")
    if sheet["cast"] > marks_count:
        detail = f"Only {marks_count} voters are marked at this station."
        yield _problem("/cast", detail)
    if sorted(count["contest"] for count in sheet["counts"]) != sorted(ballots):
        detail = f"Count each of these once: {', '.join(ballots)}."
        yield _problem("/counts", detail)
        return
    for index, count in enumerate(sheet["counts"]):
        for detail in _problems_of_count(count, ballots[count["contest"]], sheet):
            yield _problem(f"/counts/{index}", detail)


def _problems_of_count(
    count: Mapping[str, Any], ballot: tuple[int, list[str]], sheet: Mapping[str, Any]
) -> Iterator[str]:
    choices, candidacies = ballot
    valid, votes = count["valid"], count["votes"]
    if valid + count["blank"] + count["spoilt"] != sheet["cast"]:
        yield "Valid, blank and spoilt together must be the papers cast."
    if not set(votes) <= set(candidacies):
        yield "There are votes for somebody who is not on this ballot."
    if max(votes.values(), default=0) > valid:
        yield "A candidate has more votes than there are valid papers."
    if not valid <= sum(votes.values()) <= valid * choices:
        yield f"A valid paper has at least one vote and at most {choices}."


def _problem(pointer: str, detail: str) -> Problem:
    return {"pointer": pointer, "detail": detail}


def _ballots(session: Session, known: KnownPrimary, district: str) -> Ballots:
    """The questions that a paper of this district has."""
    found: dict[str, tuple[int, list[str]]] = {}
    for contest in known.definition.contests_of_district(district):
        row = session.get(ContestBallot, (known.definition.primary, contest.id))
        if row and row.candidates:
            candidacies = [each["candidacy"] for each in row.candidates]
            found[contest.id] = (contest.choices, candidacies)
    return found


def _whole_counts(
    counts: list[dict[str, Any]], ballots: Ballots
) -> list[dict[str, Any]]:
    """The counts in the order of the ballot, with a number for every candidate."""
    by_contest = {count["contest"]: count for count in counts}
    return [
        {**by_contest[contest], "votes": _whole_votes(by_contest[contest], candidacies)}
        for contest, (_choices, candidacies) in ballots.items()
    ]


def _whole_votes(count: Mapping[str, Any], candidacies: list[str]) -> dict[str, int]:
    return {each: count["votes"].get(each, 0) for each in candidacies}


# --- when, and by whom ---------------------------------------------------------------


def _require_time(known: KnownPrimary, clock: Clock) -> None:
    closes_at = known.calendar.phase("paper_voting").closes_at
    if clock.now() < closes_at:
        raise ProtocolTooEarly(closes_at=closes_at.isoformat())
    published_at = known.calendar.instant("publication")
    if clock.now() >= published_at:
        raise ProtocolTooLate(published_at=published_at.isoformat())


def _require_newest(session: Session, place: Station, protocol: Protocol) -> None:
    newest = _newest(session, place)
    if newest is not None and newest.version != protocol.version:
        raise ProtocolSuperseded(newest=newest.version)


def _newest(session: Session, station: Station) -> Protocol | None:
    mine = sa.select(Protocol).where(
        Protocol.primary == station.primary, Protocol.station == station.station
    )
    return session.scalar(mine.order_by(Protocol.version.desc()).limit(1))


def _says_the_same(newest: Protocol, sheet: Mapping[str, Any]) -> bool:
    names = ("issued", "cast", "returned", "counts")
    return all(getattr(newest, name) == sheet[name] for name in names)


def _announce(
    session: Session, clock: Clock, known: KnownPrimary, protocol: Protocol
) -> None:
    outbox.record(
        session,
        clock,
        ProtocolAccepted,
        **known.definition.whereabouts(protocol.district),
        station=protocol.station,
        district=protocol.district,
        version=protocol.version,
        issued=protocol.issued,
        protocol_hash=protocol.protocol_hash,
        counts=protocol.counts,
    )
    log.info("protocol_accepted", station=protocol.station, version=protocol.version)
