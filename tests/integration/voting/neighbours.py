"""Stand-ins for registration and tally: they say and answer what theirs would.

Everything between them and voting is real: the bus, the outbox, the inbox, calls.
"""

from __future__ import annotations

from typing import Any, ClassVar

from chassis import outbox
from chassis.events import Event
from chassis.operations import serves
from contracts.registration.operations import ListRoll
from tests.support.stand_ins import Heard, StandIn, database_of, listening
from tests.support.voting import PrimaryInVoting, Roll


class RegistrationStandIn(StandIn):
    """Answers for the roll."""

    name = "registration"
    heard: ClassVar[Heard] = []
    handlers = listening("registration", heard)
    rolls: ClassVar[dict[str, Roll]] = {}

    @serves(ListRoll)
    def list_roll(
        self, _: object, *, primary: str, board: str, after: str | None, limit: int
    ) -> dict[str, Any]:
        """A page of a roll."""
        return self.rolls[board].page(after, limit)


class TallyStandIn(StandIn):
    """Hears of ballots."""

    name = "tally"
    heard: ClassVar[Heard] = []
    handlers = listening("tally", heard)


class PrimaryOnTheBus(PrimaryInVoting):
    """A primary whose events travel instead of being handled at once."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(database_of("registration"), **facts)
        RegistrationStandIn.rolls = self.rolls

    def tell(self, event: type[Event], **facts: Any) -> None:
        """Put the event into the outbox of the service that says such things."""
        place = {"primary": self.primary, "region": "KZ", "territory": "KZ"}
        with database_of(event.service).transaction() as session:
            outbox.record(session, self.clock, event, **(place | facts))
