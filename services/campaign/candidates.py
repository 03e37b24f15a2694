"""Candidates and the pages they write."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.clock import Clock
from contracts.calendar import PhaseName
from contracts.campaign.errors import (
    CandidateHasWithdrawn,
    LanguageNotOffered,
    NotYourPage,
    PageChangedMeanwhile,
    UnknownCandidate,
)
from contracts.definition import Definition
from services.campaign.models import Candidate
from services.campaign.offices import known_primary, require_not_over


def open_page(
    session: Session, *, primary: str, contest: str, candidacy: str, **facts: Any
) -> None:
    """Give a registered candidate a page of their own."""
    definition = known_primary(session, primary).definition
    territory = definition.contest(contest).territory
    page = definition.whereabouts(territory) | {
        "candidacy": candidacy,
        "contest": contest,
        "name_key": facts["name"].casefold(),
        "search": f"{facts['name']}\n{facts['occupation']}".casefold(),
    }
    # eleven thousand come within days: past the unit of work, which costs as much
    session.execute(sa.insert(Candidate), page | facts)


def strike_page(
    session: Session, *, primary: str, candidacy: str, reason_code: str
) -> None:
    """Mark who no longer stands; the page stays, struck through."""
    candidate = get_candidate(session, primary, candidacy)
    candidate.withdrawn_because = reason_code
    session.flush()


def edit_page(
    session: Session,
    clock: Clock,
    *,
    candidacies: frozenset[str],
    primary: str,
    candidacy: str,
    **page: Any,
) -> Candidate:
    """Let a candidate write their page until campaigning ends."""
    if candidacy not in candidacies:
        raise NotYourPage
    known = known_primary(session, primary)
    require_not_over(known, PhaseName.CAMPAIGNING, clock.now())
    _require_languages(known.definition, page["translations"])
    candidate = get_candidate(session, primary, candidacy)
    if candidate.withdrawn:
        raise CandidateHasWithdrawn
    _write_page(candidate, clock, **page)
    return candidate


def _require_languages(definition: Definition, translations: dict[str, Any]) -> None:
    """The page itself is in the first language, its translations in the others."""
    others = definition.languages[1:]
    for language in translations:
        if language not in others:
            raise LanguageNotOffered(language=language, languages=", ".join(others))


def _write_page(
    candidate: Candidate, clock: Clock, *, version: int, **content: Any
) -> None:
    """Put the new content in place, unless the page has moved on."""
    if candidate.version != version:
        raise PageChangedMeanwhile(version=candidate.version)
    for name, value in content.items():
        setattr(candidate, name, value)
    candidate.version += 1
    candidate.edited_at = clock.now()


def get_candidate(session: Session, primary: str, candidacy: str) -> Candidate:
    """The candidate, locked; raise `UnknownCandidate`."""
    candidate = session.get(Candidate, (primary, candidacy), with_for_update=True)
    if candidate is None:
        raise UnknownCandidate(candidacy=candidacy)
    return candidate
