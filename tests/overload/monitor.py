"""Whoever looks after the platform asks it while the crowd is there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

_EVERY = 0.5  # seconds
_PATIENCE = 5.0


@dataclass
class Monitor:
    """Asks one address again and again."""

    url: str
    answered: int = 0
    #: what went wrong, by its kind
    missed: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Ask for as long as the block lasts."""
        thread = threading.Thread(target=self._look, name="monitor", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            try:
                httpx.get(self.url, timeout=_PATIENCE).raise_for_status()
            except httpx.HTTPError as error:
                self.missed.append(type(error).__name__)
            else:
                self.answered += 1
