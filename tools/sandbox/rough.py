"""A bus at its worst: it tells some events twice, and loses some for good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random  # noqa: TID251 (the same seed must tell the same again)

from chassis.events import Envelope
from tools.sandbox.outlets import Outlet

_LOST, _TWICE = 0.02, 0.05


class RoughOutlet:
    """Tells somebody a story with losses and repetitions.

    Only what has a later event in its line is lost: the gap shows.
    """

    def __init__(self, outlet: Outlet, story: Sequence[Envelope], seed: int) -> None:
        chance = Random(f"{seed} rough")  # noqa: S311
        ends = {_line(event): event.id for event in story}
        inner = [event.id for event in story if ends[_line(event)] != event.id]
        self._outlet = outlet
        self.lost = {each for each in inner if chance.random() < _LOST}
        self.twice = {each.id for each in story if chance.random() < _TWICE}

    def tell(self, events: Sequence[Envelope]) -> None:
        """Tell these as they come to arrive."""
        self._outlet.tell(list(self._arriving(events)))

    def _arriving(self, events: Sequence[Envelope]) -> Iterator[Envelope]:
        for event in events:
            if event.id not in self.lost:
                yield from [event] * (2 if event.id in self.twice else 1)


def _line(event: Envelope) -> tuple[str, str]:
    return event.data["territory"], event.type.partition(".")[0]
