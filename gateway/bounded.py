"""Memory that cannot grow: the few things that the gateway remembers for a while."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from eventlet.event import Event as Signal

from chassis.clock import Clock

Kept = TypeVar("Kept")


@dataclass(frozen=True, kw_only=True)
class _Entry(Generic[Kept]):
    value: Kept
    size: int
    stale_at: float  # by this machine's steady clock
    wrong_at: datetime  # by the platform's clock, which a rehearsal may move


class Memory(Generic[Kept]):
    """Values by key, each for some seconds, the least used ones forgotten first.

    A value is stale when either clock says so: the machine's, or the platform's.
    """

    def __init__(self, clock: Clock, most: int) -> None:
        """`most` bounds the sum of the sizes."""
        self._clock = clock
        self._most = most
        self._size = 0
        self._entries: OrderedDict[Hashable, _Entry[Kept]] = OrderedDict()

    def find(self, key: Hashable) -> Kept | None:
        """The value, if it is there and fresh."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if time.monotonic() >= entry.stale_at or self._clock.now() >= entry.wrong_at:
            self.forget(key)
            return None
        self._entries.move_to_end(key)
        return entry.value

    def keep(self, key: Hashable, value: Kept, seconds: float, size: int = 1) -> None:
        """Remember a value; what is too large for the whole memory is not kept."""
        self.forget(key)
        if size > self._most:
            return
        self._entries[key] = _Entry(
            value=value,
            size=size,
            stale_at=time.monotonic() + seconds,
            wrong_at=self._clock.now() + timedelta(seconds=seconds),
        )
        self._size += size
        while self._size > self._most:
            self.forget(next(iter(self._entries)))

    def forget(self, key: Hashable) -> None:
        """Drop a value."""
        if entry := self._entries.pop(key, None):
            self._size -= entry.size


class Shared(Generic[Kept]):
    """Answers for a crowd: one of many asks for all, and all see it for a moment."""

    def __init__(
        self, clock: Clock, most: int, size_of: Callable[[Kept], int] = lambda _: 1
    ) -> None:
        """`most` bounds the sum of the sizes of what is kept."""
        self._memory: Memory[Kept] = Memory(clock, most)
        self._size_of = size_of
        self._asking: dict[Hashable, Signal] = {}

    def ask(self, key: Hashable, question: Callable[[], Kept], seconds: float) -> Kept:
        """The answer to `question`: kept, being asked already, or asked now."""
        known = self._memory.find(key)
        if known is not None:
            return known
        if waiting := self._asking.get(key):
            return waiting.wait()
        answer = self._ask_for_all(key, question)
        self._memory.keep(key, answer, seconds, self._size_of(answer))
        return answer

    def _ask_for_all(self, key: Hashable, question: Callable[[], Kept]) -> Kept:
        signal = self._asking[key] = Signal()
        try:
            answer = question()
        except BaseException as error:
            signal.send_exception(error)
            raise
        else:
            signal.send(answer)
            return answer
        finally:
            del self._asking[key]
