"""The play: all acts in the order of the calendar, and where it can wait."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from tools.api import Problem
from tools.demo.acts import (
    counting,
    debates,
    epilogue,
    founding,
    nominations,
    programmes,
    publication,
    roll,
    station,
    voting,
)
from tools.demo.interlude import pause_in
from tools.demo.stage import Stage


def play(stage: Stage) -> None:
    """Play everything; fail with what the platform refused."""
    try:
        with tempfile.TemporaryDirectory(prefix="primaries-trustees-") as offline:
            _before_the_vote(stage, Path(offline))
            _the_vote(stage)
            counting.seal_boards(stage)
            pause_in(stage, "counting")
            counting.decrypt(stage, Path(offline))
        counting.publish(stage)
        _afterwards(stage)
    except Problem as problem:
        raise click.ClickException("\n".join(problem.lines())) from problem


def _before_the_vote(stage: Stage, offline: Path) -> None:
    founding.found_primary(stage)
    pause_in(stage, "nominations")
    nominations.nominate_and_vet(stage)
    debates.draw_debates(stage)
    programmes.publish_programmes(stage)
    pause_in(stage, "programmes")
    nominations.stand_down(stage)
    roll.freeze_roll(stage)
    programmes.decide_suggestions(stage)
    roll.hand_in_keys(stage, offline)
    roll.open_station(stage)
    pause_in(stage, "debates")
    debates.hold_debates(stage)
    roll.finalise_ballot(stage)


def _the_vote(stage: Stage) -> None:
    voting.vote_first_day(stage)
    pause_in(stage, "voting")
    voting.vote_second_day(stage)
    voting.extend_voting(stage)
    station.vote_on_paper(stage)
    station.sign_protocol(stage)
    voting.vote_last_day(stage)


def _afterwards(stage: Stage) -> None:
    documents = publication.leave_files(stage)
    epilogue.show_turnout(stage)
    epilogue.show_outcome(stage, documents)
    epilogue.show_ratings(stage, documents)
    reports = publication.verify_boards(stage)
    publication.ask_belenios_tool(stage, reports)
    publication.compare(stage, documents, reports)
