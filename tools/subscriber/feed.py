"""Reading the public log over HTTP, for those without AMQP."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tools.api import Api, Problem
from tools.subscriber.received import (
    Batch,
    Gap,
    Received,
    SourceLost,
    SourceRefused,
    Unreadable,
    is_missing,
)

_PAUSE = 1.0  # seconds between two looks at an unchanged feed
_PAGE = 200
_BUSY = {0, 429, 500, 502, 503, 504}  # answers after which to ask again


class FeedSource:
    """The feed of a territory with all inside it, or of everything."""

    def __init__(self, api: Api, territory: str | None, after: str | None) -> None:
        self._api = api
        self._territory = territory
        self._after = after
        self.mark = f"feed of {territory or 'everything'}"
        self.is_complete = after is None

    def batches(self, marks: Mapping[str, str]) -> Generator[Batch, None, None]:
        """Page after page, then an empty one now and then."""
        after = marks.get(self.mark, self._after)
        with _telling():
            while True:
                page = _page(self._api, self._territory, after)
                after = page["next"]
                yield _batch(page, {self.mark: after})
                if not page["items"]:
                    time.sleep(_PAUSE)


class FeedRereading:
    """Looks for what is missing in the feed, which keeps everything for ever.

    So it also has what came behind a gap. An answer that ends before that is an old
    one, which does not say that there is nothing.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def __call__(self, gaps: list[Gap], marks: Mapping[str, str]) -> Iterator[Received]:
        """What the feed holds of the missing, territory by territory."""
        by_territory: dict[str, list[Gap]] = defaultdict(list)
        for gap in gaps:
            by_territory[gap.line[0]].append(gap)
        with _telling():
            for territory, its_gaps in sorted(by_territory.items()):
                yield from self._found_in(territory, its_gaps)

    def _found_in(self, territory: str, gaps: list[Gap]) -> Iterator[Received]:
        unpassed = set(gaps)
        for event in self._all_of(territory):
            if is_missing(event, gaps):
                yield event
            unpassed -= {gap for gap in unpassed if gap.precedes(event)}
            if not unpassed:
                return
        raise SourceLost("The feed does not have yet what came already.")

    def _all_of(self, territory: str) -> Iterator[Received]:
        after = None
        while (page := _page(self._api, territory, after))["items"]:
            after = page["next"]
            yield from _batch(page, {}).events


def _page(api: Api, territory: str | None, after: str | None) -> dict[str, Any]:
    return api.get("/events", after=after, limit=_PAGE, place=territory)


def _batch(page: dict[str, Any], marks: Mapping[str, str]) -> Batch:
    events: list[Received] = []
    unreadable = 0
    for item in page["items"]:
        try:
            events.append(Received.from_envelope(item))
        except Unreadable:
            unreadable += 1
    return Batch(
        events=events,
        marks=marks,
        unreadable=unreadable,
        is_last=not page["items"],
    )


@contextmanager
def _telling() -> Iterator[None]:
    """What goes wrong at the platform, as a reader needs to know it."""
    try:
        yield
    except Problem as problem:
        kind = SourceLost if problem.status in _BUSY else SourceRefused
        raise kind("\n".join(problem.lines())) from problem
