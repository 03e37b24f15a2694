"""Where each value of a document was written, so that problems can say it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn, TypeAlias

from contracts.calendar import Problem
from contracts.definition import InvalidDefinition

Place: TypeAlias = tuple[Path, int]
Places: TypeAlias = Mapping[str, Place]


def refuse(pointer: str, detail: str, place: Place) -> NoReturn:
    """Refuse the definition for one thing found at a place."""
    raise InvalidDefinition(problems=[_located(pointer, detail, place)])


def locate(problem: Problem, places: Places) -> Problem:
    """Add file and line of the innermost thing around the problem."""
    return _located(
        problem["pointer"], problem["detail"], place_of(problem["pointer"], places)
    )


def place_of(pointer: str, places: Places) -> Place:
    """The place of the value at a pointer, or of what encloses it."""
    while pointer and pointer not in places:
        pointer = pointer.rpartition("/")[0]
    return places[pointer]


def _located(pointer: str, detail: str, place: Place) -> Problem:
    file, line = place
    return {"file": str(file), "line": str(line), "pointer": pointer, "detail": detail}
