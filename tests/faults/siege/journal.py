"""What the clients saw: answers, repetitions, silences. Shared by all their threads."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock


@dataclass
class Journal:
    """How the platform looked from outside."""

    began: float = field(default_factory=time.monotonic)
    #: seconds from the first try to the answer of each cast, and whether it took more
    casts: list[tuple[float, bool]] = field(default_factory=list)
    #: requests that had to be repeated, by what was wrong
    repeated: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    longest_silence: float = 0.0
    _last_answer: float = field(default_factory=time.monotonic)
    _lock: Lock = field(default_factory=Lock)

    def note_answer(self) -> None:
        """Somebody was answered."""
        with self._lock:
            now = time.monotonic()
            self.answered += 1
            self.longest_silence = max(self.longest_silence, now - self._last_answer)
            self._last_answer = now

    def note_repetition(self, why: str) -> None:
        """Somebody must ask again."""
        with self._lock:
            self.repeated[why] += 1

    def note_cast(self, seconds: float, *, repeated: bool) -> None:
        """A ballot was acknowledged."""
        with self._lock:
            self.casts.append((seconds, repeated))

    def share_within(self, share: float) -> float:
        """So many seconds suffice for this share of the casts."""
        seconds = sorted(each for each, _ in self.casts)
        return seconds[min(int(share * len(seconds)), len(seconds) - 1)]
