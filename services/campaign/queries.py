"""Reads for the pages of campaign. None of them tells who suggested or supported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from contracts.campaign.errors import (
    UnknownCandidate,
    UnknownProgramme,
    UnknownProgrammeVersion,
    UnknownSuggestion,
)
from contracts.copies import the_primary
from contracts.definition import Definition
from services.campaign.models import (
    Candidate,
    Primary,
    Programme,
    ProgrammeVersion,
    Suggestion,
    Support,
)


def definition_of(session: Session, primary: str) -> Definition:
    """The definition; raise `UnknownPrimary`."""
    return the_primary(session, Primary, primary).definition


def list_candidates(
    session: Session,
    *,
    primary: str,
    after: str | None,
    limit: int,
    **filters: Any,
) -> dict[str, Any]:
    """A page of the candidates by name, with how many fit the filters."""
    definition = definition_of(session, primary)
    fitting = [Candidate.primary == primary, *_candidate_filters(definition, filters)]
    total = session.scalar(sa.select(sa.func.count()).where(*fitting))
    query = sa.select(Candidate).where(*fitting)
    if after:
        last = get_candidate(session, primary, after)
        name = (last.name_key, last.candidacy)
        query = query.where(sa.tuple_(Candidate.name_key, Candidate.candidacy) > name)
    order = query.order_by(Candidate.name_key, Candidate.candidacy)
    rows = session.scalars(order.limit(limit + 1)).all()
    return _page(rows, limit, "candidacy") | {"total": total}


def _candidate_filters(
    definition: Definition, filters: dict[str, Any]
) -> Iterable[sa.ColumnElement[bool]]:
    for name in ("contest", "route", "woman", "young"):
        if filters[name] is not None:
            yield getattr(Candidate, name) == filters[name]
    if filters["withdrawn"] is not None:
        yield Candidate.withdrawn_because.is_not(None) == filters["withdrawn"]
    if filters["territory"]:
        yield Candidate.territory.in_(definition.codes_in(filters["territory"]))
    if filters["text"]:
        part = filters["text"].casefold()
        yield Candidate.search.contains(part, autoescape=True)


def get_candidate(session: Session, primary: str, candidacy: str) -> Candidate:
    """The candidate; raise `UnknownCandidate`."""
    candidate = session.get(Candidate, (primary, candidacy))
    if candidate is None:
        raise UnknownCandidate(candidacy=candidacy)
    return candidate


def list_programmes(
    session: Session,
    *,
    primary: str,
    territory: str | None,
    after: str | None,
    limit: int,
) -> dict[str, Any]:
    """A page of the programmes by territory code, with their newest versions."""
    suggestions = sa.select(sa.func.count()).where(
        Suggestion.primary == primary, Suggestion.territory == Programme.territory
    )
    query = (
        sa.select(
            Programme.territory,
            Programme.region,
            Programme.version,
            ProgrammeVersion.programme_hash,
            ProgrammeVersion.published_at,
            suggestions.scalar_subquery().label("suggestions"),
        )
        .join(ProgrammeVersion, _is_newest())
        .where(Programme.primary == primary, Programme.territory > (after or ""))
    )
    definition = definition_of(session, primary)
    if territory:
        query = query.where(Programme.territory.in_(definition.codes_in(territory)))
    rows = session.execute(query.order_by(Programme.territory).limit(limit + 1)).all()
    return _page(rows, limit, "territory")


def _is_newest() -> sa.ColumnElement[bool]:
    return sa.and_(
        ProgrammeVersion.primary == Programme.primary,
        ProgrammeVersion.territory == Programme.territory,
        ProgrammeVersion.version == Programme.version,
    )


def read_programme(session: Session, *, primary: str, territory: str) -> dict[str, Any]:
    """The newest version and the history of a programme."""
    query = sa.select(ProgrammeVersion).where(
        ProgrammeVersion.primary == primary, ProgrammeVersion.territory == territory
    )
    history = session.scalars(query.order_by(ProgrammeVersion.version)).all()
    if not history:
        raise UnknownProgramme(territory=territory)
    newest = history[-1]
    return {
        "territory": territory,
        "region": definition_of(session, primary).region_of(territory).code,
        "version": newest.version,
        "programme_hash": newest.programme_hash,
        "published_at": newest.published_at,
        "sections": newest.sections,
        "versions": history,
    }


def get_version(
    session: Session, primary: str, territory: str, version: int
) -> ProgrammeVersion:
    """One version; raise `UnknownProgramme` or `UnknownProgrammeVersion`."""
    row = session.get(ProgrammeVersion, (primary, territory, version))
    if row is not None:
        return row
    if session.get(Programme, (primary, territory)) is None:
        raise UnknownProgramme(territory=territory)
    raise UnknownProgrammeVersion(territory=territory, version=version)


def list_suggestions(
    session: Session,
    *,
    primary: str,
    territory: str,
    after: str | None,
    limit: int,
    **filters: Any,
) -> dict[str, Any]:
    """A page of a programme's suggestions, oldest first."""
    if session.get(Programme, (primary, territory)) is None:
        raise UnknownProgramme(territory=territory)
    query = _suggestions(primary).where(Suggestion.territory == territory)
    for name, value in filters.items():
        if value is not None:
            query = query.where(getattr(Suggestion, name) == value)
    if after:
        query = query.where(_is_after(get_suggestion(session, primary, after)))
    order = query.order_by(Suggestion.suggested_at, Suggestion.suggestion)
    return _page(session.execute(order.limit(limit + 1)).all(), limit, "suggestion")


def _is_after(last: Any) -> sa.ColumnElement[bool]:
    at_once = sa.and_(
        Suggestion.suggested_at == last.suggested_at,
        Suggestion.suggestion > last.suggestion,
    )
    return sa.or_(Suggestion.suggested_at > last.suggested_at, at_once)


def get_suggestion(session: Session, primary: str, suggestion: str) -> Any:
    """One suggestion with its number of supports; raise `UnknownSuggestion`."""
    query = _suggestions(primary).where(Suggestion.suggestion == suggestion)
    row = session.execute(query).one_or_none()
    if row is None:
        raise UnknownSuggestion(suggestion=suggestion)
    return row


def supported_by(session: Session, supporters: Sequence[str]) -> Sequence[str]:
    """The suggestions that these have backed; each hash stands for one alone."""
    query = sa.select(Support.suggestion).where(Support.supporter.in_(supporters))
    return session.scalars(query.order_by(Support.suggestion)).all()


def _suggestions(primary: str) -> sa.Select[*tuple[Any, ...]]:
    supports = sa.select(sa.func.count()).where(
        Support.suggestion == Suggestion.suggestion
    )
    return sa.select(
        Suggestion.suggestion,
        Suggestion.territory,
        Suggestion.section,
        Suggestion.kind,
        Suggestion.text,
        Suggestion.language,
        Suggestion.state,
        Suggestion.reason,
        Suggestion.suggested_at,
        Suggestion.decided_at,
        Suggestion.carried_out_in,
        supports.scalar_subquery().label("supports"),
    ).where(Suggestion.primary == primary)


def _page(rows: Sequence[Any], limit: int, key: str) -> dict[str, Any]:
    """The rows of the page; the cursor is the last one's key, if more follow."""
    items = rows[:limit]
    following = getattr(items[-1], key) if len(rows) > limit else None
    return {"items": items, "next": following}
