"""The first hour of a vote: the platform as it is deployed, behind nginx.

The processes run with the settings of their containers; only the clock is a file and
telephones are inboxes, so that the people can be played.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa

from chassis.clock import set_clock
from contracts.definition import Definition, Route
from tests.deploy.site import Site, render, serving
from tests.deploy.topology import Topology, deployed
from tests.faults.siege.journal import Journal
from tests.faults.siege.parties import (
    SiegeOptions,
    size_of_the_vote,
    where_people_vote,
)
from tests.faults.siege.patience import PatientApi
from tools.demo.acts import founding, nominations, roll
from tools.demo.cast import gather_cast
from tools.demo.platform import Platform
from tools.demo.report import Report
from tools.demo.stage import Stage
from tools.private_servers import private_cluster, private_node
from tools.private_servers.programs import free_address


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Everything is ready for a crowd."""

    stage: Stage
    site: Site
    topology: Topology
    database: str

    def ask(self, service: str, query: str) -> list[sa.Row[tuple[object, ...]]]:
        """The rows that a database's superuser sees."""
        url = sa.make_url(self.database).set(database=service)
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            return list(connection.execute(sa.text(query)).all())


@contextmanager
def first_hour(
    folder: Path, report: Report, workers: Executor, *, voters: int
) -> Iterator[Scene]:
    """A primary in which the vote has just begun; everything is stopped afterwards."""
    folder.chmod(0o711)  # the database's own account walks through
    primary = where_people_vote()
    begins = primary.calendar.phase("nomination").opens_at + timedelta(hours=1)
    clock = folder / "clock"
    set_clock(clock, begins)
    told = {"PRIMARIES_DEMO": "1", "PRIMARIES_CLOCK_FILE": str(clock)}
    with ExitStack() as stack:
        node = stack.enter_context(private_node(folder))
        # a ballot is acknowledged when it is on the disk, here as anywhere
        database = stack.enter_context(private_cluster(folder, durable=True)).url
        topology = stack.enter_context(
            deployed(folder / "settings", node, database, free_address(), **told)
        )
        web = folder / "nginx"
        web.mkdir()
        site = render(web, topology.gateway)
        stack.enter_context(serving(site))
        stage = _stage(folder, topology, primary, report, workers, voters)
        _play(stage, folder)
        yield Scene(stage=stage, site=site, topology=topology, database=database)


def _stage(
    folder: Path,
    topology: Topology,
    primary: Definition,
    report: Report,
    workers: Executor,
    voters: int,
) -> Stage:
    size = size_of_the_vote(voters)
    cast = gather_cast(primary, size, Random(primary.primary))
    standing = tuple(replace(one, route=Route.SELF) for one in cast.nominees)
    url = f"http://{topology.gateway}"
    return Stage(
        options=SiegeOptions(seed=1, folder=folder, size_of_siege=size),
        platform=Platform(
            url=url,
            shown_at=url,
            clock=folder / "clock",
            environment=topology.settings_of("registration"),
            children=(),
        ),
        definition=primary,
        cast=replace(cast, nominees=standing),
        report=report,
        workers=workers,
        api=PatientApi(url, Journal()),
        now=primary.calendar.phase("nomination").opens_at + timedelta(hours=1),
    )


def _play(stage: Stage, folder: Path) -> None:
    """All that comes before the vote."""
    founding.found_primary(stage)
    nominations.nominate_and_vet(stage)
    roll.freeze_roll(stage)
    roll.hand_in_keys(stage, folder / "trustees")
    roll.finalise_ballot(stage)
    opens = stage.definition.calendar.phase("voting").opens_at
    stage.advance(opens + timedelta(minutes=10))
    stage.act("Voting opens")
