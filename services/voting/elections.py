"""The election of a board: its name, its questions, the words of its answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from belenios.board import Entry, open_board
from belenios.credentials import credentials_json, read_credentials
from belenios.election import Question, make_election
from belenios.group import get_group
from belenios.trustees import joint_key
from contracts.definition import Contest, Definition


class KeyNotOfTrustees(Exception):
    """The election key is not the one that the trustees' list makes."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A candidate on a ballot, with what tells them from a namesake."""

    candidacy: str
    name: str
    birth_year: int | None = None
    occupation: str | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that a board is made of, before it is made."""

    definition: Definition
    district: str
    board: str
    uuid: str
    group: str
    public_key: str
    trustees: str
    public_credentials: Sequence[str]
    #: the contests that have candidates, in the order of the ballot
    contests: Sequence[tuple[Contest, Sequence[Line]]]

    @property
    def primary(self) -> str:
        """The primary's id."""
        return self.definition.primary

    @property
    def questions(self) -> list[dict[str, object]]:
        """Which contest each question decides, and who its answers are."""
        return [
            {
                "contest": contest.id,
                "candidacies": [line.candidacy for line in lines],
            }
            for contest, lines in self.contests
        ]


def make_board(plan: Plan, timestamp: int) -> tuple[str, Entry]:
    """The election's text and the board's first entry; everything in it is checked."""
    group = get_group(plan.group)
    if joint_key(group, plan.trustees) != plan.public_key:
        raise KeyNotOfTrustees
    credentials = credentials_json(dict.fromkeys(plan.public_credentials, 1))
    read_credentials(group, credentials)
    election = compose_election(plan)
    return election, open_board(timestamp, election, plan.trustees, credentials)


def compose_election(plan: Plan) -> str:
    """The parameters that every ballot of the board will be bound to."""
    definition = plan.definition
    territory = definition.territory(plan.district)
    return make_election(
        uuid=plan.uuid,
        group=plan.group,
        public_key=plan.public_key,
        name=f"{joined(definition.title)} — {joined(territory.name)} ({plan.board})",
        description=_description(definition),
        questions=[_question(contest, lines) for contest, lines in plan.contests],
        administrator=joined(definition.party),
        credential_authority=f"registration of {definition.primary}",
    )


def joined(text: Mapping[str, str]) -> str:
    """A text in all its languages, each wording once."""
    return " / ".join(dict.fromkeys(text.values()))


def answers_of(lines: Sequence[Line]) -> tuple[str, ...]:
    """The candidates' names; namesakes get their year, occupation or a number."""
    labels = [line.name for line in lines]
    for refine in (_with_year, _with_occupation):
        labels = _refine_repeated(labels, lines, refine)
    repeated = _repeated(labels)
    return tuple(
        f"{label} [{number}]" if label in repeated else label
        for number, label in enumerate(labels, start=1)
    )


def _description(definition: Definition) -> str:
    about = f"{definition.primary}, {joined(definition.party)}"
    if definition.rehearsal:
        return f"REHEARSAL: votes here elect nobody. {about}"
    return about


def _question(contest: Contest, lines: Sequence[Line]) -> Question:
    return Question(
        question=joined(contest.title),
        answers=answers_of(lines),
        blank=True,
        min=1,
        max=min(contest.choices, len(lines)),
    )


def _refine_repeated(
    labels: list[str], lines: Sequence[Line], refine: Callable[[str, Line], str]
) -> list[str]:
    repeated = _repeated(labels)
    return [
        refine(label, line) if label in repeated else label
        for label, line in zip(labels, lines, strict=True)
    ]


def _repeated(labels: list[str]) -> set[str]:
    return {label for label, count in Counter(labels).items() if count > 1}


def _with_year(label: str, line: Line) -> str:
    return f"{label}, {line.birth_year}" if line.birth_year else label


def _with_occupation(label: str, line: Line) -> str:
    return f"{label}, {line.occupation}" if line.occupation else label
