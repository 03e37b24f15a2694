"""Are all texts there in every language, and all assumptions about something?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.calendar import Problem
from contracts.definition.definition import Definition
from contracts.definition.model import Text


def text_problems(definition: Definition) -> Iterator[Problem]:
    """Texts that lack one of the languages of the primary."""
    for pointer, text in _texts(definition):
        for language in definition.languages:
            if language not in text:
                detail = f"The text is missing in {language}."
                yield {"pointer": f"{pointer}/{language}", "detail": detail}


def assumption_problems(definition: Definition) -> Iterator[Problem]:
    """Assumptions that name nothing in the document."""
    for index, assumption in enumerate(definition.assumed):
        path = assumption.field.split("/")[1:]
        if not assumption.field.startswith("/") or not _leads(definition.source, path):
            detail = f"The definition has no field {assumption.field}."
            yield {"pointer": f"/assumed/{index}/field", "detail": detail}


def _texts(definition: Definition) -> Iterator[tuple[str, Text]]:
    yield "/title", definition.title
    yield "/party", definition.party
    yield from _each("/territories", "name", definition.territories)
    yield from _each("/contests", "title", definition.contests)
    yield from _each("/nomination/documents", "title", definition.nomination.documents)
    yield from _each("/programmes/sections", "title", definition.sections)
    yield from _each("/programmes/sections", "text", definition.sections)
    yield from _each("/debates/venues", "name", definition.debates.venues)
    yield from _each("/debates/moderators", "name", definition.debates.moderators)


def _each(
    pointer: str, name: str, things: tuple[object, ...]
) -> Iterator[tuple[str, Text]]:
    for index, thing in enumerate(things):
        yield f"{pointer}/{index}/{name}", getattr(thing, name)


def _leads(node: Any, path: list[str]) -> bool:
    """Whether a path of keys, indexes and `*` leads to something."""
    if not path:
        return True
    return any(_leads(below, path[1:]) for below in _below(node, path[0]))


def _below(node: Any, step: str) -> list[Any]:
    steps: dict[str, Any] = {}
    if isinstance(node, dict):
        steps = node
    elif isinstance(node, list):
        steps = {str(index): below for index, below in enumerate(node)}
    if step == "*":
        return list(steps.values())
    return [steps[step]] if step in steps else []
