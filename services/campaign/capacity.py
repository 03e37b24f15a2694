"""Counting places before solving, so that "it cannot fit" has a reason in words."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.campaign.errors import CapacityShort
from services.campaign.regions import RegionalDebates, holds
from services.campaign.slots import Slot


def require_capacity(region: RegionalDebates) -> None:
    """Raise `CapacityShort`, naming what is shortest, if counting already tells."""
    short = [count for count in _counts(region) if count[1] > count[2]]
    if short:
        limit, debates, places = min(short, key=lambda count: count[2] - count[1])
        raise CapacityShort(
            region=region.region,
            limit=limit,
            debates=debates,
            places=places,
            slots=len(region.slots),
            days=len(region.days),
        )


def _counts(region: RegionalDebates) -> Iterator[tuple[str, int, int]]:
    """What limits, how many debates it concerns, how many places it leaves."""
    debates, slots = len(region.unplaced), region.slots
    yield "halls", debates, sum(len(region.free_venues(slot)) for slot in slots)
    yield "streams", debates, sum(region.free_streams(slot) for slot in slots)
    yield "moderators", debates, _places_of_moderators(region)
    at_once = sum(_most_at_once(region, slot) for slot in slots)
    yield "halls, streams and moderators at once", debates, at_once
    for size in sorted({each.speakers for each in region.unplaced}):
        large = sum(each.speakers >= size for each in region.unplaced)
        yield f"halls for {size} speakers", large, _places_for(region, size)


def _places_of_moderators(region: RegionalDebates) -> int:
    return sum(
        region.moderator_left(moderator.id, day)
        for moderator in region.moderators
        for day in region.days
    )


def _most_at_once(region: RegionalDebates, slot: Slot) -> int:
    return min(
        len(region.free_venues(slot)),
        len(region.free_moderators(slot)),
        region.free_streams(slot),
    )


def _places_for(region: RegionalDebates, speakers: int) -> int:
    return sum(
        holds(venue, speakers)
        for slot in region.slots
        for venue in region.free_venues(slot)
    )
