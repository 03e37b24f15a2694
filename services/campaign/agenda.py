"""Reads for the pages of debates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.db import Instant
from contracts.campaign.errors import UnknownDebate
from contracts.definition import Definition
from services.campaign.models import Candidate, Debate, Speaker
from services.campaign.queries import definition_of

#: where debates without a time stand in the order of time
_LATER_THAN_ALL = sa.literal(datetime(9999, 1, 1, tzinfo=UTC), Instant())
_TIME = sa.func.coalesce(Debate.opens_at, _LATER_THAN_ALL)


def list_debates(
    session: Session, *, primary: str, after: str | None, limit: int, **filters: Any
) -> dict[str, Any]:
    """A page of the debates in the order of time."""
    definition = definition_of(session, primary)
    query = sa.select(Debate).where(
        Debate.primary == primary, *_filters(definition, filters)
    )
    if after:
        query = query.where(_is_after(_get_debate(session, primary, after)))
    order = query.order_by(_TIME, Debate.debate).limit(limit + 1)
    rows = session.scalars(order).all()
    return {
        "items": _shown(session, definition, rows[:limit]),
        "next": rows[limit - 1].debate if len(rows) > limit else None,
    }


def read_debate(session: Session, *, primary: str, debate: str) -> dict[str, Any]:
    """One debate; raise `UnknownDebate`."""
    definition = definition_of(session, primary)
    return _shown(session, definition, [_get_debate(session, primary, debate)])[0]


def _filters(
    definition: Definition, filters: Mapping[str, Any]
) -> Iterable[sa.ColumnElement[bool]]:
    for name in ("region", "contest", "day", "state"):
        if filters[name] is not None:
            yield getattr(Debate, name) == filters[name]
    if filters["territory"]:
        yield Debate.territory.in_(definition.codes_in(filters["territory"]))
    if filters["candidacy"]:
        yield Debate.debate.in_(
            sa.select(Speaker.debate).where(
                Speaker.primary == definition.primary,
                Speaker.candidacy == filters["candidacy"],
            )
        )


def _is_after(last: Debate) -> sa.ColumnElement[bool]:
    if last.opens_at is None:
        return sa.and_(Debate.opens_at.is_(None), Debate.debate > last.debate)
    at_once = sa.and_(Debate.opens_at == last.opens_at, Debate.debate > last.debate)
    return sa.or_(last.opens_at < _TIME, at_once)


def _get_debate(session: Session, primary: str, debate: str) -> Debate:
    row = session.get(Debate, (primary, debate))
    if row is None:
        raise UnknownDebate(debate=debate)
    return row


def _shown(
    session: Session, definition: Definition, debates: Sequence[Debate]
) -> list[dict[str, Any]]:
    speakers = _speakers(session, definition.primary, [d.debate for d in debates])
    venues = {each.id: each for each in definition.debates.venues}
    moderators = {each.id: each for each in definition.debates.moderators}
    return [
        {
            "debate": debate.debate,
            "contest": debate.contest,
            "territory": debate.territory,
            "region": debate.region,
            "state": debate.state,
            "day": debate.day,
            "zone": definition.zone_of(debate.region).key,
            "opens_at": debate.opens_at,
            "closes_at": debate.closes_at,
            "venue": venues.get(debate.venue or ""),
            "moderator": moderators.get(debate.moderator or ""),
            "speakers": speakers[debate.debate],
        }
        for debate in debates
    ]


def _speakers(
    session: Session, primary: str, debates: list[str]
) -> Mapping[str, list[Any]]:
    is_candidate = sa.and_(
        Candidate.primary == Speaker.primary, Candidate.candidacy == Speaker.candidacy
    )
    query = (
        sa.select(
            Speaker.debate,
            Speaker.candidacy,
            Speaker.lot,
            Speaker.attendance,
            Candidate.name,
            Candidate.withdrawn_because.is_not(None).label("withdrawn"),
        )
        .join(Candidate, is_candidate)
        .where(Speaker.primary == primary, Speaker.debate.in_(debates))
    )
    speakers: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(query.order_by(Speaker.position)):
        speakers[row.debate].append(row)
    return speakers
