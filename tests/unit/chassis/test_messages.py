"""A message to a telephone: queued with its reason, delivered once, then forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from chassis.db import Database, new_metadata
from chassis.messages import (
    MESSAGES,
    MessageState,
    TelephoneInbox,
    deliver_messages,
    messages_table,
    messages_to,
    queue_message,
    queue_messages,
)
from chassis.testing import CollectingSender, FrozenClock
from chassis.vault import Vault

VAULT = Vault(b"a key of exactly thirty-two byte")
TELEPHONE = "+77000000001"


class DeadProvider:
    """A provider that never answers."""

    forgets = True

    def send(self, telephone: str, text: str) -> None:
        raise OSError("no route")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    metadata = new_metadata()
    messages_table(metadata)
    database = Database(f"sqlite:///{tmp_path}/messages.db")
    metadata.create_all(database.engine)
    yield database
    database.close()


def send_code(db: Database) -> None:
    with db.transaction() as session:
        queue_message(
            session,
            FrozenClock(),
            VAULT,
            telephone=TELEPHONE,
            purpose="sign_in",
            text="Your code is 123456",
        )


def test_a_message_is_delivered_once_and_its_text_is_forgotten(db: Database) -> None:
    send_code(db)
    sender = CollectingSender()

    deliver_messages(db, FrozenClock(), VAULT, sender)
    deliver_messages(db, FrozenClock(), VAULT, sender)

    assert sender.sent == [(TELEPHONE, "Your code is 123456")]
    with db.reading() as session:
        row = session.execute(sa.select(MESSAGES)).one()
    assert (row.state, row.text) == (MessageState.DELIVERED, None)


def test_neither_number_nor_text_can_be_read_in_the_database(db: Database) -> None:
    send_code(db)

    with db.reading() as session:
        row = session.execute(sa.select(MESSAGES)).one()

    assert TELEPHONE.encode() not in row.telephone
    assert b"123456" not in row.text


def test_a_provider_that_stays_silent_is_tried_a_few_times(db: Database) -> None:
    send_code(db)
    clock = FrozenClock()

    tries = []
    for _ in range(7):
        tries.append(deliver_messages(db, clock, VAULT, DeadProvider()))
        clock.tick(minutes=1)

    assert tries == [1, 1, 1, 1, 1, 0, 0]
    with db.reading() as session:
        assert session.scalar(sa.select(MESSAGES.c.state)) == MessageState.FAILED


def test_a_provider_may_be_silent_for_minutes(db: Database) -> None:
    send_code(db)
    clock = FrozenClock()
    for _ in range(120):
        deliver_messages(db, clock, VAULT, DeadProvider())
        clock.tick(seconds=1)
    clock.tick(minutes=1)
    sender = CollectingSender()

    deliver_messages(db, clock, VAULT, sender)

    assert len(sender.sent) == 1


def test_a_message_is_noted_as_sent_before_the_next_one_goes(db: Database) -> None:
    for _ in range(3):
        send_code(db)

    class FallsDead(CollectingSender):
        def send(self, telephone: str, text: str) -> None:
            if len(self.sent) == 2:
                raise KeyboardInterrupt
            super().send(telephone, text)

    with pytest.raises(KeyboardInterrupt):
        deliver_messages(db, FrozenClock(), VAULT, FallsDead())
    sender = CollectingSender()
    deliver_messages(db, FrozenClock(), VAULT, sender)

    assert len(sender.sent) == 1


def test_a_demonstrations_telephone_keeps_its_messages(db: Database) -> None:
    send_code(db)
    deliver_messages(db, FrozenClock(), VAULT, TelephoneInbox())

    with db.reading() as session:
        received = messages_to(session, VAULT, telephone=TELEPHONE)
        nobody = messages_to(session, VAULT, telephone="+77000000002")

    assert [message.text for message in received] == ["Your code is 123456"]
    assert nobody == []


def test_the_same_value_is_recognised_but_never_looks_the_same() -> None:
    first = VAULT.encrypt("850312401235", purpose="iin")
    second = VAULT.encrypt("850312401235", purpose="iin")

    assert first != second
    assert VAULT.decrypt(first, purpose="iin") == "850312401235"
    same = VAULT.fingerprint("850312401235", purpose="iin")
    assert same == VAULT.fingerprint("850312401235", purpose="iin")
    assert same != VAULT.fingerprint("850312401235", purpose="telephone")


def test_a_value_cannot_be_passed_off_as_another_kind() -> None:
    stored = VAULT.encrypt("850312401235", purpose="iin")

    with pytest.raises(InvalidTag):
        VAULT.decrypt(stored, purpose="telephone")


def test_a_vault_refuses_a_short_key() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"short")


def test_a_notice_goes_to_everybody_on_a_list(db: Database) -> None:
    telephones = [f"+770000001{number:02}" for number in range(60)]
    sender = CollectingSender()
    with db.transaction() as session:
        for receivers in (telephones, []):
            queue_messages(
                session,
                FrozenClock(),
                VAULT,
                telephones=receivers,
                purpose="on_roll",
                text="You are on the roll",
            )

    while deliver_messages(db, FrozenClock(), VAULT, sender):
        pass

    assert sorted(sender.sent) == [(each, "You are on the roll") for each in telephones]
