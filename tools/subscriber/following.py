"""Following a source: take what comes, fill gaps, come back after a loss.

What is behind a gap waits until the missing is found, or until whoever keeps it has
said that it is gone. Nobody's silence counts as such an answer.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from tools.subscriber.received import (
    Batch,
    Gap,
    Line,
    Received,
    Rereading,
    Source,
    SourceLost,
)
from tools.subscriber.state import State

#: seconds for which what is missing may still come by itself
PATIENCE = 3.0
_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds before each new attempt
_CONTRADICTION = (
    "Another event came under a number that is held already. Was the platform restored "
    "from an older backup? Then this copy is wrong: begin anew with another --state."
)
_LATER = 30.0  # seconds until what nobody could tell of is looked for again
_REREAD = 200  # events of a re-reading kept at once


@dataclass(kw_only=True)
class Follower:
    """Keeps a state up with a source."""

    state: State
    source: Source
    rereading: Rereading
    #: what to read where the source has forgotten something, from the first event on
    feeds: Sequence[Source] = ()
    show: Callable[[dict[str, Any]], None]
    tell: Callable[[str], None]
    patience: float = PATIENCE
    #: when to look for what is missing, by line and its first missing number
    _look_at: dict[tuple[Line, int], float] = field(default_factory=dict, init=False)
    _catch_up_at: float = field(default=-math.inf, init=False)
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
                if until_idle and batch.is_last:
                    self._finish()
                    return
                if time.monotonic() >= self._catch_up_at:
                    self._catch_up()
                if due := self._due(self.state.gaps()):
                    self._fill(due)

    def _take(self, batch: Batch) -> None:
        """Keep first, then show, then let the source forget."""
        known = self.state.counts.contradicting
        self.state.take(batch)
        self._show_kept()
        batch.settle()
        if batch.forgotten:
            self.tell(f"Begins behind our place: {', '.join(sorted(batch.forgotten))}.")
        if self.state.counts.contradicting > known:
            self.tell(_CONTRADICTION)

    def _show_kept(self) -> None:
        while kept := self.state.unshown():
            for _, envelope in kept:
                self.show(envelope)
            self.state.note_shown(kept[-1][0])

    def _due(self, gaps: list[Gap]) -> list[Gap]:
        """The gaps of lines whose first has had time enough to close by itself."""
        now = time.monotonic()
        begins = {gap.line: gap.first for gap in reversed(gaps)}
        soon = now + self.patience
        self._look_at = {each: self._look_at.get(each, soon) for each in begins.items()}
        return [g for g in gaps if now >= self._look_at[g.line, begins[g.line]]]

    def _finish(self) -> None:
        """There is nothing more to read: know of everything missing what there is."""
        for pause in _PAUSES:
            has_caught_up = self._catch_up()
            gaps = self.state.gaps()
            if (not gaps or self._fill(gaps)) and has_caught_up:
                return
            time.sleep(pause)

    def _catch_up(self) -> bool:
        """Read at the feeds what streams have forgotten; is there nothing open?"""
        streams = ", ".join(self.state.forgotten())
        if not (self.feeds and streams):
            return True
        self.tell(f"What has gone from {streams} is read from the feed.")
        try:
            for feed in self.feeds:
                self._read_to_the_end(feed)
        except SourceLost as lost:
            self.tell(f"{lost} Later again.")
            self._catch_up_at = time.monotonic() + _LATER
            return False
        self.state.note_caught_up()
        return True

    def _read_to_the_end(self, feed: Source) -> None:
        with closing(feed.batches(self.state.marks())) as batches:
            for batch in batches:
                self._take(batch)
                if batch.is_last:
                    return

    def _fill(self, gaps: list[Gap]) -> bool:
        """Read again what is missing, give up what is gone; could that be said?"""
        self.tell(f"Missing: {listed(gaps)}.")
        trouble = self._read_again(gaps)
        asked = {gap.line for gap in gaps}
        left = [gap for gap in self.state.gaps() if gap.line in asked]
        if trouble:
            later = time.monotonic() + _LATER
            self._look_at |= {(gap.line, gap.first): later for gap in left}
            self.tell(f"{trouble} What is missing is waited for: {listed(left)}.")
        elif left:
            self.state.give_up(left)
            self.tell(f"Nowhere to be had, gone on without: {listed(left)}.")
        self._show_kept()
        return not trouble

    def _read_again(self, gaps: list[Gap]) -> SourceLost | None:
        """Keep what is found of the missing; the trouble that stopped the search."""
        before = self.state.counts.read_again
        found: list[Received] = []
        try:
            for event in self.rereading(gaps, self.state.marks()):
                found.append(event)
                self._keep_again(found, at_least=_REREAD)
        except SourceLost as lost:
            return lost
        finally:
            self._keep_again(found, at_least=1)
            if count := self.state.counts.read_again - before:
                self.tell(f"Read again: {count} events.")
        return None

    def _keep_again(self, found: list[Received], *, at_least: int) -> None:
        if len(found) >= at_least:
            self.state.take(Batch(events=found))
            self.state.counts.read_again += len(found)
            found.clear()

    def _wait(self, lost: SourceLost) -> None:
        pause = _PAUSES[min(self._failures, len(_PAUSES) - 1)]
        self._failures += 1
        self.tell(f"{lost} Again in {pause} s.")
        time.sleep(pause)


def listed(gaps: list[Gap], most: int = 5) -> str:
    """The first few, and how many more there are."""
    told = ", ".join(map(str, gaps[:most]))
    return told if len(gaps) <= most else f"{told} and {len(gaps) - most} more"
