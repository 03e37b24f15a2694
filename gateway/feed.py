"""The public log of the four services as one.

A cursor is a position in each of them; to a reader it means nothing.
"""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import accumulate
from typing import Any

from eventlet import GreenPool

from chassis.clock import Clock
from chassis.events import Envelope
from chassis.operations import Operation
from chassis.shared_operations import ListPublicEvents, asked_of
from contracts.services import SERVICES
from gateway.bounded import Shared
from gateway.errors import CursorRefused
from gateway.sessions import Call

_CURSOR = re.compile(r"\d{1,18}(\.\d{1,18}){3}", re.ASCII)
_FRESH = 0.5  # seconds
_MOST = 20_000  # events
_START = ".".join("0" for _ in SERVICES)


def ask_all(call: Call, operation: type[Operation], *payloads: Any) -> list[Any]:
    """The answers of the four services to a shared operation, asked at once."""
    operations = [asked_of(operation, service) for service in SERVICES]
    pool = GreenPool(len(SERVICES))
    return list(pool.imap(call, operations, payloads or [{} for _ in SERVICES]))


class Feed:
    """Reads the public log for many readers at once."""

    def __init__(self, call: Call, clock: Clock) -> None:
        self._call = call
        self._shared: Shared[list[tuple[str, str]]] = Shared(clock, _MOST, len)

    def page(
        self, *, after: str, limit: int, place: str | None, primary: str | None
    ) -> dict[str, Any]:
        """A part of the log, and the cursor to go on from."""
        events = self.events(after=after, limit=limit, place=place, primary=primary)
        return {
            "items": [json.loads(event) for _, event in events],
            "next": events[-1][0] if events else after or _START,
        }

    def events(
        self, *, after: str, limit: int, place: str | None, primary: str | None
    ) -> list[tuple[str, str]]:
        """Events as JSON, each with the cursor after it."""
        key = (after, limit, place, primary)
        asked = {"limit": limit, "place": place, "primary": primary}
        return self._shared.ask(key, lambda: self._read(after, asked), _FRESH)

    def _read(self, after: str, asked: dict[str, Any]) -> list[tuple[str, str]]:
        positions = _positions(after)
        questions = [asked | {"after": position} for position in positions]
        answers = ask_all(self._call, ListPublicEvents, *questions)
        found = [_timed(number, answer) for number, answer in enumerate(answers)]
        merged = list(heapq.merge(*found, key=lambda each: each[0]))
        return list(_with_cursors(merged[: asked["limit"]], positions))


def _positions(cursor: str) -> list[int]:
    if not _CURSOR.fullmatch(cursor or _START):
        raise CursorRefused
    return [int(position) for position in (cursor or _START).split(".")]


def _timed(number: int, answer: dict[str, Any]) -> list[tuple[datetime, int, Any]]:
    """A service's events with their times; its own order stays, whatever they say."""
    times = [datetime.fromisoformat(item["time"]) for item in answer["items"]]
    return [
        (latest, number, item)
        for latest, item in zip(accumulate(times, max), answer["items"], strict=True)
    ]


def _with_cursors(
    events: list[tuple[datetime, int, Any]], positions: list[int]
) -> Iterator[tuple[str, str]]:
    for _, number, item in events:
        positions[number] = item["position"]
        yield ".".join(map(str, positions)), _cloud_event(item)


def _cloud_event(item: dict[str, Any]) -> str:
    return Envelope(
        id=item["id"],
        type=item["type"],
        time=datetime.fromisoformat(item["time"]),
        data=item["data"],
        sequence=item["sequence"],
    ).to_json()
