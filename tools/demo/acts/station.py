"""A polling station: who votes on paper, and the protocol of what was counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tools.demo.acts.voting import Turn, refused, votes_of
from tools.demo.cast import STATION
from tools.demo.people import Person
from tools.demo.played import Votes
from tools.demo.stage import Stage

_STATION = f"/stations/{STATION}"


def vote_on_paper(stage: Stage) -> None:
    """The station marks who gets a paper; nobody votes in both ways."""
    phase = stage.definition.calendar.phase("paper_voting")
    stage.advance(phase.opens_at + timedelta(hours=1))
    stage.act("The polling station")
    for person in stage.report.progress(
        "Papers issued", stage.cast.paper, len(stage.cast.paper)
    ):
        _mark(stage, person)
    online = stage.cast.voters[stage.cast.paper[0].territory][0]
    refused(
        stage,
        "paper for somebody who has voted online",
        "already_voted_online",
        lambda: _mark(stage, online),
    )
    on_paper = stage.signed_in(stage.cast.paper[0])
    refused(
        stage,
        "a vote online by somebody who got paper",
        "paper_issued",
        lambda: on_paper.post(stage.path("/confirmation-codes"), tracker="A" * 43),
    )


def sign_protocol(stage: Stage) -> None:
    """One officer enters the counts, another one signs them."""
    phase = stage.definition.calendar.phase("paper_voting")
    stage.advance(phase.closes_at + timedelta(hours=2))
    stage.act("The station's protocol")
    counts = _counts(stage)
    first, second = stage.cast.offices.station
    entered = stage.signed_in(first).post(
        stage.path(f"{_STATION}/protocols"),
        issued=len(stage.cast.paper),
        cast=len(stage.cast.paper),
        counts=counts,
    )
    version = entered["version"]
    stage.signed_in(second).post(
        stage.path(f"{_STATION}/protocols/{version}/signature")
    )
    stage.played.paper = {count["contest"]: count for count in counts}
    stage.report.say(f"{len(stage.cast.paper)} papers, counted and signed by two.")


def _mark(stage: Stage, person: Person) -> None:
    officer = stage.signed_in(stage.cast.offices.station[0])
    shown = officer.post(stage.path("/voter-references"), iin=person.iin)
    officer.post(stage.path(f"{_STATION}/marks"), voter=shown["voter"])


def _counts(stage: Stage) -> list[dict[str, Any]]:
    """What lay in the box: one paper cannot be read."""
    board = stage.cast.paper[0].territory
    turns = [Turn(person=person, number=1) for person in stage.cast.paper[1:]]
    papers = [votes_of(stage, turn, board) for turn in turns]
    questions = stage.played.elections[board]["questions"]
    return [
        _count(question, [paper[number] for paper in papers])
        for number, question in enumerate(questions)
    ]


def _count(question: dict[str, Any], answers: Votes) -> dict[str, Any]:
    blank = sum(answer[0] for answer in answers)
    return {
        "contest": question["contest"],
        "valid": len(answers) - blank,
        "blank": blank,
        "spoilt": 1,
        "votes": {
            candidacy: sum(answer[place] for answer in answers)
            for place, candidacy in enumerate(question["candidacies"], start=1)
        },
    }
