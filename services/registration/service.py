"""Registration, put together: its doors and its jobs."""

from __future__ import annotations

from chassis.messages import (
    deliver_messages,
    has_messages_due,
    messages_waiting,
    sender_from,
)
from chassis.service import every, when
from services.registration import handlers, jobs, queries
from services.registration.doors.nominations import NominationDoor
from services.registration.doors.people import PeopleDoor
from services.registration.doors.primaries import PrimaryDoor
from services.registration.doors.roll import RollDoor


class RegistrationService(PrimaryDoor, PeopleDoor, NominationDoor, RollDoor):
    """Who takes part in a primary, and when what may be done."""

    name = "registration"
    handlers = handlers

    @when(lambda session, _: queries.boards_waiting(session), alone=True)
    def freeze_boards(self) -> None:
        """Make the credentials of boards that wait for them."""
        jobs.freeze_boards(self.db, self.clock, self.vault)

    @when(has_messages_due)
    def send_messages(self) -> None:
        """Deliver messages that wait."""
        sender = sender_from(self.settings)
        deliver_messages(self.db, self.clock, self.vault, sender)

    @every(60, alone=True)
    def forget_expired(self) -> None:
        """Delete sessions and codes that nobody can use any more."""
        jobs.forget_expired(self.db, self.clock)

    def jobs_waiting(self) -> int:
        """Boards without credentials, messages not delivered."""
        with self.db.reading() as session:
            return queries.boards_waiting(session) + messages_waiting(session)
