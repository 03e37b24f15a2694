"""What registration does when voting speaks."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.events import on
from contracts.voting.events import (
    BallotBoxSealed,
    CalendarChangeAccepted,
    CalendarChangeRefused,
)
from services.registration.calendar_changes import keep_answer
from services.registration.roll import destroy_credentials


@on(BallotBoxSealed)
def forget_credentials(session: Session, clock: Clock, facts: Any) -> None:
    """A sealed board takes no ballot any more: its credentials go."""
    destroy_credentials(session, clock, primary=facts.primary, board=facts.board)


@on(CalendarChangeAccepted)
def keep_acceptance(session: Session, clock: Clock, facts: Any) -> None:
    """Voting works by the version now."""
    keep_answer(
        session,
        primary=facts.primary,
        version=facts.version,
        answer="accepted",
        reason=None,
    )


@on(CalendarChangeRefused)
def keep_refusal(session: Session, clock: Clock, facts: Any) -> None:
    """Voting cannot work by the version, and says why."""
    keep_answer(
        session,
        primary=facts.primary,
        version=facts.version,
        answer="refused",
        reason=facts.reason,
    )
