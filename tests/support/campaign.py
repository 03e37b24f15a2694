"""A primary in the middle of its campaign, for tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.db import Database
from contracts.copies import keep_primary
from services.campaign import candidates, groups, scheduling, timetables
from services.campaign.models import Model, Primary
from tests.support.definitions import a_definition_document

PRIMARY = "tiny-2020"
#: the organising committee of the whole primary
OFFICE = frozenset({""})
REGION = "KZ-AKM"
DISTRICT = "KZ-111000000"
DISTRICT_CONTEST = "maslikhat-kz-111000000"
REGION_CONTEST = "maslikhat-kz-akm"

AFTER_THE_LOT = "2020-09-07T06:00:00+00:00"
WHILE_PROGRAMMES_ARE_OPEN = "2020-09-10T06:00:00+00:00"
AFTER_PROGRAMMES = "2020-09-30T18:00:00+00:00"
AFTER_CAMPAIGNING = "2020-10-03T18:00:00+00:00"
LOT_VALUE = "the closing index of 7 September"


def a_database(directory: Path) -> Database:
    """An empty database of campaign."""
    database = Database(f"sqlite:///{directory}/campaign.db")
    Model.metadata.create_all(database.engine)
    return database


def define_primary(session: Session, **overrides: object) -> None:
    """Let campaign know the tiny primary."""
    keep_primary(session, Primary, document=a_definition_document(**overrides))


def a_candidacy(number: int, **facts: Any) -> dict[str, Any]:
    """What campaign hears about a candidate."""
    return {
        "primary": PRIMARY,
        "candidacy": f"candidacy-{number:03}",
        "contest": DISTRICT_CONTEST,
        "member": f"member-{number:03}",
        "name": f"Candidate {number:03}",
        "birth_year": 1980,
        "occupation": "teacher",
        "route": "self",
        "woman": False,
        "young": False,
    } | facts


def register_candidates(
    session: Session, numbers: Iterable[int], **facts: Any
) -> list[str]:
    """Open the pages of these candidates; gives their candidacies."""
    known = [a_candidacy(number, **facts) for number in numbers]
    for candidacy in known:
        candidates.open_page(session, **candidacy)
    return [candidacy["candidacy"] for candidacy in known]


def draw(session: Session, clock: Clock) -> dict[str, int]:
    """Enter the lot's value and make the groups."""
    groups.keep_lot(session, primary=PRIMARY, lot="debates", value=LOT_VALUE)
    return groups.draw_debates(session, clock, scopes=OFFICE, primary=PRIMARY)


def schedule(session: Session, clock: Clock, region: str = REGION) -> dict[str, Any]:
    """Give a region's debates their places, all in one transaction."""
    where = {"primary": PRIMARY, "region": region}
    question = scheduling.read_region(session, clock, scopes=OFFICE, **where)
    return scheduling.publish_timetable(
        session, clock, placements=timetables.schedule(question), **where
    )
