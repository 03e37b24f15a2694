"""Files of rows: read strictly, judged row by row, taken in whole or not at all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chassis.errors import DomainError
from contracts.registration.errors import UnreadableFile

MAX_ROWS = 20_000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong in one field of a row."""

    field: str
    code: str
    reason: str


@dataclass(kw_only=True)
class Row:
    """A row: what stands in it, what was understood, and what is wrong."""

    row: int
    values: dict[str, str]
    facts: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    refused: bool = False
    known: bool = False

    @property
    def verdict(self) -> str:
        """What becomes of it."""
        if self.refused:
            return "refused"
        return "known" if self.known else "accepted"

    @property
    def is_new(self) -> bool:
        """Whether it would add something."""
        return self.verdict == "accepted"

    def read(self, name: str, understand: Callable[[str], Any]) -> None:
        """Understand one field, or note why it cannot be understood."""
        try:
            self.facts[name] = understand(self.values[name].strip())
        except DomainError as error:
            self.refuse(name, error.code, error.detail)
        except ValueError as error:
            self.refuse(name, "invalid", str(error))

    def refuse(self, name: str, code: str, reason: str) -> None:
        """Note a problem that keeps the row out."""
        self.remark(name, code, reason)
        self.refused = True

    def remark(self, name: str, code: str, reason: str) -> None:
        """Note something that somebody should look at."""
        self.problems.append(Problem(field=name, code=code, reason=reason))


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What an import did, or would do."""

    rows: list[Row]
    applied: bool

    @property
    def accepted(self) -> int:
        """Rows that add something."""
        return sum(row.is_new for row in self.rows)

    @property
    def known(self) -> int:
        """Rows that the register holds already, as they are."""
        return sum(row.verdict == "known" for row in self.rows)

    @property
    def refused(self) -> int:
        """Rows that keep the whole file out."""
        return sum(row.refused for row in self.rows)


def read_rows(text: str, *headers: tuple[str, ...]) -> list[Row]:
    """The rows of a CSV file that has exactly one of these headers."""
    lines = csv.reader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True
    )
    try:
        header = tuple(next(lines, ()))
        if header not in headers:
            raise UnreadableFile(reason=f"its header is not {','.join(headers[0])}")
        rows = [_row(number, header, line) for number, line in enumerate(lines, 1)]
    except csv.Error:
        reason = f"line {lines.line_num} is no CSV"
        raise UnreadableFile(reason=reason) from None
    if len(rows) > MAX_ROWS:
        raise UnreadableFile(reason=f"it has more than {MAX_ROWS} rows")
    return rows


def settle(rows: list[Row], *, dry_run: bool) -> Verdicts:
    """Whether the new rows may go in: wanted, and nothing in the file is refused."""
    applied = not dry_run and not any(row.refused for row in rows)
    return Verdicts(rows=rows, applied=applied)


def refuse_repeated(rows: Iterable[Row], name: str, *key: str) -> None:
    """Refuse rows whose understood `key` occurred further up in the file."""
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        value = tuple(row.facts.get(part) for part in key)
        if None in value:
            continue
        if value in seen:
            row.refuse(name, "repeated", "This occurs further up in the file.")
        seen.add(value)


def a_date(text: str) -> date:
    """A date as ISO 8601 writes it, with hyphens."""
    if not _DATE.fullmatch(text):
        raise ValueError("Write a date like 1985-03-12.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("There is no such date.") from None


def a_text(longest: int) -> Callable[[str], str]:
    """A text that is there and not too long."""

    def understand(text: str) -> str:
        if not 0 < len(text) <= longest or not text.isprintable():
            raise ValueError(f"Write from 1 to {longest} characters.")
        return text

    return understand


def one_of(*words: str) -> Callable[[str], str]:
    """One of these words."""

    def understand(text: str) -> str:
        if text not in words:
            raise ValueError(
                f"Write one of: {', '.join(word or '-' for word in words)}."
            )
        return text

    return understand


def _row(number: int, header: tuple[str, ...], line: list[str]) -> Row:
    row = Row(row=number, values=dict(zip(header, line, strict=False)))
    if len(line) != len(header):
        row.values = dict.fromkeys(header, "")
        row.refuse("", "wrong_length", f"It has {len(line)} fields, not {len(header)}.")
    return row
