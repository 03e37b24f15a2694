"""The statistics of nominations, counted anew from the nominations themselves.

Applications count on the day they came in, registrations and refusals on the day
they were decided. A candidate who stood down later was registered all the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy.orm import Session

from contracts.copies import the_primary
from services.registration import queries
from services.registration.models import Primary

FIELDS = (
    "applications",
    "ppo",
    "self",
    "women",
    "under_35",
    "registered",
    "refused",
)


def nomination_statistics(session: Session, *, primary: str) -> dict[str, Any]:
    """Total, per day and per territory of the contest."""
    the_primary(session, Primary, primary)
    days: dict[Any, Counter[str]] = defaultdict(Counter)
    territories: dict[str, Counter[str]] = defaultdict(Counter)
    for day, territory, numbers in _counted(session, primary):
        days[day].update(numbers)
        territories[territory].update(numbers)
    return {
        "primary": primary,
        "total": _all_fields(sum(days.values(), Counter())),
        "days": [{"day": day} | _all_fields(days[day]) for day in sorted(days)],
        "territories": [
            {"territory": code} | _all_fields(territories[code])
            for code in sorted(territories)
        ],
    }


def _counted(session: Session, primary: str) -> Any:
    for row in queries.applications_counted(session, primary):
        numbers = {
            "applications": row.count,
            row.route: row.count,
            "women": row.count * row.woman,
            "under_35": row.count * row.young,
        }
        yield row.submitted_on, row.territory, numbers
    for row in queries.decisions_counted(session, primary):
        outcome = "registered" if row.registered else "refused"
        yield row.decided_on, row.territory, {outcome: row.count}


def _all_fields(numbers: Counter[str]) -> dict[str, int]:
    return {name: numbers[name] for name in FIELDS}
