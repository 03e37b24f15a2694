"""What campaign does when others speak."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.events import on
from contracts.calendar import Calendar
from contracts.copies import keep_calendar, keep_primary
from contracts.registration.events import (
    CalendarChanged,
    CandidacyRegistered,
    CandidacyWithdrawn,
    LotDrawn,
    PrimaryDefined,
)
from services.campaign import candidates, debates, groups
from services.campaign.models import Primary


@on(PrimaryDefined)
def keep_definition(session: Session, clock: Clock, defined: Any) -> None:
    """Keep our own copy of the primary."""
    keep_primary(session, Primary, document=defined.document)


@on(CalendarChanged)
def keep_newer_calendar(session: Session, clock: Clock, changed: Any) -> None:
    """Work by the newest calendar."""
    calendar = Calendar.from_document(changed.calendar)
    keep_calendar(session, Primary, primary=changed.primary, calendar=calendar)


@on(CandidacyRegistered)
def open_candidate_page(session: Session, clock: Clock, registered: Any) -> None:
    """Give the new candidate a page."""
    candidates.open_page(
        session,
        primary=registered.primary,
        contest=registered.contest,
        candidacy=registered.candidacy,
        member=registered.member,
        name=registered.name,
        birth_year=registered.birth_year,
        occupation=registered.occupation,
        route=registered.route,
        woman=registered.woman,
        young=registered.young,
    )


@on(CandidacyWithdrawn)
def strike_candidate(session: Session, clock: Clock, withdrawn: Any) -> None:
    """Strike the page through, and take the candidate out of their debate."""
    who = {"primary": withdrawn.primary, "candidacy": withdrawn.candidacy}
    candidates.strike_page(session, reason_code=withdrawn.reason_code, **who)
    debates.drop_speaker(session, clock, **who)


@on(LotDrawn)
def keep_lot_of_debates(session: Session, clock: Clock, drawn: Any) -> None:
    """Remember the public value that the groups follow from."""
    groups.keep_lot(session, primary=drawn.primary, lot=drawn.lot, value=drawn.value)
