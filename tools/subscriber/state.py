"""What a subscriber remembers, in one SQLite file.

An event, its place in line and the mark to go on from are written together: killed at
any moment, the subscriber goes on where the last transaction ended.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from tools.subscriber.received import Batch, Gap, Line, Received

_TABLES = """
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, territory TEXT NOT NULL,
    service TEXT NOT NULL, sequence INTEGER NOT NULL, envelope TEXT NOT NULL,
    UNIQUE (territory, service, sequence)
);
CREATE TABLE IF NOT EXISTS waiting (
    id TEXT NOT NULL, territory TEXT NOT NULL, service TEXT NOT NULL,
    sequence INTEGER NOT NULL, envelope TEXT NOT NULL,
    PRIMARY KEY (territory, service, sequence)
);
CREATE TABLE IF NOT EXISTS heads (
    territory TEXT NOT NULL, service TEXT NOT NULL, sequence INTEGER NOT NULL,
    PRIMARY KEY (territory, service)
);
CREATE TABLE IF NOT EXISTS losses (
    territory TEXT NOT NULL, service TEXT NOT NULL, first INTEGER NOT NULL,
    last INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, mark TEXT NOT NULL);
"""
_ADD_EVENT = """
INSERT INTO events (id, territory, service, sequence, envelope) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
_ADD_WAITING = "INSERT INTO waiting VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_SET_HEAD = """
INSERT INTO heads VALUES (?, ?, ?) ON CONFLICT (territory, service)
DO UPDATE SET sequence = max(sequence, excluded.sequence)
"""
_SET_MARK = """
INSERT INTO marks VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET mark = excluded.mark
"""
_GAPS = """
SELECT territory, service, before + 1, sequence - 1 FROM (
    SELECT territory, service, waiting.sequence, coalesce(
        lag(waiting.sequence) OVER (
            PARTITION BY territory, service ORDER BY waiting.sequence
        ), heads.sequence, 0
    ) AS before
    FROM waiting LEFT JOIN heads USING (territory, service)
) WHERE sequence > before + 1 ORDER BY 1, 2, 3
"""
_THE_NUMBER = "territory = ? AND service = ? AND sequence = ?"
_NEXT = f"SELECT envelope FROM waiting WHERE {_THE_NUMBER}"  # noqa: S608
_FORGET = f"DELETE FROM waiting WHERE {_THE_NUMBER}"  # noqa: S608
_LOSSES = "SELECT territory, service, first, last FROM losses ORDER BY 1, 2, 3"
_UNSHOWN = """
SELECT position, envelope FROM events WHERE position > ? ORDER BY position LIMIT 500
"""
_BUSY = 10.0  # seconds to wait for another reader of the file
#: marks of our own, which no source's name looks like
_SHOWN, _FROM_THE_FIRST, _FORGOTTEN = "(shown)", "(from the first)", "(forgotten) "


@dataclass(kw_only=True)
class Counts:
    """What became of what arrived in this run."""

    applied: int = 0
    repeated: int = 0
    late: int = 0  # its line had gone on without it, or was begun behind it
    contradicting: int = 0  # another event under a number that we hold already
    unreadable: int = 0
    read_again: int = 0
    lost: int = 0

    def __str__(self) -> str:
        told = ((each.name, getattr(self, each.name)) for each in fields(self))
        return ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in told)


class State:
    """The events of some territories, each once, in line."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the file, or a memory that ends with the process."""
        self.counts = Counts()
        self._db = sqlite3.connect(
            path or ":memory:", timeout=_BUSY, isolation_level=None
        )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def begin(self, *, from_the_first: bool) -> None:
        """Say how the reading began; what an earlier run said stays.

        From the first event there ever was, every line begins with number 1; from
        anywhere else, with whichever number is met first.
        """
        self._db.execute(
            "INSERT INTO marks VALUES (?, ?) ON CONFLICT DO NOTHING",
            (_FROM_THE_FIRST, str(int(from_the_first))),
        )
        self._from_the_first = self.marks()[_FROM_THE_FIRST] == "1"

    def marks(self) -> dict[str, str]:
        """Where to go on, by source."""
        return dict(self._db.execute("SELECT name, mark FROM marks"))

    def places(self) -> list[tuple[str, str]]:
        """The marks of the sources alone."""
        return [each for each in sorted(self.marks().items()) if each[0][0] != "("]

    def take(self, batch: Batch) -> None:
        """Keep a batch and the marks after it, all or nothing."""
        with self._writing():
            for event in batch.events:
                self._take(event)
            self._db.executemany(_SET_MARK, list(batch.marks.items()))
            for name in batch.forgotten:
                self._db.execute(_SET_MARK, (_FORGOTTEN + name, ""))
        self.counts.unreadable += batch.unreadable

    def gaps(self) -> list[Gap]:
        """What is missing before events that wait."""
        return [
            Gap(line=Line((territory, service)), first=first, last=last)
            for territory, service, first, last in self._db.execute(_GAPS)
        ]

    def forgotten(self) -> list[str]:
        """The streams that did not have everything when they were read."""
        names = sorted(self.marks())
        return [n.removeprefix(_FORGOTTEN) for n in names if n.startswith(_FORGOTTEN)]

    def note_caught_up(self) -> None:
        """What streams had forgotten was read elsewhere."""
        query = "DELETE FROM marks WHERE substr(name, 1, ?) = ?"
        self._db.execute(query, (len(_FORGOTTEN), _FORGOTTEN))

    def losses(self) -> list[Gap]:
        """What was given up, in this run and in those before."""
        return [
            Gap(line=Line((territory, service)), first=first, last=last)
            for territory, service, first, last in self._db.execute(_LOSSES)
        ]

    def give_up(self, gaps: Iterable[Gap]) -> None:
        """Note what cannot be had, and let what waited behind it pass."""
        with self._writing():
            for gap in gaps:
                self._db.execute(
                    "INSERT INTO losses VALUES (?, ?, ?, ?)",
                    (*gap.line, gap.first, gap.last),
                )
                self._move_head(gap.line, gap.last)
                self.counts.lost += gap.last - gap.first + 1

    def unshown(self) -> list[tuple[int, dict[str, Any]]]:
        """Some events that were not printed yet, in the order in which they came."""
        rows = self._db.execute(_UNSHOWN, (self._shown(),)).fetchall()
        return [(position, json.loads(envelope)) for position, envelope in rows]

    def note_shown(self, position: int) -> None:
        """All events up to this one were printed."""
        self._db.execute(_SET_MARK, (_SHOWN, str(position)))

    def heads(self) -> dict[Line, int]:
        """The last number reached in each line."""
        rows = self._db.execute("SELECT territory, service, sequence FROM heads")
        return {Line((territory, service)): last for territory, service, last in rows}

    def _shown(self) -> int:
        return int(self.marks().get(_SHOWN, 0))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _take(self, event: Received) -> None:
        due = self._head(event) + 1
        if event.sequence == due:
            self._apply(event)
            self._move_head(event.line, event.sequence)
        elif event.sequence < due:
            self._count_again(event, "events")
        elif not self._keep(_ADD_WAITING, event):
            self._count_again(event, "waiting")

    def _head(self, event: Received) -> int:
        """The number after which this line's next event is due."""
        query = "SELECT sequence FROM heads WHERE territory = ? AND service = ?"
        found = self._db.execute(query, event.line).fetchone()
        if found is not None:
            return found[0]
        return 0 if self._from_the_first else event.sequence - 1

    def _apply(self, event: Received) -> None:
        """The effect of an event; here it is that we hold it."""
        is_new = self._keep(_ADD_EVENT, event)
        self.counts.applied += is_new
        self.counts.contradicting += not is_new

    def _keep(self, statement: str, event: Received) -> bool:
        text = json.dumps(event.envelope, ensure_ascii=False)
        facts = (event.id, *event.line, event.sequence, text)
        return self._db.execute(statement, facts).rowcount == 1

    def _count_again(self, event: Received, table: str) -> None:
        query = f"SELECT id FROM {table} WHERE {_THE_NUMBER}"  # noqa: S608 (our own words)
        held = self._db.execute(query, (*event.line, event.sequence)).fetchone()
        self.counts.late += held is None
        self.counts.repeated += held == (event.id,)
        self.counts.contradicting += held not in {None, (event.id,)}

    def _move_head(self, line: Line, sequence: int) -> None:
        """Go on to a number, and past what waited right behind it."""
        while found := self._db.execute(_NEXT, (*line, sequence + 1)).fetchone():
            sequence += 1
            self._apply(Received.from_json(found[0]))
            self._forget_waiting(line, sequence)
        self._db.execute(_SET_HEAD, (*line, sequence))

    def _forget_waiting(self, line: Line, sequence: int) -> None:
        self._db.execute(_FORGET, (*line, sequence))
