"""From a region's drawn debates to their published timetable.

Reading what is to place and publishing where it was placed are two transactions,
because solving lies between them and takes its time. The second one checks that
what was placed is still what waits for a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.clock import Clock
from chassis.errors import SimultaneousChange
from contracts.calendar import PhaseName
from contracts.campaign.errors import NotARegion
from contracts.campaign.events import DebateScheduled
from contracts.campaign.views import DebateState
from contracts.definition import Definition, SpeakingTimes
from contracts.lots import lot_order
from services.campaign.groups import LOT, lot_value
from services.campaign.models import Debate
from services.campaign.offices import known_primary, require_office
from services.campaign.regions import Placed, Placement, RegionalDebates, Unplaced
from services.campaign.slots import slots_of
from services.campaign.speakers import standing_speakers

_PUBLISHED = (DebateState.SCHEDULED, DebateState.HELD)


def read_region(
    session: Session, clock: Clock, *, scopes: frozenset[str], primary: str, region: str
) -> RegionalDebates:
    """What the timetable of a region has to place, and around what.

    The lot decides which of several equal debates gets the earlier slot.
    """
    known = known_primary(session, primary)
    rules = known.definition.debates
    require_office(known.definition, scopes, region)
    _require_region(known.definition, region)
    drawn = _in_drawn_order(session, primary, region)
    persons = _persons(session, primary, (each.debate for each in drawn))
    return RegionalDebates(
        region=region,
        rules=rules,
        slots=slots_of(
            rules,
            known.calendar.phase(PhaseName.DEBATES),
            known.definition.zone_of(region),
            not_before=clock.now(),
        ),
        unplaced=tuple(
            _unplaced(each, persons[each.debate])
            for each in drawn
            if each.state == DebateState.DRAWN
        ),
        placed=tuple(
            _placed(each, persons[each.debate])
            for each in drawn
            if each.state in _PUBLISHED
        ),
    )


def _require_region(definition: Definition, territory: str) -> None:
    region = definition.region_of(territory).code
    if region != territory:
        raise NotARegion(territory=territory, region=region)


def _in_drawn_order(session: Session, primary: str, region: str) -> list[Debate]:
    """A region's debates as the lot puts them in order."""
    value = lot_value(session, primary)
    query = sa.select(Debate).where(
        Debate.primary == primary,
        Debate.region == region,
        Debate.state != DebateState.CANCELLED,
    )
    debates = {row.debate: row for row in session.scalars(query)}
    order = lot_order(primary, f"{LOT}|{region}", value, debates)
    return [debates[each] for each, _ in order]


def _persons(
    session: Session, primary: str, debates: Iterable[str]
) -> Mapping[str, list[str]]:
    """Who still stands in each debate, as persons: one may stand in several."""
    persons: dict[str, list[str]] = {debate: [] for debate in debates}
    for speaker in standing_speakers(session, primary, persons):
        persons[speaker.debate].append(speaker.member)
    return persons


def _unplaced(debate: Debate, persons: list[str]) -> Unplaced:
    return Unplaced(
        debate=debate.debate,
        speakers=len(persons),
        persons=frozenset(persons),
        opens_after=debate.opens_after,
    )


def _placed(debate: Debate, persons: list[str]) -> Placed:
    assert debate.day
    assert debate.opens_at
    return Placed(
        day=debate.day,
        opens_at=debate.opens_at,
        venue=debate.venue or "",
        moderator=debate.moderator or "",
        persons=frozenset(persons),
    )


def publish_timetable(
    session: Session,
    clock: Clock,
    *,
    primary: str,
    region: str,
    placements: list[Placement],
) -> dict[str, Any]:
    """Give the debates their places and announce each of them."""
    definition = known_primary(session, primary).definition
    waiting = _lock_drawn(session, primary, region)
    if waiting.keys() != {each.debate for each in placements}:
        raise SimultaneousChange
    kept = _count_published(session, primary, region)
    speakers = _speakers(session, primary, waiting)
    for each in placements:
        debate = waiting[each.debate]
        _place(debate, each, len(speakers[each.debate]), definition.debates.times)
        _announce(session, clock, debate, speakers[each.debate])
    days = [each.slot.day for each in placements]
    return {
        "region": region,
        "scheduled": len(placements),
        "kept": kept,
        "first_day": min(days, default=None),
        "last_day": max(days, default=None),
    }


def _lock_drawn(session: Session, primary: str, region: str) -> dict[str, Debate]:
    query = sa.select(Debate).where(
        Debate.primary == primary,
        Debate.region == region,
        Debate.state == DebateState.DRAWN,
    )
    rows = session.scalars(query.order_by(Debate.debate).with_for_update())
    return {row.debate: row for row in rows}


def _count_published(session: Session, primary: str, region: str) -> int:
    query = sa.select(sa.func.count()).where(
        Debate.primary == primary,
        Debate.region == region,
        Debate.state.in_(_PUBLISHED),
    )
    return session.scalar(query) or 0


def _speakers(
    session: Session, primary: str, debates: Iterable[str]
) -> Mapping[str, list[str]]:
    """The candidacies that still stand in each debate, in the order of speaking."""
    speakers: dict[str, list[str]] = {debate: [] for debate in debates}
    for speaker in standing_speakers(session, primary, speakers):
        speakers[speaker.debate].append(speaker.candidacy)
    return speakers


def _place(
    debate: Debate, placement: Placement, speakers: int, times: SpeakingTimes
) -> None:
    slot = placement.slot
    debate.state = DebateState.SCHEDULED
    debate.day = slot.day
    debate.opens_at = slot.opens_at
    debate.closes_at = slot.opens_at + timedelta(seconds=times.debate_seconds(speakers))
    debate.venue = placement.venue
    debate.moderator = placement.moderator


def _announce(
    session: Session, clock: Clock, debate: Debate, speakers: list[str]
) -> None:
    outbox.record(
        session,
        clock,
        DebateScheduled,
        primary=debate.primary,
        region=debate.region,
        territory=debate.territory,
        debate=debate.debate,
        contest=debate.contest,
        opens_at=debate.opens_at,
        closes_at=debate.closes_at,
        venue=debate.venue,
        speakers=speakers,
    )
