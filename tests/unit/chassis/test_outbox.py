"""What is recorded goes out once it is committed, in order, numbered per territory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
import structlog.testing
from marshmallow import ValidationError

from chassis import outbox
from chassis.db import Database
from chassis.effects import apply_events
from chassis.errors import InvalidPayload
from chassis.events import Envelope
from chassis.inbox import first_times, purge
from chassis.publishing import NotTaken, Unroutable
from chassis.relay import EVERY_SHARD, relay_once
from chassis.testing import FrozenClock, an_envelope, recorded
from tests.integration.chassis import toy


class Broker:
    """Takes messages into a list; refuses when told to."""

    def __init__(self) -> None:
        self.taken: list[SimpleNamespace] = []
        self.refuses = False
        self.has_no_queue_for = ""

    def publish(
        self, body: str, exchange: str, routing_key: str, message_id: str
    ) -> None:
        message = SimpleNamespace(
            body=json.loads(body), exchange=exchange, key=routing_key, id=message_id
        )
        self.taken.append(message)

    def settle(self, timeout: float = 10.0) -> None:
        if self.refuses:
            raise NotTaken("refused")
        if self.taken and self.taken[-1].body["data"]["word"] == self.has_no_queue_for:
            raise Unroutable("returned")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/said.db")
    toy.SAID.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/heard.db")
    toy.HEARD.create_all(database.engine)
    yield database
    database.close()


def speak(db: Database, word: str, territory: str = "KZ-111000000") -> None:
    facts = {"region": "KZ-AKM", "territory": territory, "word": word, "whisper": "x"}
    with db.transaction() as session:
        outbox.record(
            session, FrozenClock(), toy.WordSpoken, primary="test-2020", **facts
        )


def test_nothing_is_announced_when_the_change_is_rolled_back(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction() as session:  # noqa: PT012
        toy.say(session, FrozenClock(), "regret")
        _ = 1 / 0

    broker = Broker()
    assert relay_once(db, broker) == 0
    assert broker.taken == []


def test_an_event_with_a_missing_fact_is_not_recorded(db: Database) -> None:
    with pytest.raises((InvalidPayload, ValidationError)), db.transaction() as session:
        outbox.record(session, FrozenClock(), toy.WordSpoken, word="half")

    with db.reading() as session:
        assert recorded(session, toy.WordSpoken) == []


def test_the_public_log_gets_the_public_part_alone(db: Database) -> None:
    speak(db, "hello")
    broker = Broker()

    relay_once(db, broker)

    internal, public = broker.taken
    assert internal.exchange == "primaries.speaker"
    assert internal.body["data"]["whisper"] == "x"
    assert public.exchange == "primaries.public"
    assert public.key == "KZ-AKM.KZ-111000000.speaker.word_spoken.v1"
    assert "whisper" not in public.body["data"]
    assert internal.id == public.id


def test_numbers_run_without_a_gap_in_each_territory(db: Database) -> None:
    for word, territory in [("a", "N"), ("b", "S"), ("c", "N"), ("d", "N"), ("e", "S")]:
        speak(db, word, territory)
    broker = Broker()

    relay_once(db, broker)

    public = [m.body for m in broker.taken if m.exchange == "primaries.public"]
    numbers = {t: [b["sequence"] for b in public if b["subject"] == t] for t in "NS"}
    assert numbers == {"N": [1, 2, 3], "S": [1, 2]}


def test_what_the_broker_did_not_take_goes_out_again_with_the_same_number(
    db: Database,
) -> None:
    speak(db, "again")
    broker = Broker()
    broker.refuses = True
    with pytest.raises(NotTaken):
        relay_once(db, broker)

    broker.refuses = False
    assert relay_once(db, broker) == 1
    assert relay_once(db, broker) == 0

    public = [m for m in broker.taken if m.exchange == "primaries.public"]
    assert [m.body["sequence"] for m in public] == [1, 1]
    assert public[0].id == public[1].id


def test_the_public_log_can_be_read_from_any_position(db: Database) -> None:
    for word in "abc":
        speak(db, word)
    relay_once(db, Broker())

    with db.reading() as session:
        first = outbox.public_events(session, after=0, limit=1)
        rest = outbox.public_events(
            session, after=first[0].position, limit=9, place="KZ-AKM"
        )
        elsewhere = outbox.public_events(session, after=0, limit=9, place="KZ-KUS")

    assert [row.data["word"] for row in (*first, *rest)] == ["a", "b", "c"]
    assert elsewhere == []


def heard(db: Database) -> list[str]:
    with db.reading() as session:
        return list(session.scalars(sa.select(toy.heard_words.c.word)))


def spoken(word: str) -> Envelope:
    place = {"primary": "p", "region": "R", "territory": "T"}
    return an_envelope(toy.WordSpoken, **place, word=word, whisper="x")


HANDLERS: dict[str, Any] = {toy.WordSpoken.type: toy.hear}


def test_an_event_delivered_twice_has_its_effect_once(listener: Database) -> None:
    envelope = spoken("once")

    apply_events(listener, FrozenClock(), HANDLERS, [envelope, envelope])
    apply_events(listener, FrozenClock(), HANDLERS, [envelope])

    assert heard(listener) == ["once"]


def test_a_batch_with_poison_has_no_effect_at_all(listener: Database) -> None:
    with pytest.raises(ValueError, match="poison"):
        apply_events(
            listener, FrozenClock(), HANDLERS, [spoken("good"), spoken("poison")]
        )

    assert heard(listener) == []


def test_an_envelope_is_a_cloud_event_and_survives_its_json() -> None:
    envelope = spoken("hello")

    body = json.loads(envelope.to_json())

    assert body["specversion"] == "1.0"
    assert body["source"] == "/primaries/speaker"
    assert Envelope.from_json(envelope.to_json()) == envelope


def test_what_follows_an_event_that_was_not_taken_waits_with_it(db: Database) -> None:
    for word in ("first", "stuck", "third"):
        speak(db, word)
    broker = Broker()
    broker.has_no_queue_for = "stuck"

    with pytest.raises(Unroutable), structlog.testing.capture_logs() as logs:
        relay_once(db, broker)

    assert words_in(broker) == ["first", "stuck"]
    assert [line["type"] for line in logs] == [toy.WordSpoken.type]
    assert (logs[0]["event"], logs[0]["log_level"]) == ("event_unroutable", "error")
    broker.taken, broker.has_no_queue_for = [], ""
    assert relay_once(db, broker) == 2
    assert words_in(broker) == ["stuck", "third"]


def words_in(broker: Broker) -> list[str]:
    internal = [m for m in broker.taken if m.exchange == "primaries.speaker"]
    return [message.body["data"]["word"] for message in internal]


def whisper(db: Database, territory: str) -> None:
    with db.transaction() as session:
        toy.whisper(session, FrozenClock(), "psst", territory)


def test_what_concerns_one_territory_is_in_one_shard(db: Database) -> None:
    for territory in ["N", "S", "W", "N", "S", "W"]:
        whisper(db, territory)
    broker = Broker()

    shards = [relay_once(db, broker, [shard]) for shard in EVERY_SHARD]

    assert sum(shards) == 6
    keys = {(m.body["subject"], m.key) for m in broker.taken}
    assert len(keys) == 3  # a key for each territory
    assert all(key.startswith(f"{toy.WordWhispered.type}.") for _, key in keys)


def test_sharded_events_go_out_together_and_again_when_one_was_not_taken(
    db: Database,
) -> None:
    for _ in range(3):
        whisper(db, "N")
    broker = Broker()
    broker.refuses = True
    with pytest.raises(NotTaken):
        relay_once(db, broker)

    broker.refuses = False
    assert relay_once(db, broker) == 3

    ids = [message.id for message in broker.taken]
    assert len(ids) == 6  # all three were on their way before the refusal
    assert ids[:3] == ids[3:]


def test_what_is_large_goes_out_in_parts(db: Database) -> None:
    large = "w" * 1_000_000
    with db.transaction() as session:
        for number in range(20):
            toy.whisper(session, FrozenClock(), f"{number:02}{large}", "N")
    broker = Broker()

    parts = [relay_once(db, broker) for _ in range(4)]

    assert parts == [9, 9, 2, 0]
    numbers = [message.body["data"]["word"][:2] for message in broker.taken]
    assert numbers == [f"{number:02}" for number in range(20)]


def test_a_public_event_cannot_be_sharded() -> None:
    with pytest.raises(TypeError, match="cannot be sharded"):
        type(
            "WordShouted",
            (toy.WordSpoken,),
            {"service": "speaker", "sharded_by": "territory"},
        )


def test_receipts_are_kept_for_a_month_and_then_go_in_portions(
    listener: Database,
) -> None:
    clock = FrozenClock()
    facts = {"primary": "p", "region": "R", "territory": "T", "word": "x"}
    envelopes = [an_envelope(toy.WordWhispered, **facts) for _ in range(3)]
    with listener.transaction() as session:
        first_times(session, clock, envelopes)

    clock.tick(days=29)
    with listener.transaction() as session:
        assert purge(session, clock) == 0
    clock.tick(days=2)
    with listener.transaction() as session:
        assert [purge(session, clock, most=2) for _ in range(3)] == [2, 1, 0]
