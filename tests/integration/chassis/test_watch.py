"""The watch calls whoever has something to do, whoever has left it there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import eventlet
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.db import Database
from chassis.service import Service, when
from chassis.testing import eventually, running, test_environment
from tests.integration.chassis import toy

LOOKS = 1.2  # seconds for two looks or more

Asked = Callable[[Session, Clock], bool]


def lies_there(word: str) -> Asked:
    query = sa.select(sa.exists().where(toy.said_words.c.word == word))
    return lambda session, _clock: bool(session.scalar(query))


def has_no_table(session: Session, _clock: Clock) -> bool:
    return bool(session.scalar(sa.text("SELECT 1 FROM nowhere")))


class Chores(Service):
    """Takes words away."""

    name = "speaker"

    @when(has_no_table)
    def look_oneself(self) -> None:
        """Its question cannot be asked."""
        self._note("looked itself")

    @when(lies_there("crumbs"))
    def sweep(self) -> None:
        """Sweep them."""
        self._note("swept")
        self._take_away("crumbs")

    @when(lies_there("stain"))
    def scrub(self) -> None:
        """The first time is not enough."""
        self._note("scrubbed")
        if self._notes().count("scrubbed") == 1:
            raise ValueError("it is still there")
        self._take_away("stain")

    @when(lies_there("laundry"))
    def wash(self) -> None:
        """The first time it takes longer than a look."""
        self._note("washing")
        self._take_away("laundry")
        if self._notes().count("washing") == 1:
            eventlet.sleep(LOOKS)
        self._note("washed")

    def _take_away(self, word: str) -> None:
        with self.db.transaction() as session:
            session.execute(
                toy.said_words.delete().where(toy.said_words.c.word == word)
            )

    def _note(self, what: str) -> None:
        self.settings.environment["notes"].append(what)  # pyright: ignore[reportAttributeAccessIssue]

    def _notes(self) -> Any:
        return self.settings.environment["notes"]


class Household:
    """A service that runs, and another process of it that only writes."""

    def __init__(self, url: str) -> None:
        self.other = Database(url)
        self.notes: list[str] = []

    def leave(self, *words: str) -> None:
        with self.other.transaction() as session:
            for word in words:
                session.execute(toy.said_words.insert().values(word=word))


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/speaker.db"


@pytest.fixture
def postgresql(fresh_database: Callable[[str], str]) -> str:
    return fresh_database("speaker")


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)]
)
def url(request: pytest.FixtureRequest) -> str:
    url = request.getfixturevalue(request.param)
    engine = sa.create_engine(url)
    toy.SAID.create_all(engine)
    engine.dispose()
    return url


@pytest.fixture
def household(url: str, tmp_path: Path) -> Iterator[Household]:
    home = Household(url)
    environment: Any = test_environment(tmp_path, PRIMARIES_SPEAKER_DATABASE_URL=url)
    with running(Chores, environment=environment | {"notes": home.notes}):
        yield home
    home.other.close()


def test_a_job_finds_what_another_process_left_and_runs_for_nothing_else(
    household: Household,
) -> None:
    household.leave("crumbs")

    eventually(lambda: "swept" in household.notes)
    eventlet.sleep(LOOKS)
    assert household.notes.count("swept") == 1
    assert "washing" not in household.notes


def test_a_job_that_took_long_looks_again_at_once(household: Household) -> None:
    household.leave("laundry")

    eventually(lambda: household.notes.count("washed") == 2)
    assert household.notes[-2:] == ["washing", "washed"]


def test_a_job_that_failed_has_another_turn(household: Household) -> None:
    household.leave("stain")

    eventually(lambda: household.notes.count("scrubbed") == 2)


def test_who_cannot_be_asked_looks_itself_and_holds_nobody_up(
    household: Household,
) -> None:
    eventually(lambda: "looked itself" in household.notes)

    household.leave("crumbs")

    eventually(lambda: "swept" in household.notes)


def test_a_job_at_work_is_not_begun_again_and_may_finish_when_all_stops(
    url: str, tmp_path: Path
) -> None:
    home = Household(url)
    home.leave("laundry")
    environment: Any = test_environment(tmp_path, PRIMARIES_SPEAKER_DATABASE_URL=url)
    with running(Chores, environment=environment | {"notes": home.notes}):
        eventually(lambda: "washing" in home.notes)
        eventlet.sleep(LOOKS / 2)
        begun = home.notes.count("washing")
    home.other.close()

    assert begun == 1
    assert home.notes.count("washed") == home.notes.count("washing")
