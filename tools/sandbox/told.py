"""Telling events: each is checked against its contract, then numbered as relays do."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random  # noqa: TID251 (a seeded story must repeat; no secret here)
from typing import Any, cast

from chassis.events import Envelope, Event
from contracts.definition import Definition

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:primaries:sandbox")


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event of the story, before it has its number."""

    at: datetime
    event: type[Event]
    data: dict[str, Any]


@dataclass(frozen=True)
class Teller:
    """Makes events of one primary, by one seed."""

    definition: Definition
    seed: int

    def tell(self, at: datetime, event: type[Event], code: str, **facts: Any) -> Told:
        """An event about a territory, with the public fields of its contract."""
        place = self.definition.whereabouts(code)
        shown = event(only=[*place, *event.public_fields])
        data = cast("dict[str, Any]", shown.dump(place | facts))
        shown.load(data)
        return Told(at=at, event=event, data=data)

    def about(self, *words: object) -> Random:
        """Chance, apart for each matter, so that one does not change another."""
        return Random(f"{self.seed} {' '.join(map(str, words))}")  # noqa: S311

    def name(self, *words: object) -> str:
        """An id for a thing."""
        return str(uuid.uuid5(_SPACE, f"{self.seed} {' '.join(map(str, words))}"))

    def hash(self, *words: object) -> str:
        """A hash of a thing that nobody has."""
        return hashlib.sha256(self.name(*words).encode()).hexdigest()


def some_time(chance: Random, since: datetime, until: datetime) -> datetime:
    """A moment in between, by the second."""
    seconds = int((until - since).total_seconds())
    return since + timedelta(seconds=chance.randrange(seconds))


def numbered(seed: int, story: Iterable[Told]) -> Iterator[Envelope]:
    """The story in the order of time, numbered per territory and service."""
    last: Counter[tuple[str, str]] = Counter()
    for told in sorted(story, key=lambda each: each.at):
        line = (told.data["territory"], told.event.service)
        last[line] += 1
        yield Envelope(
            id=str(uuid.uuid5(_SPACE, f"{seed} {line} {last[line]}")),
            type=told.event.type,
            time=told.at,
            data=told.data,
            sequence=last[line],
        )
