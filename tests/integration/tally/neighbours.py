"""Stand-ins for registration and voting: they say and answer what theirs would.

Everything between them and tally is real: the bus, the outbox, the inbox, calls.
"""

from __future__ import annotations

from typing import Any, ClassVar

from chassis.operations import serves
from contracts.voting.operations import ReadRecords
from tests.support.stand_ins import Heard, StandIn, listening
from tests.support.tally import BallotBox, record_of


class RegistrationStandIn(StandIn):
    """Says who stands, who may vote, and what the lot was."""

    name = "registration"
    handlers = listening("registration", [])


class VotingStandIn(StandIn):
    """Says what is on the boards, and shows it again to who asks."""

    name = "voting"
    heard: ClassVar[Heard] = []
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
