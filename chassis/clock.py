"""Where the time comes from. Nothing else in the platform asks the machine."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class SharedClock:
    """A clock that several processes read from one small file.

    For rehearsals and demonstrations only: time stands still until whoever
    plays the calendar writes the next instant with `set_clock`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[int, int] | None = None  # which file, as written when
        self._instant = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The instant that was last written, aware, in UTC."""
        found = os.stat(self._path)  # noqa: PTH116 (asked thousands of times a second)
        version = (found.st_ino, found.st_mtime_ns)
        if version != self._known:
            self._instant = datetime.fromisoformat(self._path.read_text("ascii"))
            self._known = version
        return self._instant


def set_clock(path: Path, instant: datetime) -> None:
    """Let every process that shares this file's clock see `instant`."""
    fresh = path.with_suffix(".next")
    fresh.write_text(instant.astimezone(UTC).isoformat(), encoding="ascii")
    os.replace(fresh, path)  # noqa: PTH105 (Path.replace hides that it is atomic)


def clock_from(path: str | None) -> Clock:
    """The machine's clock, or the shared one when a file is named."""
    return SharedClock(Path(path)) if path else SystemClock()
