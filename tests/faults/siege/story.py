"""What happens in a siege, from the definition of two primaries to the audit."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

from belenios.verification import Report as Verified
from contracts.definition import Definition, Route
from tests.faults.siege.applicants import Applicants
from tests.faults.siege.audit import Audit
from tests.faults.siege.crowd import Crowd
from tests.faults.siege.faults import Fault, Ground
from tests.faults.siege.journal import Journal
from tests.faults.siege.mischief import Mischief
from tests.faults.siege.nemesis import Nemesis, plan
from tests.faults.siege.parties import (
    SiegeOptions,
    size_of_the_nominations,
    size_of_the_vote,
    where_people_stand,
    where_people_vote,
)
from tests.faults.siege.patience import PatientApi
from tests.faults.siege.platform import Besieged, besieged
from tests.faults.siege.region import RegionalSystem
from tests.faults.siege.servers import await_that
from tests.faults.siege.stage import SiegeStage
from tests.faults.siege.summary import Outcome, show
from tests.faults.siege.voters import Voters
from tools.demo.acts import counting, founding, nominations, publication, roll, voting
from tools.demo.cast import gather_cast
from tools.demo.report import Report
from tools.demo.sizes import Size

_VOTERS, _APPLICANTS = 10, 2  # at once
_READY = 60.0  # seconds after the last fault until every process is
_COUNT = 8  # of so many faults the last strikes after the vote, while it is counted
_TICK = 0.5  # seconds of the platform's time, and of ours


@dataclass(kw_only=True)
class Story:
    """One siege."""

    folder: Path
    report: Report
    workers: Executor
    seed: int

    def tell(self, *, faults: int, ballots: int) -> list[str]:
        """All of it; returns what is not as it should be."""
        vote = where_people_vote()
        begins = vote.calendar.phase("nomination").opens_at + timedelta(hours=1)
        self.folder.chmod(0o711)  # the database's own account walks through
        with besieged(self.folder, begins) as platform:
            voting_stage = self._stage(platform, vote, size_of_the_vote(ballots))
            standing_stage = self._stage(
                platform, where_people_stand(), size_of_the_nominations(ballots // 2)
            )
            old_calendar = self._prologue(voting_stage, standing_stage)
            chance = Random(self.seed)
            ground = Ground(
                platform=platform,
                mischief=Mischief(bus=platform.bus, chance=chance),
                stage=voting_stage,
                old_calendar=old_calendar,
                chance=chance,
            )
            audit = Audit(
                platform=platform,
                voters=Voters(stage=voting_stage),
                applicants=Applicants(stage=standing_stage),
                mischief=ground.mischief,
                region=RegionalSystem(platform=platform, chance=Random(self.seed)),
            )
            planned = plan(faults, chance)
            first = faults - -(-faults // _COUNT)
            outcome = self._siege(audit, ground, planned[:first], ballots)
            self._count(voting_stage, outcome.nemesis, planned[first:])
            boards = self._verify(voting_stage)
            wrong = list(audit.differences(boards))
            show(self.report, outcome, audit)
        return wrong

    def _stage(
        self, platform: Besieged, definition: Definition, size: Size
    ) -> SiegeStage:
        """A primary with its own people, who all stand by themselves."""
        seed = f"{self.seed}|{definition.primary}"
        cast = gather_cast(definition, size, Random(seed))
        standing = [replace(one, route=Route.SELF) for one in cast.nominees]
        options = SiegeOptions(
            seed=self.seed, folder=self.folder / definition.primary, size_of_siege=size
        )
        return SiegeStage(
            options=options,
            platform=platform.for_the_stage(),
            definition=definition,
            cast=replace(cast, nominees=tuple(standing)),
            report=self.report,
            workers=self.workers,
            api=PatientApi(platform.url, Journal()),
            now=definition.calendar.phase("nomination").opens_at,
        )

    def _prologue(self, vote: SiegeStage, stand: SiegeStage) -> dict[str, object]:
        """All that must be before people vote; returns the first calendar."""
        vote.tick(3600)
        founding.found_primary(vote)
        founding.found_primary(stand)
        nominations.nominate_and_vet(vote)
        roll.freeze_roll(vote)
        roll.hand_in_keys(vote, self.folder / "trustees")
        roll.finalise_ballot(vote)
        closes = vote.definition.calendar.phase("voting").closes_at
        vote.advance(closes - timedelta(hours=4))
        voting.extend_voting(vote)
        vote.advance(closes + timedelta(hours=1))
        return vote.definition.calendar.to_document()

    def _siege(
        self, audit: Audit, ground: Ground, faults: list[Fault], ballots: int
    ) -> Outcome:
        """The load and the nemesis at once, until both have done enough."""
        voters, applicants = audit.voters, audit.applicants
        ground.mischief.tap()
        journal = Journal()
        _note_in(journal, voters.stage, applicants.stage)
        voting_crowd = Crowd("voter", voters.turns(), voters.cast, _VOTERS)
        standing = iter(applicants.stage.cast.nominees)
        standing_crowd = Crowd("applicant", standing, applicants.apply, _APPLICANTS)
        nemesis = Nemesis(ground=ground, report=self.report)
        self.report.act("The siege", "")

        def have_voted(share: float) -> bool:
            voting_crowd.require_well()
            standing_crowd.require_well()
            return len(voters.acknowledged) >= share * ballots

        audit.region.settle()
        with (
            _time_passes(voters.stage),
            audit.region.under_fire(have_voted),
            voting_crowd.at_work(),
            standing_crowd.at_work(),
        ):
            nemesis.strike(faults, lambda n: have_voted(n / len(faults)))
            while not have_voted(1):
                time.sleep(0.2)
        _note_in(Journal(), voters.stage, applicants.stage)  # nobody votes any more
        ended = time.monotonic()
        _recover(ground, voters.stage)
        calm = time.monotonic() - ended
        return Outcome(nemesis=nemesis, journal=journal, seconds_to_calm=calm)

    def _count(self, vote: SiegeStage, nemesis: Nemesis, faults: list[Fault]) -> None:
        """The boxes are sealed, counted and published while the nemesis goes on.

        It strikes from this thread, for servers end with the thread that starts them.
        """
        acts = (self._seal, self._decrypt, counting.publish)
        played: list[object] = []

        def play() -> None:
            for act in acts:
                act(vote)
                played.append(act)

        def have_played(share: float) -> bool:
            return len(played) >= share * len(acts) or counted.done()

        with _time_passes(vote), ThreadPoolExecutor(1) as others:
            counted = others.submit(play)
            nemesis.strike(faults, lambda n: have_played(n / len(faults)))
            counted.result()
        _recover(nemesis.ground, vote)

    def _seal(self, vote: SiegeStage) -> None:
        vote.advance(vote.definition.calendar.instant("tie_lot") - timedelta(hours=1))
        counting.seal_boards(vote)

    def _decrypt(self, vote: SiegeStage) -> None:
        counting.decrypt(vote, self.folder)

    def _verify(self, vote: SiegeStage) -> dict[str, Verified]:
        """Every board, and that the results are what people chose."""
        documents = publication.leave_files(vote)
        boards = publication.verify_boards(vote)
        publication.compare(vote, documents, boards)
        return boards


def _note_in(journal: Journal, *stages: SiegeStage) -> None:
    """From now on everybody who asks writes into this journal."""
    for stage in stages:
        stage.api = PatientApi(stage.api.url, journal)


def _recover(ground: Ground, stage: SiegeStage) -> None:
    """Every process becomes ready in time, and all that waits gets done."""
    await_that(lambda: not ground.platform.unready(), seconds=_READY)
    stage.wait_until_idle()


@contextmanager
def _time_passes(stage: SiegeStage) -> Iterator[None]:
    """The platform's clock goes on for the block."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(_TICK):
            stage.tick(_TICK)

    thread = threading.Thread(target=run, name="clock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
