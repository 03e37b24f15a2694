"""CSV tables: `#` lines are credits, `name_kk` is a text in one language."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.definitions.places import Place, refuse

_NUMBERS = {"seats", "list_length", "choices", "min_age", "capacity"}
_LISTS = {"languages"}
_TEXTS = {"name", "title"}


def read_rows(path: Path, pointer: str, named_at: Place) -> list[tuple[Any, Place]]:
    """The rows of a table and their places; `pointer` is the list they make."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        refuse(pointer, f"{path.name} cannot be read: {error.strerror}.", named_at)
    except UnicodeDecodeError:
        refuse(pointer, "This is not UTF-8.", (path, 1))
    return list(_rows(lines, path, pointer))


def _rows(lines: list[str], path: Path, pointer: str) -> Iterator[tuple[Any, Place]]:
    records = _records(lines, path, pointer)
    header, _ = next(records, ([], None))
    if not header:
        refuse(pointer, "The table is empty.", (path, 1))
    for cells, place in records:
        yield _row(header, cells, pointer, place), place


def _records(
    lines: list[str], path: Path, pointer: str
) -> Iterator[tuple[list[str], Place]]:
    # A line is a record: a name with a line break in it would be a mistake.
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            yield _cells(line, pointer, (path, number)), (path, number)


def _cells(line: str, pointer: str, place: Place) -> list[str]:
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error as error:
        refuse(pointer, f"Not a row of a table: {error}.", place)


def _row(
    header: list[str], record: list[str], pointer: str, place: Place
) -> dict[str, Any]:
    if len(record) != len(header):
        detail = f"This row has {len(record)} cells, the header {len(header)}."
        refuse(pointer, detail, place)
    row: dict[str, Any] = {}
    for column, cell in zip(header, record, strict=True):
        name, _, language = column.rpartition("_")
        if name in _TEXTS:
            row.setdefault(name, {})[language] = cell
        else:
            row[column] = _value(column, cell)
    return row


def _value(column: str, cell: str) -> object:
    """What a cell means; a number that is none stays text, for the schema."""
    if column in _NUMBERS and cell.isascii() and cell.isdigit():
        return int(cell)
    if column in _LISTS:
        return cell.split()
    return cell or None
