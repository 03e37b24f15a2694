"""Many at once, each doing the next thing there is to do, until told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Item = TypeVar("Item")

_LEAVING = 300.0  # seconds for everybody to finish what they are doing


class Crowd(Generic[Item]):
    """Threads that share one supply of things to do."""

    def __init__(
        self, name: str, things: Iterator[Item], do: Callable[[Item], None], size: int
    ) -> None:
        self._things, self._do = things, do
        self._taking = threading.Lock()
        self._leave = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"{name} {n}", daemon=True)
            for n in range(size)
        ]
        #: what went wrong, which ends the siege
        self.failures: list[BaseException] = []

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """They work for the block, and finish what they have begun."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._leave.set()
            for thread in self._threads:
                thread.join(_LEAVING)
        self.require_well()
        assert not any(thread.is_alive() for thread in self._threads), "still waiting"

    def require_well(self) -> None:
        """Raise what went wrong for one of them."""
        if self.failures:
            raise self.failures[0]

    def is_working(self) -> bool:
        """Whether there is still something to do for somebody."""
        return any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while not self._leave.is_set():
            with self._taking:
                thing = next(self._things, None)
            if thing is None:
                return
            try:
                self._do(thing)
            except BaseException as failure:  # told by `require_well`
                self.failures.append(failure)
                return
