"""An event as it arrives, and a batch of them from one source."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Unreadable(Exception):
    """What arrived is no event of the public log."""


class SourceLost(Exception):
    """The source does not answer at the moment; it may answer later."""


class SourceRefused(Exception):
    """The source will not answer us, however often we ask."""


class Line(tuple[str, str]):
    """A (territory, service): the events of one are numbered without a gap."""

    __slots__ = ()

    def __str__(self) -> str:
        return "/".join(self)


@dataclass(frozen=True, kw_only=True)
class Received:
    """One event of the public log, with what a reader goes by."""

    id: str
    line: Line
    sequence: int
    envelope: dict[str, Any]

    @classmethod
    def from_json(cls, text: str | bytes | memoryview) -> Received:
        """Read an event; `Unreadable` where it is none."""
        try:
            raw = text if isinstance(text, str) else bytes(text)
            return cls.from_envelope(json.loads(raw))
        except ValueError as error:
            raise Unreadable(str(error)) from error

    @classmethod
    def from_envelope(cls, envelope: Any) -> Received:
        """Take an event from its parsed envelope."""
        try:
            service = str(envelope["type"]).partition(".")[0]
            return cls(
                id=str(envelope["id"]),
                line=Line((str(envelope["subject"]), service)),
                sequence=int(envelope["sequence"]),
                envelope=envelope,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable(f"no event of the public log: {error!r}") from error


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Numbers of a line that are missing, though later ones have arrived."""

    line: Line
    first: int
    last: int

    def __str__(self) -> str:
        span = (
            str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        )
        return f"{self.line} {span}"

    def holds(self, event: Received) -> bool:
        """Is this event one of the missing?"""
        return event.line == self.line and self.first <= event.sequence <= self.last

    def precedes(self, event: Received) -> bool:
        """Does this event come behind the gap?"""
        return event.line == self.line and event.sequence > self.last


def is_missing(event: Received, gaps: Iterable[Gap]) -> bool:
    """Is this event in one of the gaps?"""
    return any(gap.holds(event) for gap in gaps)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What a source has given since the last batch; nothing when it is quiet."""

    events: list[Received] = field(default_factory=list)
    #: where to go on after these events, by the source's own names
    marks: Mapping[str, str] = field(default_factory=dict)
    unreadable: int = 0
    #: streams that no longer have what should have come before these events
    forgotten: frozenset[str] = frozenset()
    #: there is nothing more at the moment
    is_last: bool = False
    #: tell the source that it need not give these again
    settle: Callable[[], None] = lambda: None


class Source(Protocol):
    """Somewhere to read the public log."""

    #: does it begin with the first event there ever was?
    is_complete: bool

    def batches(self, marks: Mapping[str, str]) -> Generator[Batch, None, None]:
        """Batch after batch from these marks on, an empty one when it is quiet.

        Raises `SourceLost` or `SourceRefused`.
        """
        ...


class Rereading(Protocol):
    """A way to read again what is missing."""

    def __call__(self, gaps: list[Gap], marks: Mapping[str, str]) -> Iterator[Received]:
        """What there is of the missing; `marks` is how far the source was read.

        Raises as a source does: `SourceLost` where it cannot tell what there is.
        """
        ...
