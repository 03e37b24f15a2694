"""Stand-ins for registration and voting: they say and answer what theirs would.

Everything between them and tally is real: the bus, the outbox, the inbox, calls.
"""

from __future__ import annotations

import types
from typing import Any, ClassVar

from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.events import Event, on
from chassis.operations import serves
from chassis.topology import events_heard
from contracts.voting.operations import ReadRecords
from tests.support.stand_ins import StandIn
from tests.support.tally import BallotBox, record_of


def listening(service: str, heard: list[tuple[str, Any]]) -> Any:
    """Handlers that remember every event meant for a service."""

    def remembering(event: type[Event]) -> Any:
        def remember(session: Session, clock: Clock, facts: Any) -> None:
            heard.append((event.__name__, facts))

        return on(event)(remember)

    handlers = {event.__name__: remembering(event) for event in events_heard(service)}
    return types.SimpleNamespace(**handlers)


class RegistrationStandIn(StandIn):
    """Says who stands, who may vote, and what the lot was."""

    name = "registration"
    handlers = listening("registration", [])


class VotingStandIn(StandIn):
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
