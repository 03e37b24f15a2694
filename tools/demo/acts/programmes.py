"""The territories' programmes: drafts, what members suggest, what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contracts.definition import Territory
from tools.demo.people import Person
from tools.demo.stage import Stage

_SUPPORTERS = 4  # of a suggestion at most
_TEXTS = (
    "Добавить освещение на остановках.",
    "Жаңа балабақша салу керек.",
    "Отремонтировать дорогу к школе.",
    "Открыть дневной стационар.",
)
# Officers write for everybody, in Kazakh and in Russian.
_WEIGHED = (
    "Жұмыс тобы шығындарды және мәслихаттың өкілеттігін таразылады. "
    "Рабочая группа взвесила затраты и полномочия маслихата."
)
_DECISIONS = ("accepted", "rejected", "accepted_in_part", "out_of_scope")
_CARRIED_OUT = frozenset({"accepted", "accepted_in_part"})


def publish_programmes(stage: Stage) -> None:
    """The drafts of all territories are open; members suggest and support."""
    phase = stage.definition.calendar.phase("programmes")
    stage.advance(phase.opens_at + timedelta(hours=12))
    stage.act("Programmes")
    chief = stage.signed_in(stage.cast.offices.chief)
    answer = chief.post(stage.path("/programmes"))
    stage.report.say(f"{answer['programmes']} draft programmes are published.")
    made = stage.together(
        "Suggestions",
        lambda number: _suggest(stage, number),
        range(stage.options.size.suggestions),
    )
    stage.played.suggestions.extend(made)


def decide_suggestions(stage: Stage) -> None:
    """The working group decides with public reasons; then it revises."""
    stage.advance(stage.now + timedelta(days=9))
    stage.act("Decisions on the suggestions")
    decided = stage.together(
        "Decisions",
        lambda pair: _decide(stage, *pair),
        list(enumerate(stage.played.suggestions)),
    )
    carried_out = [one for one in decided if one["state"] in _CARRIED_OUT]
    by_territory: dict[str, list[dict[str, Any]]] = {}
    for suggestion in carried_out:
        by_territory.setdefault(suggestion["territory"], []).append(suggestion)
    stage.together(
        "Revised programmes",
        lambda code: _revise(stage, code, by_territory[code]),
        sorted(by_territory),
    )
    stage.report.table(
        "Suggestions",
        ("decision", "how many", "supports"),
        (
            (
                decision,
                sum(1 for one in decided if one["state"] == decision),
                sum(one["supports"] for one in decided if one["state"] == decision),
            )
            for decision in _DECISIONS
        ),
    )


def _suggest(stage: Stage, number: int) -> str:
    """A member of a territory suggests; some neighbours support it."""
    homes = list(stage.cast.members)
    home = homes[number % len(homes)]
    author, *neighbours = _plain_members(stage, home, number)
    programme = _programme_of(stage, home)
    sections = stage.definition.sections
    answer = stage.signed_in(author).post(
        stage.path(f"/programmes/{programme.code}/suggestions"),
        section=sections[number % len(sections)].id,
        kind="add",
        text=_TEXTS[number % len(_TEXTS)],
        language=stage.definition.languages[0],
    )
    suggestion = answer["suggestion"]
    for neighbour in neighbours[: number % (_SUPPORTERS + 1)]:
        stage.signed_in(neighbour).put(stage.path(f"/suggestions/{suggestion}/support"))
    return suggestion


def _plain_members(stage: Stage, home: str, number: int) -> list[Person]:
    """Other people of a district for each suggestion."""
    people = list(stage.cast.members[home])
    start = number * (_SUPPORTERS + 1) % len(people)
    return (people + people)[start : start + _SUPPORTERS + 1]


def _programme_of(stage: Stage, home: str) -> Territory:
    """The nearest territory with a programme, from a voting district upwards."""
    definition = stage.definition
    electing = {each.code for each in definition.programme_territories()}
    return next(each for each in definition.upwards(home) if each.code in electing)


def _decide(stage: Stage, number: int, suggestion: str) -> dict[str, Any]:
    chief = stage.signed_in(stage.cast.offices.chief)
    return chief.post(
        stage.path(f"/suggestions/{suggestion}/decision"),
        decision=_DECISIONS[number % len(_DECISIONS)],
        reason=_WEIGHED,
    )


def _revise(stage: Stage, territory: str, suggestions: list[dict[str, Any]]) -> None:
    chief = stage.signed_in(stage.cast.offices.chief)
    programme = chief.get(stage.path(f"/programmes/{territory}"))
    texts = {one["section"]: one["text"] for one in programme["sections"]}
    sections = sorted({one["section"] for one in suggestions})
    chief.post(
        stage.path(f"/programmes/{territory}/versions"),
        based_on=programme["version"],
        changes=[_change(section, texts[section], suggestions) for section in sections],
    )


def _change(
    section: str, text: dict[str, str], suggestions: list[dict[str, Any]]
) -> dict[str, Any]:
    """The section with what was suggested for it at its end, in every language."""
    ours = [one for one in suggestions if one["section"] == section]
    added = " ".join(one["text"] for one in ours)
    return {
        "section": section,
        "text": {language: f"{words} {added}" for language, words in text.items()},
        "suggestions": [one["suggestion"] for one in ours],
    }
