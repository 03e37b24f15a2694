"""The whole platform paused in voting, and the people in front of its pages.

The demonstration's own people and acts bring a small primary as far as the opening
of the vote; from there a test goes on by hand. Time stands still between the
moments that a test chooses.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console

from chassis.clock import set_clock
from contracts.definition import parse_definition
from tools.api import Api
from tools.definitions import load_definition_file
from tools.demo.acts import (
    counting,
    debates,
    founding,
    nominations,
    programmes,
    roll,
    station,
    voting,
)
from tools.demo.cast import STATION, Nominee, gather_cast
from tools.demo.options import Options
from tools.demo.people import Person
from tools.demo.platform import running_platform
from tools.demo.report import Report
from tools.demo.stage import Stage

_MORNING = timedelta(hours=9)
#: an hour before the demonstration's voters come, who look for codes of their hour
_INTO_THE_VOTE = timedelta(hours=9)
_PATIENCE = 60.0  # seconds for a message to arrive
_DIGITS = 6


@dataclass
class Telephone:
    """Somebody's telephone; it knows which messages it has shown already."""

    api: Api
    primary: str
    person: Person
    #: messages that were there at the last look, by purpose
    _seen: Counter[str] = field(default_factory=Counter)

    def messages(self, purpose: str = "") -> list[str]:
        """The texts received so far, newest first."""
        found = self.api.post(
            "/demo/telephone-inbox",
            primary=self.primary,
            telephone=self.person.telephone,
        )
        return [one["text"] for one in found["items"] if purpose in one["purpose"]]

    def next_code(self, purpose: str) -> str:
        """The code in the message that has come since the last look."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            texts = self.messages(purpose)
            if len(texts) > self._seen[purpose]:
                self._seen[purpose] = len(texts)
                return _code_in(texts[0])
            time.sleep(0.1)
        raise AssertionError(f"no {purpose} message came to a telephone")


@dataclass
class Portal:
    """A running platform whose primary is in the middle of its vote."""

    stage: Stage
    #: where the trustees keep their keys
    offline: Path
    _taken: int = 0
    _telephones: dict[str, Telephone] = field(default_factory=dict)

    @property
    def primary(self) -> str:
        """The primary's id."""
        return self.stage.primary

    @property
    def api(self) -> Api:
        """The interface, signed in as nobody."""
        return self.stage.api

    @property
    def origin(self) -> str:
        """Where the pages are."""
        return self.stage.platform.url

    def address(self, path: str = "", **query: str) -> str:
        """The address of a page of the primary."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return f"{self.origin}/{self.primary}/{path}{'?' if asked else ''}{asked}"

    def a_voter(self) -> Person:
        """Somebody on the roll who has not been asked for by another test."""
        person = [*self._voters(), *reversed(self.bystanders())][self._taken]
        self._taken += 1
        return person

    def a_paper_voter(self) -> Person:
        """Somebody of the station's district of whom the demonstration asks nothing."""
        territory = self.stage.cast.paper[0].territory
        idle = self.stage.cast.bystanders()
        return next(one for one in idle if one.territory == territory)

    def issue_paper(self, person: Person) -> None:
        """The polling station gives somebody a paper ballot."""
        officer = self.stage.signed_in(self.stage.cast.offices.station[0])
        shown = officer.post(self.stage.path("/voter-references"), iin=person.iin)
        marks = self.stage.path(f"/stations/{STATION}/marks")
        officer.post(marks, voter=shown["voter"])

    def telephone(self, person: Person) -> Telephone:
        """The telephone of a person."""
        fresh = Telephone(self.api, self.primary, person)
        return self._telephones.setdefault(person.iin, fresh)

    def pass_time(self, **span: float) -> None:
        """Let so much time pass at once."""
        self.set_time(self.stage.now + timedelta(**span))

    def set_time(self, instant: datetime) -> None:
        """Let it be another moment."""
        self.stage.now = instant
        set_clock(self.stage.platform.clock, instant)

    def sessions(self) -> dict[str, str]:
        """A session for each role, by the role's name."""
        offices = self.stage.cast.offices
        people = {
            "candidate": self.a_candidate().person,
            "member": self._voters()[-1],
            "secretary": next(iter(offices.secretaries.values())),
            "officer": offices.chief,
            "station_officer": offices.station[0],
            "trustee": offices.trustees[0],
            "observer": offices.observer,
        }
        found = {role: self.stage.signed_in(one) for role, one in people.items()}
        found["administrator"] = self.stage.administrator()
        return {role: api.session for role, api in found.items()}

    def a_candidate(self) -> Nominee:
        """Somebody who stands, and has not withdrawn."""
        played = self.stage.played
        return next(
            nominee
            for candidacy, nominee in played.candidacies.items()
            if candidacy not in played.withdrawn
        )

    def play_first_days(self) -> None:
        """Let most of the others vote, and the vote be extended."""
        voting.vote_first_day(self.stage)
        voting.vote_second_day(self.stage)
        voting.extend_voting(self.stage)

    def finish(self) -> None:
        """Then play the rest: the other ballots, the count and the publication."""
        station.vote_on_paper(self.stage)
        station.sign_protocol(self.stage)
        voting.vote_last_day(self.stage)
        counting.seal_boards(self.stage)
        counting.decrypt(self.stage, self.offline)
        counting.publish(self.stage)

    def election(self, board: str) -> dict[str, Any]:
        """What the ballots of a board are sealed for."""
        return self.api.get(f"/primaries/{self.primary}/boards/{board}/election")

    def archive(self, board: str) -> bytes:
        """The whole public board as a file."""
        path = f"/primaries/{self.primary}/boards/{board}/archive.bel"
        return b"".join(self.api.download(path))

    def bystanders(self) -> list[Person]:
        """Those on the roll whom the demonstration does not let vote."""
        cast = self.stage.cast
        taken = {one.iin for one in (*self._voters(), *cast.paper)}
        return [one for one in cast.everybody() if one.iin not in taken]

    def _voters(self) -> Sequence[Person]:
        return [one for voters in self.stage.cast.voters.values() for one in voters]


