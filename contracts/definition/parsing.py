"""From a document to a definition, or to the list of all its problems."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from chassis.errors import InvalidPayload
from chassis.wire import load
from contracts.calendar import Calendar, Problem
from contracts.definition.checks import ballot_problems, reference_problems
from contracts.definition.definition import Definition
from contracts.definition.errors import InvalidDefinition
from contracts.definition.schemas import DefinitionSchema, freeze


def parse_definition(document: object) -> Definition:
    """Read a definition document; raise `InvalidDefinition` with all problems."""
    try:
        facts = load(DefinitionSchema, document)
    except InvalidPayload as error:
        raise InvalidDefinition(**error.params) from None
    definition = _build(facts, deepcopy(document))
    _refuse(_calendar_problems(definition.calendar) + reference_problems(definition))
    _refuse(ballot_problems(definition))
    return definition


def _build(facts: dict[str, Any], source: Any) -> Definition:
    sections = facts.pop("programmes")["sections"]
    calendar = Calendar(**facts.pop("calendar"))
    facts["threshold"] = facts["threshold"] or facts["trustees"]
    return Definition(
        **freeze(facts),
        calendar=calendar,
        sections=tuple(sections),
        source=source,
    )


def _calendar_problems(calendar: Calendar) -> list[Problem]:
    return [
        {**problem, "pointer": f"/calendar{problem['pointer']}"}
        for problem in calendar.problems()
    ]


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InvalidDefinition(problems=problems)
