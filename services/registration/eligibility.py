"""Who may stand where."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.definition import Contest, Definition
from contracts.registration.errors import (
    DocumentsMissing,
    LivesElsewhere,
    ResidenceTooShort,
    TooYoung,
    UnknownDocuments,
)
from services.registration.models import Member


def require_eligible(definition: Definition, contest: Contest, member: Member) -> None:
    """Raise the first reason for which this member may not stand in the contest."""
    if definition.age_on_reference_date(member.born_on) < contest.min_age:
        raise TooYoung(
            contest=contest.id,
            min_age=contest.min_age,
            reference_date=definition.reference_date.isoformat(),
        )
    if not definition.may_stand(contest.id, member.territory):
        raise LivesElsewhere(contest=contest.id, residence=contest.residence)
    years = definition.nomination.residence_years
    if definition.age_on_reference_date(member.resident_since) < years:
        raise ResidenceTooShort(residence_years=years)


def require_documents(
    definition: Definition, route: str, documents: Iterable[str]
) -> None:
    """Raise unless exactly documents of the route's checklist, and all, are there."""
    needed = {each.id for each in definition.nomination.documents_for(route)}
    brought = set(documents)
    if unknown := brought - needed:
        raise UnknownDocuments(documents=sorted(unknown))
    if missing := needed - brought:
        raise DocumentsMissing(documents=sorted(missing))