@contextmanager
def portal_in_voting(folder: Path, **options: Any) -> Iterator[Portal]:
    """Start a platform and play a small primary until its vote is open."""
    chosen = Options(seed=20201001, scale="small", folder=folder, **options)
    document = load_definition_file(chosen.definition_file)
    document["group"] = chosen.group or document["group"]
    definition = parse_definition(document)
    opens = definition.calendar.phase("nomination").opens_at + _MORNING
    with (
        tempfile.TemporaryDirectory(prefix="primaries-trustees-") as offline,
        running_platform(chosen, opens) as platform,
        ThreadPoolExecutor(1) as workers,
    ):
        stage = Stage(
            options=chosen,
            platform=platform,
            definition=definition,
            cast=gather_cast(definition, chosen.size, Random(chosen.seed)),
            report=Report(Console(file=StringIO())),
            workers=workers,
            api=Api(platform.url),
            now=opens,
        )
        portal = Portal(stage, Path(offline))
        _open_the_vote(portal)
        yield portal


def _open_the_vote(portal: Portal) -> None:
    stage = portal.stage
    founding.found_primary(stage)
    nominations.nominate_and_vet(stage)
    debates.draw_debates(stage)
    programmes.publish_programmes(stage)
    nominations.stand_down(stage)
    roll.freeze_roll(stage)
    programmes.decide_suggestions(stage)
    roll.hand_in_keys(stage, portal.offline)
    roll.open_station(stage)
    debates.hold_debates(stage)
    roll.finalise_ballot(stage)
    opens = stage.definition.calendar.phase("voting").opens_at
    stage.advance(opens + _INTO_THE_VOTE)


def _code_in(text: str) -> str:
    words = (word.strip(".,:;") for word in text.split())
    return next(word for word in words if word.isdigit() and len(word) == _DIGITS)
