"""Stand-ins for registration and voting: they say and answer what theirs would.

Everything between them and tally is real: the bus, the outbox, the inbox, calls.
"""

from __future__ import annotations

import types
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.db import new_metadata
from chassis.events import Event, on
from chassis.inbox import inbox_table
from chassis.operations import serves
from chassis.outbox import outbox_table, public_log_table
from chassis.service import Service
from chassis.topology import events_heard
from contracts.voting.operations import ReadRecords
from tests.support.tally import BallotBox, record_of

METADATA = new_metadata()
outbox_table(METADATA)
public_log_table(METADATA)
inbox_table(METADATA)


def make_tables(url: str) -> str:
    """Give a neighbour its tables; the URL again."""
    engine = sa.create_engine(url)
    METADATA.create_all(engine)
    engine.dispose()
    return url


def listening(service: str, heard: list[tuple[str, Any]]) -> Any:
    """Handlers that remember every event meant for a service."""

    def remembering(event: type[Event]) -> Any:
        def remember(session: Session, clock: Clock, facts: Any) -> None:
            heard.append((event.__name__, facts))

        return on(event)(remember)

    handlers = {event.__name__: remembering(event) for event in events_heard(service)}
    return types.SimpleNamespace(**handlers)


class RegistrationStandIn(Service):
    """Says who stands, who may vote, and what the lot was."""

    name = "registration"
    handlers = listening("registration", [])


class VotingStandIn(Service):
    """Says what is on the boards, and shows it again to who asks."""

    name = "voting"
    heard: ClassVar[list[tuple[str, Any]]] = []
    handlers = listening("voting", heard)
    boxes: ClassVar[dict[str, BallotBox]] = {}

    @serves(ReadRecords)
    def read_records(
        self, _: object, *, primary: str, board: str, after: int, limit: int
    ) -> dict[str, Any]:
        """The records after a height."""
        entries = self.boxes[board].entries[after + 1 :][:limit]
        kinds = ("Setup", *["Ballot"] * (len(self.boxes[board].entries) - 2))
        kinds += ("EndBallots",)
        items = [record_of(entry, kinds[entry.height]) for entry in entries]
        return {"items": items, "next": None}
