"""Following a source: take what comes, fill gaps, come back after a loss."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from tools.subscriber.received import (
    Batch,
    Gap,
    Line,
    Rereading,
    Source,
    SourceLost,
)
from tools.subscriber.state import State

#: seconds for which what is missing may still come by itself
PATIENCE = 3.0
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds before each new attempt
_REREAD = 200  # events of a re-reading kept at once


@dataclass(kw_only=True)
class Follower:
    """Keeps a state up with a source."""

    state: State
    source: Source
    rereading: Rereading
    show: Callable[[dict[str, Any]], None]
    tell: Callable[[str], None]
    patience: float = PATIENCE
    #: since when each line has had a gap
    _noticed: dict[Line, float] = field(default_factory=dict, init=False)
    _failures: int = field(default=0, init=False)

    def follow(self, *, until_idle: bool) -> None:
        """Follow for ever, or until there is nothing more to read.

        A source that is lost is come back to; `SourceRefused` ends it, and with
        `until_idle` so does `SourceLost` once it has lasted.
        """
        self.state.begin(from_the_first=self.source.is_complete)
        self._show_kept()
        while True:
            try:
                self._read(until_idle=until_idle)
            except SourceLost as lost:
                if until_idle and self._failures >= len(_PAUSES):
                    raise
                self._wait(lost)
            else:
                return

    def _read(self, *, until_idle: bool) -> None:
        with closing(self.source.batches(self.state.marks())) as batches:
            for batch in batches:
                self._failures = 0
                self._take(batch)
                ends = until_idle and batch.is_last
                if due := self._due(self.state.gaps(), at_once=ends):
                    self._fill(due)
                if ends:
                    return

    def _take(self, batch: Batch) -> None:
        """Keep first, then show, then let the source forget."""
        self.state.take(batch)
        self._show_kept()
        batch.settle()

    def _show_kept(self) -> None:
        while kept := self.state.unshown():
            for _, envelope in kept:
                self.show(envelope)
            self.state.note_shown(kept[-1][0])

    def _due(self, gaps: list[Gap], *, at_once: bool) -> list[Gap]:
        """The gaps that have had time enough to close by themselves."""
        now = time.monotonic()
        self._noticed = {g.line: self._noticed.get(g.line, now) for g in gaps}
        return [
            gap
            for gap in gaps
            if at_once or now - self._noticed[gap.line] >= self.patience
        ]

    def _fill(self, gaps: list[Gap]) -> None:
        """Read again what is missing; give up what is nowhere to be had."""
        self.tell(f"Missing: {_listed(gaps)}.")
        if found := self._read_again(gaps):
            self.tell(f"Read again: {found} events.")
        lines = {gap.line for gap in gaps}
        if lost := [gap for gap in self.state.gaps() if gap.line in lines]:
            self.state.give_up(lost)
            self.tell(f"Nowhere to be had, gone on without: {_listed(lost)}.")
        self._show_kept()

    def _read_again(self, gaps: list[Gap]) -> int:
        events = list(self.rereading(gaps))
        for start in range(0, len(events), _REREAD):
            self.state.take(Batch(events=events[start : start + _REREAD]))
        self.state.counts.read_again += len(events)
        return len(events)

    def _wait(self, lost: SourceLost) -> None:
        pause = _PAUSES[min(self._failures, len(_PAUSES) - 1)]
        self._failures += 1
        self.tell(f"{lost} Again in {pause} s.")
        time.sleep(pause)


def _listed(gaps: list[Gap], most: int = 5) -> str:
    """The first few, and how many more there are."""
    told = ", ".join(map(str, gaps[:most]))
    return told if len(gaps) <= most else f"{told} and {len(gaps) - most} more"
