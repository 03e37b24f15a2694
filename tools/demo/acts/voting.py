"""Voting online: four days, some change their minds, and the vote is extended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from random import Random  # noqa: TID251 (a seeded choice must repeat; no secret here)

import click

from belenios.ballots import tracker
from tools.api import Problem
from tools.demo.choices import choose
from tools.demo.offline import seal_ballot
from tools.demo.people import Person
from tools.demo.played import Choice, Votes
from tools.demo.stage import Stage

_FIRST_DAY, _SECOND_DAY = 0.6, 0.85  # of the voters have voted by then
_EXTENSION = timedelta(hours=24)
# Officers write for everybody, in Kazakh and in Russian.
_OVERLOADED = (
    "Алғашқы сағаттарда жүйеге түскен жүктеме тым көп болды. "
    "В первые часы система была перегружена."
)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Somebody votes, for the first time or again."""

    person: Person
    number: int


def vote_first_day(stage: Stage) -> None:
    """The vote opens; most come on the first day."""
    opens = stage.definition.calendar.phase("voting").opens_at
    stage.advance(opens + timedelta(hours=10))
    stage.act("Voting opens")
    _vote(stage, "Ballots of the first day", _turns(stage, 0, _FIRST_DAY))


def vote_second_day(stage: Stage) -> None:
    """More come on the second day, and some vote again."""
    opens = stage.definition.calendar.phase("voting").opens_at
    stage.advance(opens + timedelta(hours=38))
    stage.act("The second day")
    _vote(stage, "Ballots of the second day", _turns(stage, _FIRST_DAY, _SECOND_DAY))
    _vote(stage, "Votes changed", _second_thoughts(stage, 0))


def extend_voting(stage: Stage) -> None:
    """One officer proposes, another approves: a day more, as in 2020."""
    stage.act("The vote is extended")
    offices = stage.cast.offices
    closes = stage.definition.calendar.phase("voting").closes_at + _EXTENSION
    change = stage.signed_in(offices.chief).post(
        stage.path("/calendar-changes"),
        phase="voting",
        closes_at=f"{closes.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        reason=_OVERLOADED,
    )
    version = change["version"]
    stage.signed_in(offices.deputy).post(
        stage.path(f"/calendar-changes/{version}/approval")
    )
    stage.wait_until_idle()
    calendar = stage.api.get(stage.path("/calendar"))
    newest = calendar["changes"][-1]
    if newest["answer"] != "accepted":
        raise click.ClickException(f"Voting did not accept the extension: {newest}")
    stage.report.say(
        f"Voting now closes on {stage.local(closes)} (calendar version {version})."
    )


def vote_last_day(stage: Stage) -> None:
    """The day that there would not have been; at its end nobody gets in any more."""
    closes = stage.definition.calendar.phase("voting").closes_at + _EXTENSION
    stage.advance(closes - timedelta(hours=4))
    stage.act("The additional day")
    _vote(stage, "Ballots of the additional day", _turns(stage, _SECOND_DAY, 1))
    _vote(stage, "Votes changed", _second_thoughts(stage, 1))
    late = _turns(stage, _SECOND_DAY, 1)[-1].person
    api = stage.signed_in(late)
    stage.advance(closes)
    refused(
        stage,
        "a vote at the closing instant",
        "voting_closed",
        lambda: api.post(stage.path("/confirmation-codes"), tracker="A" * 43),
    )


def refused(stage: Stage, attempt: str, code: str, do: Callable[[], object]) -> None:
    """Try what must not be possible, and note how it was refused."""
    try:
        do()
    except Problem as problem:
        if problem.code != code:
            raise
        stage.played.refused.append((attempt, code))
        stage.report.say(f"Refused, as it must be: {attempt} ({code}).")
        return
    raise click.ClickException(f"This was not refused: {attempt}.")


def votes_of(stage: Stage, turn: Turn, board: str) -> Votes:
    """What somebody chooses; the same seed, the same choice."""
    rng = Random(f"{stage.options.seed}|{turn.person.iin}|{turn.number}")  # noqa: S311
    return choose(
        stage.played.elections[board],
        stage.played.candidacies,
        lambda contest: stage.definition.contest(contest).choices,
        rng,
    )


def _vote(stage: Stage, title: str, turns: list[Turn]) -> None:
    stage.together(title, lambda turn: _cast(stage, turn), turns)


def _cast(stage: Stage, turn: Turn) -> None:
    """The way of one ballot, from the credential to the tracker on the board."""
    api = stage.signed_in(turn.person)
    mine = api.get(stage.path("/me/credential"))
    votes = votes_of(stage, turn, mine["board"])
    election = stage.played.elections[mine["board"]]["election"]
    ballot = stage.workers.submit(
        seal_ballot, election, mine["credential"], votes
    ).result()
    api.post(stage.path("/confirmation-codes"), tracker=tracker(ballot))
    code = stage.code_for(turn.person, "confirmation")
    receipt = api.post(stage.path("/ballots"), ballot=ballot, code=code)
    if receipt["tracker"] != tracker(ballot):
        raise click.ClickException("A receipt carries another tracker.")
    choice = Choice(board=mine["board"], votes=votes)
    stage.played.choices[turn.person.iin] = choice
    stage.played.trackers[turn.person.iin] = receipt["tracker"]


def _turns(stage: Stage, start: float, end: float) -> list[Turn]:
    """The voters between two shares of each district, districts mixed."""
    people = [
        person
        for voters in stage.cast.voters.values()
        for person in voters[round(start * len(voters)) : round(end * len(voters))]
    ]
    return [Turn(person=person, number=1) for person in people]


def _second_thoughts(stage: Stage, half: int) -> list[Turn]:
    """Those who vote again: half of them on the second day, half on the last."""
    voters = stage.cast.voters.values()
    first = [voters_of[place] for place in range(3) for voters_of in voters]
    again = first[: stage.options.size.revotes][half::2]
    return [Turn(person=person, number=2) for person in again]
