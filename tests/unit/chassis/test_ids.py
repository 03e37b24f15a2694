"""Identifiers that keep an order need no clock of the platform."""

from __future__ import annotations

from pathlib import Path

from chassis.db import Database, new_metadata
from chassis.ids import ordered_id
from chassis.messages import messages_table, messages_to, queue_message
from chassis.testing import FrozenClock
from chassis.vault import Vault

VAULT = Vault(b"a key of exactly thirty-two byte")


def test_ordered_ids_sort_in_the_order_of_their_making():
    made = [str(ordered_id()) for _ in range(200)]

    assert sorted(made) == made
    assert len(set(made)) == 200


def test_messages_of_one_instant_are_shown_newest_first(tmp_path: Path):
    metadata = new_metadata()
    messages_table(metadata)
    db = Database(f"sqlite:///{tmp_path}/messages.db")
    metadata.create_all(db.engine)
    to = {"telephone": "+77000000001", "purpose": "sign_in"}
    for number in range(5):
        with db.transaction() as session:
            queue_message(session, FrozenClock(), VAULT, text=f"{number}", **to)

    with db.reading() as session:
        shown = messages_to(session, VAULT, telephone="+77000000001")

    db.close()
    assert [each.text for each in shown] == ["4", "3", "2", "1", "0"]
