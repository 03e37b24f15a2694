"""The final ballot: the candidates of every contest, in the order of their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import Clock
from contracts.copies import the_primary
from contracts.definition import Contest, Definition
from contracts.registration.events import BallotFinalised
from services.registration import queries
from services.registration.announcements import announce
from services.registration.instants import require_after
from services.registration.models import Primary
from services.registration.offices import require_central_office


def finalise_ballot(
    session: Session, clock: Clock, principal: Principal, *, primary: str
) -> dict[str, Any]:
    """Announce every contest's candidates, once; one without any as well."""
    known = the_primary(session, Primary, primary)
    require_central_office(principal, known.definition)
    require_after(known, "candidates_final", clock.now())
    candidates = _candidates(session, primary)
    row = session.get_one(Primary, primary, with_for_update=True)
    if row.ballot_finalised_at is None:
        row.ballot_finalised_at = clock.now()
        for contest in known.definition.contests:
            _announce(session, clock, known.definition, contest, candidates[contest.id])
    return {
        "finalised_at": row.ballot_finalised_at,
        "contests": len(known.definition.contests),
        "candidates": sum(map(len, candidates.values())),
    }


def _candidates(session: Session, primary: str) -> dict[str, list[dict[str, str]]]:
    by_contest: dict[str, list[dict[str, str]]] = defaultdict(list)
    standing = queries.standing_candidates(session, primary)
    for row in sorted(standing, key=lambda row: (row.name.casefold(), row.candidacy)):
        line = {"candidacy": row.candidacy, "name": row.name}
        by_contest[row.contest].append(line)
    return by_contest


def _announce(
    session: Session,
    clock: Clock,
    definition: Definition,
    contest: Contest,
    candidates: Sequence[dict[str, str]],
) -> None:
    announce(
        session,
        clock,
        definition,
        BallotFinalised,
        contest.territory,
        contest=contest.id,
        candidate_count=len(candidates),
        candidates=candidates,
    )
