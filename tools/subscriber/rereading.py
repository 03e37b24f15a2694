"""Looking again, in the streams themselves, for what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from itertools import islice

from chassis.stream_queues import stream_name
from tools.subscriber.broker import FIRST, LAST, Start
from tools.subscriber.received import Gap, Received, Source, SourceLost, is_missing

_LOOKS = 8  # batches in which a stream shows its last events


class StreamRereading:
    """Looks for what is missing in some regions' streams, from beginning to end.

    Where they end is asked beforehand: a stream that falls silent before (its broker
    is busy, or frozen) has not said yet that there is nothing; one that goes on has
    been read far enough there. What a stream has forgotten, it does not come back to.
    """

    def __init__(
        self, regions: Iterable[str], read_from: Callable[[Start], Source]
    ) -> None:
        self._streams = {stream_name(region) for region in regions}
        self._read_from = read_from

    def __call__(self, gaps: list[Gap], marks: Mapping[str, str]) -> Iterator[Received]:
        """What the streams hold of the missing."""
        ends = self._ends(self._offsets(marks))
        with closing(self._read_from(FIRST).batches({})) as batches:
            for batch in batches:
                yield from (event for event in batch.events if is_missing(event, gaps))
                batch.settle()
                reached = self._offsets(batch.marks)
                ends = {n: end for n, end in ends.items() if reached.get(n, 0) < end}
                if not ends:
                    return
                _require(not batch.is_last, "fell silent before its end", ends)

    def _ends(self, known: Mapping[str, int]) -> Mapping[str, int]:
        """The offset behind the last event of each stream that has any."""
        found: dict[str, int] = {}
        with closing(self._read_from(LAST).batches({})) as batches:
            for batch in islice(batches, _LOOKS):
                found |= self._offsets(batch.marks)
                batch.settle()
                if batch.is_last or not (batch.events or self._streams - found.keys()):
                    break
        _require(bool(found), "is silent", self._streams)
        _require(known.keys() <= found.keys(), "is silent", known.keys() - found.keys())
        return {name: max(end, known.get(name, 0)) for name, end in found.items()}

    def _offsets(self, marks: Mapping[str, str]) -> dict[str, int]:
        """How far our streams were read, among the marks of all sources."""
        return {name: int(marks[name]) for name in self._streams & marks.keys()}


def _require(condition: bool, otherwise: str, streams: Iterable[str]) -> None:  # noqa: FBT001
    if not condition:
        raise SourceLost(f"{', '.join(sorted(streams))} {otherwise}.")
