"""What makes a timetable right, told without the solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from contracts.calendar import Phase
from services.campaign.regions import Placement, RegionalDebates


def faults(
    region: RegionalDebates, placements: list[Placement], phase: Phase
) -> list[str]:
    """Everything that is wrong with a timetable; it is right iff there is nothing."""
    return [
        *_wrong_debates(region, placements),
        *_out_of_time(region, placements, phase),
        *_too_small_halls(region, placements),
        *_clashes(region, placements),
        *_too_many_a_day(region, placements),
    ]


def _wrong_debates(
    region: RegionalDebates, placements: list[Placement]
) -> Iterator[str]:
    placed = Counter(each.debate for each in placements)
    wanted = Counter(each.debate for each in region.unplaced)
    if placed != wanted:
        yield f"placed are {placed}, wanted {wanted}"


def _out_of_time(
    region: RegionalDebates, placements: list[Placement], phase: Phase
) -> Iterator[str]:
    length = timedelta(minutes=region.rules.slot_minutes)
    known = {each.debate: each for each in region.unplaced}
    for each in placements:
        opens, after = each.slot.opens_at, known[each.debate].opens_after
        if not phase.opens_at <= opens <= opens + length <= phase.closes_at:
            yield f"{each.debate} lies outside the phase"
        if opens <= (after or datetime.min.replace(tzinfo=UTC)):
            yield f"{each.debate} comes too early"


def _too_small_halls(
    region: RegionalDebates, placements: list[Placement]
) -> Iterator[str]:
    seats = {each.id: each.capacity for each in region.rules.venues_of(region.region)}
    speakers = {each.debate: each.speakers for each in region.unplaced}
    for each in placements:
        if seats[each.venue] < speakers[each.debate] + 1:
            yield f"{each.debate} does not fit into {each.venue}"


def _clashes(region: RegionalDebates, placements: list[Placement]) -> Iterator[str]:
    persons = {each.debate: each.persons for each in region.unplaced}
    at_once: list[tuple[Hashable, ...]] = []
    streams: list[datetime] = []
    for placed in region.placed:
        who = (placed.venue, placed.moderator, *placed.persons)
        at_once += [(one, placed.opens_at) for one in who]
        streams.append(placed.opens_at)
    for each in placements:
        who = (each.venue, each.moderator, *persons[each.debate])
        at_once += [(one, each.slot.opens_at) for one in who]
        streams.append(each.slot.opens_at)
    yield from _more_often(at_once, 1, "in two places at once")
    yield from _more_often(streams, region.rules.streams_per_region, "streams")


def _too_many_a_day(
    region: RegionalDebates, placements: list[Placement]
) -> Iterator[str]:
    persons = {each.debate: each.persons for each in region.unplaced}
    speaking = [(one, p.day) for p in region.placed for one in p.persons]
    speaking += [(one, p.slot.day) for p in placements for one in persons[p.debate]]
    leading = [(p.moderator, p.day) for p in region.placed]
    leading += [(p.moderator, p.slot.day) for p in placements]
    rules = region.rules
    yield from _more_often(speaking, rules.candidate_max_per_day, "speaks too often")
    yield from _more_often(leading, rules.moderator_max_per_day, "leads too often")


def _more_often(things: Iterable[Hashable], limit: int, fault: str) -> Iterator[str]:
    for thing, times in Counter(things).items():
        if times > limit:
            yield f"{thing}: {fault} ({times})"
