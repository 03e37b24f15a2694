"""Suggestions on programmes: made, supported, decided.

Members come in as keyed hashes (`author`, `supporter`): nothing here knows them.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.clock import Clock
from chassis.events import Event
from chassis.ids import new_id
from contracts.calendar import PhaseName
from contracts.campaign.errors import (
    LanguageNotOffered,
    SuggestionAlreadyDecided,
    TooManySuggestions,
    UnknownSection,
    UnknownSuggestion,
)
from contracts.campaign.events import SuggestionDecided, SuggestionMade
from contracts.campaign.operations.suggestions import NEW_SECTION
from contracts.campaign.views import SuggestionState
from contracts.definition import Definition
from services.campaign.models import ProgrammeVersion, Suggestion, Support
from services.campaign.offices import known_primary, require_office
from services.campaign.programmes import get_programme

MOST_A_DAY = 5
_KEYED = UUID("5f0c1c2e-6f0e-5f43-9a3e-0c5d4b6f7a10")


def suggest_change(
    session: Session,
    clock: Clock,
    *,
    author: str,
    primary: str,
    territory: str,
    key: str | None = None,
    **facts: Any,
) -> Suggestion:
    """Suggest a change to a programme while suggestions are open.

    The same with the same key again is the suggestion that there is already.
    """
    suggested = _id(author, primary, territory, key, facts)
    if known_already := session.get(Suggestion, suggested):
        return known_already
    known = known_primary(session, primary)
    known.require_open(PhaseName.PROGRAMMES, clock.now())
    _require_language(known.definition, facts["language"])
    _require_section(session, primary, territory, facts["section"])
    day = known.definition.day_of(clock.now())
    suggestion = Suggestion(
        suggestion=suggested,
        primary=primary,
        territory=territory,
        author=author,
        day=day,
        number_of_day=_next_number(session, primary, author, day),
        suggested_at=clock.now(),
        **facts,
    )
    session.add(suggestion)
    session.flush()
    _announce(session, clock, SuggestionMade, suggestion, known.definition)
    return suggestion


def _id(
    author: str, primary: str, territory: str, key: str | None, facts: dict[str, Any]
) -> str:
    """An id that the same request gets again; a fresh one where it has no key."""
    if key is None:
        return str(new_id())
    content = [author, primary, territory, key, *map(str, facts.values())]
    return str(uuid5(_KEYED, json.dumps(content)))


def _require_language(definition: Definition, language: str) -> None:
    if language not in definition.languages:
        raise LanguageNotOffered(
            language=language, languages=", ".join(definition.languages)
        )


def _require_section(
    session: Session, primary: str, territory: str, section: str
) -> None:
    """The section is one of the newest version, or a new one."""
    programme = get_programme(session, primary, territory)
    newest = session.get_one(ProgrammeVersion, (primary, territory, programme.version))
    known = {each["section"] for each in newest.sections}
    if section != NEW_SECTION and section not in known:
        raise UnknownSection(section=section)


def _next_number(session: Session, primary: str, author: str, day: date) -> int:
    """Which suggestion of the member's day this is; raise when it is one too many."""
    query = sa.select(sa.func.count()).where(
        Suggestion.primary == primary,
        Suggestion.author == author,
        Suggestion.day == day,
    )
    made = session.scalar(query) or 0
    if made >= MOST_A_DAY:
        raise TooManySuggestions(limit=MOST_A_DAY)
    return made + 1


def support_suggestion(
    session: Session, clock: Clock, *, supporter: str, primary: str, suggestion: str
) -> None:
    """Back a suggestion; a member's second support is the first."""
    _open_to_support(session, clock.now(), primary, suggestion)
    if session.get(Support, (suggestion, supporter)) is None:
        session.add(Support(suggestion=suggestion, supporter=supporter))


def withdraw_support(
    session: Session, clock: Clock, *, supporter: str, primary: str, suggestion: str
) -> None:
    """Back a suggestion no longer."""
    _open_to_support(session, clock.now(), primary, suggestion)
    if support := session.get(Support, (suggestion, supporter)):
        session.delete(support)


def _open_to_support(
    session: Session, at: datetime, primary: str, suggestion: str
) -> None:
    known_primary(session, primary).require_open(PhaseName.PROGRAMMES, at)
    _require_open(_get_suggestion(session, primary, suggestion))


def decide_suggestion(
    session: Session,
    clock: Clock,
    *,
    scopes: frozenset[str],
    primary: str,
    suggestion: str,
    **facts: Any,
) -> Suggestion:
    """Decide what becomes of a suggestion, once, and say why."""
    definition = known_primary(session, primary).definition
    decided = _get_suggestion(session, primary, suggestion)
    require_office(definition, scopes, decided.territory)
    _require_open(decided)
    decided.state = facts["decision"]
    decided.reason = facts["reason"]
    decided.decided_at = clock.now()
    _announce(session, clock, SuggestionDecided, decided, definition, **facts)
    return decided


def _require_open(suggestion: Suggestion) -> None:
    if suggestion.state != SuggestionState.OPEN:
        raise SuggestionAlreadyDecided(decision=suggestion.state)


def _get_suggestion(session: Session, primary: str, suggestion: str) -> Suggestion:
    """The suggestion, locked, so that no support comes after its decision."""
    row = session.get(Suggestion, suggestion, with_for_update=True)
    if row is None or row.primary != primary:
        raise UnknownSuggestion(suggestion=suggestion)
    return row


def _announce(
    session: Session,
    clock: Clock,
    event: type[Event],
    suggestion: Suggestion,
    definition: Definition,
    **more: Any,
) -> None:
    outbox.record(
        session,
        clock,
        event,
        **definition.whereabouts(suggestion.territory),
        suggestion=suggestion.suggestion,
        section=suggestion.section,
        **more,
    )
