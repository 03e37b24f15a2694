"""Transactions commit whole, one writer at a time, with aware instants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import eventlet
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from chassis.clock import SharedClock, SystemClock, clock_from, set_clock
from chassis.config import SettingMissing, Settings
from chassis.db import Database, Instant, new_metadata

METADATA = new_metadata()
counters = sa.Table(
    "counters",
    METADATA,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
    sa.Column("seen_at", Instant()),
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/counters.db")
    METADATA.create_all(database.engine)
    with database.transaction() as session:
        session.execute(counters.insert().values(name="a", value=0))
    yield database
    database.close()


def test_writers_in_one_process_take_turns(db: Database) -> None:
    def count() -> None:
        for _ in range(10):
            with db.transaction() as session:
                value = session.scalar(sa.select(counters.c.value)) or 0
                eventlet.sleep(0)
                session.execute(counters.update().values(value=value + 1))

    threads = [eventlet.spawn(count) for _ in range(10)]
    for thread in threads:
        thread.wait()

    with db.reading() as session:
        assert session.scalar(sa.select(counters.c.value)) == 100


def test_a_failed_transaction_leaves_nothing(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction() as session:  # noqa: PT012
        session.execute(counters.update().values(value=7))
        _ = 1 / 0

    with db.reading() as session:
        assert session.scalar(sa.select(counters.c.value)) == 0


def test_whoever_wants_to_know_is_told_after_the_commit(db: Database) -> None:
    told: list[str] = []
    db.after_commit.append(lambda _: told.append("committed"))

    with db.transaction():
        assert told == []

    assert told == ["committed"]


def test_an_instant_comes_back_in_utc(db: Database) -> None:
    noon_in_almaty = datetime(2020, 10, 1, 12, tzinfo=timezone(timedelta(hours=6)))

    with db.transaction() as session:
        session.execute(counters.update().values(seen_at=noon_in_almaty))
    with db.reading() as session:
        stored = session.scalar(sa.select(counters.c.seen_at))

    assert stored == noon_in_almaty
    assert stored is not None
    assert stored.tzinfo == UTC


def test_an_instant_without_a_zone_is_refused(db: Database) -> None:
    naive = datetime(2020, 10, 1, 12)  # noqa: DTZ001 (what is refused)

    with pytest.raises(StatementError), db.transaction() as session:
        session.execute(counters.update().values(seen_at=naive))


def test_processes_that_share_a_clock_see_the_same_instant(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    instant = datetime(2020, 10, 1, 12, tzinfo=UTC)

    set_clock(path, instant)

    assert SharedClock(path).now() == instant
    assert isinstance(clock_from(str(path)), SharedClock)


def test_without_a_shared_clock_the_machines_own_counts() -> None:
    clock = clock_from(None)

    assert isinstance(clock, SystemClock)
    assert clock.now().tzinfo == UTC


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(SettingMissing, match="PRIMARIES_VOTING_DATABASE_URL"):
        _ = Settings("voting", {}).database_url
