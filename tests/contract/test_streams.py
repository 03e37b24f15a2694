"""A region's stream is long enough for the largest one (docs/regional-systems.md)."""

from __future__ import annotations

import json

from chassis.events import Event
from chassis.stream_queues import MOST_BYTES
from contracts.voting.events import BallotSpoiled, TurnoutUpdated
from gateway.asyncapi import example_of, public_events
from services.voting.challenges import MOST

VOTERS, SHARE = 662_687, 10  # of 2020; the largest region has a tenth
ELSE = 6_000  # events of a region that no voter causes
_STREAMS_OWN = 350  # bytes that an event takes in a stream besides its text, measured


def size_of(event: type[Event]) -> int:
    """What one such event takes in a stream, by its golden example."""
    text = json.dumps(example_of(event), ensure_ascii=False)
    return len(text.encode()) + _STREAMS_OWN


def said_by(voters: int) -> int:
    """What a region says at most: each vote told alone, ten ballots opened by each."""
    largest = max(map(size_of, public_events()))
    of_a_voter = size_of(TurnoutUpdated) + MOST * size_of(BallotSpoiled)
    return voters * of_a_voter + ELSE * largest


def test_a_stream_holds_whatever_the_largest_region_may_say():
    assert said_by(VOTERS // SHARE) < MOST_BYTES


def test_up_to_a_hundred_thousand_voters_of_a_region_nothing_can_be_forgotten():
    assert said_by(100_000) < MOST_BYTES < said_by(120_000)
