"""A rough bus loses and repeats, the same again by the same seed."""

from __future__ import annotations

import json
from collections.abc import Sequence

from chassis.events import Envelope
from tests.support.public_log import an_event
from tools.sandbox.rough import RoughOutlet

STORY = [
    Envelope.from_json(json.dumps(an_event(number, territory=territory)))
    for territory in ("KZ-111000000", "KZ-113200000")
    for number in range(1, 301)
]


class Listener:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def tell(self, events: Sequence[Envelope]) -> None:
        self.heard += [event.id for event in events]


def heard(seed: int) -> list[str]:
    listener = Listener()
    RoughOutlet(listener, STORY, seed).tell(STORY)
    return listener.heard


def test_some_events_come_twice_and_some_never():
    ids = [event.id for event in STORY]

    assert 0 < len(set(ids) - set(heard(7))) < 60
    assert 0 < len(heard(7)) - len(set(heard(7))) < 90
    assert list(dict.fromkeys(heard(7))) == [each for each in ids if each in heard(7)]


def test_a_loss_shows_since_the_last_of_a_line_always_comes():
    ends = {STORY[299].id, STORY[599].id}

    assert all(ends <= set(heard(seed)) for seed in range(20))


def test_the_same_seed_is_as_rough_again():
    assert heard(7) == heard(7) != heard(8)
