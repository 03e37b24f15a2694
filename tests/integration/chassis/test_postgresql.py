"""What PostgreSQL gives the chassis: one at a time, and looks that hold still."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import eventlet
import pytest
import sqlalchemy as sa

from chassis.db import Database, is_outage, new_metadata
from chassis.locks import Hold, exclusive
from chassis.messages import deliver_messages, messages_table, queue_message
from chassis.service import every
from chassis.testing import CollectingSender, FrozenClock
from chassis.vault import Vault

pytestmark = pytest.mark.integration

METADATA = new_metadata()
messages_table(METADATA)
words = sa.Table("words", METADATA, sa.Column("word", sa.String(8)))
long_words = sa.Table("long_words", METADATA, sa.Column("word", sa.Text, unique=True))
TOO_LONG = """
    INSERT INTO long_words
    SELECT string_agg(md5(i::text), '') FROM generate_series(1, 999) AS i
"""
VAULT = Vault(b"a key of exactly thirty-two byte")


@pytest.fixture(scope="module")
def url(fresh_database: Callable[[str], str]) -> str:
    made = fresh_database("chassis")
    engine = sa.create_engine(made)
    METADATA.create_all(engine)
    engine.dispose()
    return made


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    with database.transaction() as session:
        session.execute(words.delete())
    database.close()


@pytest.fixture
def replica(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


def test_a_connection_that_the_server_has_ended_is_given_to_nobody(
    db: Database, replica: Database
) -> None:
    with db.reading() as session:
        gone = session.scalar(sa.select(sa.func.pg_backend_pid()))
    with replica.reading() as session:
        session.execute(sa.select(sa.func.pg_terminate_backend(gone, 5000)))

    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.pg_backend_pid())) != gone


def end_sessions_with_locks(db: Database) -> None:
    with db.transaction() as session:
        session.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " JOIN pg_database d ON d.oid = database"
                " WHERE locktype = 'advisory' AND datname = current_database()"
            )
        )


def test_a_lock_has_one_holder_and_passes_on(db: Database, replica: Database) -> None:
    with exclusive(db, "job") as first, exclusive(replica, "job") as second:
        assert first is not None
        assert second is None
    with exclusive(replica, "job") as second:
        assert second is not None


def test_locks_of_different_names_are_apart(db: Database, replica: Database) -> None:
    with exclusive(db, "one") as first, exclusive(replica, "two") as second:
        assert first is not None
        assert second is not None


def test_a_lock_is_given_back_when_the_work_fails(
    db: Database, replica: Database
) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(db, "job"):
        _ = 1 / 0

    with exclusive(replica, "job") as again:
        assert again is not None


def test_a_holder_notices_that_its_lock_is_gone(
    db: Database, replica: Database
) -> None:
    def lose_it(hold: Hold | None) -> None:
        assert hold is not None
        hold.check()
        end_sessions_with_locks(replica)
        hold.check()

    with pytest.raises(sa.exc.OperationalError), exclusive(db, "job") as hold:
        lose_it(hold)


def test_a_job_that_runs_alone_leaves_out_its_turn_while_another_runs_it(
    db: Database, replica: Database
) -> None:
    done: list[str] = []

    class Jobs:
        def __init__(self, name: str, db: Database) -> None:
            self.name, self.db = name, db

        @every(1, alone=True)
        def work(self) -> None:
            done.append(self.name)
            eventlet.sleep(0.2)

    both = [eventlet.spawn(Jobs(*job).work) for job in (("a", db), ("b", replica))]
    for job in both:
        job.wait()

    assert len(done) == 1


def test_a_message_is_sent_once_though_two_replicas_deliver(
    db: Database, replica: Database
) -> None:
    class SlowSender(CollectingSender):
        def send(self, telephone: str, text: str) -> None:
            eventlet.sleep(0.05)
            super().send(telephone, text)

    clock, sender = FrozenClock(), SlowSender()
    with db.transaction() as session:
        for number in range(4):
            queue_message(
                session,
                clock,
                VAULT,
                telephone=f"+7700000000{number}",
                purpose="sign_in",
                text="Your code is 123456",
            )

    both = [
        eventlet.spawn(deliver_messages, each, clock, VAULT, sender)
        for each in (db, replica)
    ]
    for delivering in both:
        delivering.wait()

    assert len(sender.sent) == 4


def test_a_look_holds_still_while_others_write(db: Database, replica: Database) -> None:
    count = sa.select(sa.func.count()).select_from(words)
    with db.reading() as session:
        before = session.scalar(count)
        with replica.transaction() as other:
            other.execute(words.insert().values(word="new"))

        assert session.scalar(count) == before


def test_a_look_cannot_change_anything(db: Database) -> None:
    with pytest.raises(sa.exc.InternalError), db.reading() as session:
        session.execute(words.insert().values(word="sneaked"))


@pytest.mark.parametrize(
    ("statement", "outage"),
    [
        ("SELECT pg_terminate_backend(pg_backend_pid())", True),
        ("SET statement_timeout = 10; SELECT pg_sleep(1)", True),
        ("INSERT INTO words VALUES ('longer than eight')", False),
        ("SELECT * FROM nothing_of_the_kind", False),
        (TOO_LONG, False),
    ],
)
def test_the_databases_own_trouble_is_told_from_the_questions(
    db: Database, statement: str, *, outage: bool
) -> None:
    with pytest.raises(sa.exc.DBAPIError) as raised, db.transaction() as session:
        session.execute(sa.text(statement))

    assert is_outage(raised.value) is outage
