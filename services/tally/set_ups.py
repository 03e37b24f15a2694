"""Is a board set up as it should be? Voting made it; tally looks for itself.

The trustees and their joint key are those that tally announced, the credentials
those that registration announced, the questions those of the definition, and every
answer is the candidate it will be counted for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from belenios.board import open_board
from belenios.credentials import read_credentials
from belenios.election import Election, Question
from belenios.errors import InvalidBoard
from belenios.tally import EncryptedTally
from services.tally.elections import election_of


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What voting published as a board, and what it should agree with."""

    event: str
    data: list[str]
    questions: list[dict[str, Any]]
    trustees: str
    public_key: str
    uuid: str
    eligible: int
    credentials_hash: str
    #: choices a voter has, by the contests of the board's district
    choices: Mapping[str, int]
    #: the names of the candidates, by candidacy
    names: Mapping[str, str]
    #: the candidacies as other boards have them, by contest
    agreed: Mapping[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """A board that may be followed: its credentials, and the sum of no ballots."""

    credentials: tuple[str, ...]
    tally: str
    sized: str


def check_set_up(announced: Announced) -> SetUp:
    """Check all of it; raise InvalidBoard or another BeleniosError."""
    if len(announced.data) != 4:  # noqa: PLR2004 (the format's own number)
        raise InvalidBoard("the set-up does not have its four data records")
    election_text, trustees, credentials, _ = announced.data
    rebuilt = open_board(0, election_text, trustees, credentials)
    if rebuilt.event.decode() != announced.event:
        raise InvalidBoard("the set-up names other data")
    election = election_of(election_text)
    weights = read_credentials(election.group, credentials)
    _require(trustees == announced.trustees, "the trustees are others")
    _require(election.public_key == announced.public_key, "the key is another")
    _require(election.uuid == announced.uuid, "the roll was made for another uuid")
    _require(set(weights.values()) <= {1}, "somebody's vote counts more than once")
    _require(
        len(weights) == announced.eligible
        and credentials_hash(weights) == announced.credentials_hash,
        "the credentials are not those of the frozen roll",
    )
    _check_questions(election, announced)
    nothing = EncryptedTally(election)
    return SetUp(
        credentials=tuple(weights),
        tally=nothing.to_json(),
        sized=nothing.sized_json(),
    )


def credentials_hash(credentials: Iterable[str]) -> str:
    """What two lists of public credentials are compared by, whatever their order."""
    return hashlib.sha256("\n".join(sorted(credentials)).encode()).hexdigest()


def _check_questions(election: Election, announced: Announced) -> None:
    _require(
        len(election.questions) == len(announced.questions),
        "the questions are not as many as the contests",
    )
    contests = [asked["contest"] for asked in announced.questions]
    _require(len(set(contests)) == len(contests), "a contest is asked about twice")
    for question, asked in zip(election.questions, announced.questions, strict=True):
        _check_question(question, asked["contest"], announced)
        _check_answers(question, asked, announced)


def _check_question(question: Question, contest: str, announced: Announced) -> None:
    _require(contest in announced.choices, f"{contest} is not of this district")
    choices = min(announced.choices[contest], len(question.answers))
    expected = (True, 1, choices)
    _require(
        (question.blank, question.min, question.max) == expected,
        f"the choices about {contest} are not those of the definition",
    )


def _check_answers(
    question: Question, asked: Mapping[str, Any], announced: Announced
) -> None:
    """Whoever counts as an answer must be who the voter read there."""
    contest, candidacies = asked["contest"], asked["candidacies"]
    names = [announced.names[candidacy] for candidacy in candidacies]
    _require(
        len(question.answers) == len(set(candidacies)) == len(candidacies)
        and all(map(str.startswith, question.answers, names)),
        f"the answers about {contest} are not its candidates",
    )
    _require(
        announced.agreed.get(contest, candidacies) == candidacies,
        f"the candidates of {contest} stand in another order than on other boards",
    )


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 (it reads as a rule)
    if not holds:
        raise InvalidBoard(otherwise)
