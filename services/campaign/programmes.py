"""Programmes: the first draft and the versions that follow from suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.clock import Clock
from contracts.calendar import PhaseName
from contracts.campaign.errors import (
    AcceptedSuggestionForgotten,
    ChangeUnaccounted,
    ProgrammeRevisedMeanwhile,
    SuggestionNotAccepted,
    UnknownProgramme,
)
from contracts.campaign.events import ProgrammePublished, ProgrammeRevised
from contracts.campaign.views import SuggestionState
from contracts.definition import Definition, Territory
from services.campaign.models import Programme, ProgrammeVersion, Suggestion
from services.campaign.offices import known_primary, require_not_over, require_office
from services.campaign.sections import apply_changes, first_draft, programme_hash

ACCEPTED = (SuggestionState.ACCEPTED, SuggestionState.ACCEPTED_IN_PART)


def publish_programmes(
    session: Session, clock: Clock, *, scopes: frozenset[str], primary: str
) -> dict[str, int]:
    """Publish the first draft of every programme that has none yet."""
    known = known_primary(session, primary)
    definition = known.definition
    require_office(definition, scopes, definition.country)
    require_not_over(known, PhaseName.PROGRAMMES, clock.now())
    published = set(
        session.scalars(
            sa.select(Programme.territory).where(Programme.primary == primary)
        )
    )
    fresh = [t for t in definition.programme_territories() if t.code not in published]
    for territory in fresh:
        _publish_first_draft(session, clock, definition, territory)
    return {"published": len(fresh), "programmes": len(fresh) + len(published)}


def _publish_first_draft(
    session: Session, clock: Clock, definition: Definition, territory: Territory
) -> None:
    programme = Programme(**definition.whereabouts(territory.code), version=0)
    session.add(programme)
    version = _add_version(
        session, clock, programme, sections=first_draft(definition.sections), changes=[]
    )
    _announce(session, clock, ProgrammePublished, programme, version)


def revise_programme(
    session: Session,
    clock: Clock,
    *,
    scopes: frozenset[str],
    primary: str,
    territory: str,
    **revision: Any,
) -> int:
    """Publish the next version, which carries out every accepted suggestion."""
    definition = known_primary(session, primary).definition
    programme = get_programme(session, primary, territory)
    require_office(definition, scopes, territory)
    if programme.version != revision["based_on"]:
        raise ProgrammeRevisedMeanwhile(version=programme.version)
    changes: list[dict[str, Any]] = revision["changes"]
    accepted = _accepted_suggestions(session, programme)
    _require_accounted(changes, accepted)
    version = _add_version(
        session,
        clock,
        programme,
        sections=apply_changes(
            _newest_sections(session, programme),
            changes,
            languages=definition.languages,
        ),
        changes=[_reason_of(change) for change in changes],
    )
    _carry_out(accepted, programme.version)
    _announce(
        session, clock, ProgrammeRevised, programme, version, suggestions=[*accepted]
    )
    return version.version


def get_programme(session: Session, primary: str, territory: str) -> Programme:
    """The programme, locked; raise `UnknownProgramme`."""
    programme = session.get(Programme, (primary, territory), with_for_update=True)
    if programme is None:
        raise UnknownProgramme(territory=territory)
    return programme


def _newest_sections(session: Session, programme: Programme) -> list[dict[str, Any]]:
    newest = session.get_one(
        ProgrammeVersion, (programme.primary, programme.territory, programme.version)
    )
    return newest.sections


def _accepted_suggestions(
    session: Session, programme: Programme
) -> dict[str, Suggestion]:
    """The accepted suggestions that no version has carried out yet."""
    query = sa.select(Suggestion).where(
        Suggestion.primary == programme.primary,
        Suggestion.territory == programme.territory,
        Suggestion.state.in_(ACCEPTED),
        Suggestion.carried_out_in.is_(None),
    )
    ordered = query.order_by(Suggestion.suggested_at, Suggestion.suggestion)
    return {row.suggestion: row for row in session.scalars(ordered)}


def _require_accounted(
    changes: Iterable[Mapping[str, Any]], accepted: Mapping[str, Suggestion]
) -> None:
    """Every change has a cause or says so; every accepted suggestion a change."""
    linked: set[str] = set()
    for change in changes:
        if not change["suggestions"] and not change["editorial"]:
            raise ChangeUnaccounted(section=change["section"])
        for suggestion in change["suggestions"]:
            if suggestion not in accepted:
                raise SuggestionNotAccepted(suggestion=suggestion)
        linked.update(change["suggestions"])
    if forgotten := [each for each in accepted if each not in linked]:
        raise AcceptedSuggestionForgotten(suggestions=", ".join(forgotten))


def _reason_of(change: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "section": change["section"],
        "editorial": change["editorial"],
        "suggestions": change["suggestions"],
    }


def _add_version(
    session: Session,
    clock: Clock,
    programme: Programme,
    *,
    sections: list[dict[str, Any]],
    changes: list[dict[str, Any]],
) -> ProgrammeVersion:
    programme.version += 1
    version = ProgrammeVersion(
        primary=programme.primary,
        territory=programme.territory,
        version=programme.version,
        programme_hash=programme_hash(sections),
        published_at=clock.now(),
        sections=sections,
        changes=changes,
    )
    session.flush()
    session.add(version)
    session.flush()
    return version


def _carry_out(accepted: Mapping[str, Suggestion], version: int) -> None:
    for suggestion in accepted.values():
        suggestion.carried_out_in = version


def _announce(
    session: Session,
    clock: Clock,
    event: type[ProgrammePublished | ProgrammeRevised],
    programme: Programme,
    version: ProgrammeVersion,
    **more: Any,
) -> None:
    outbox.record(
        session,
        clock,
        event,
        primary=programme.primary,
        region=programme.region,
        territory=programme.territory,
        version=version.version,
        programme_hash=version.programme_hash,
        **more,
    )
