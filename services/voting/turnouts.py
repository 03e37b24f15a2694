"""Turnout: announced coarsely, so that no number names a voter, and never falling.

A district is announced when its numbers have changed, at most once a minute, and
not while fewer than ten have voted; after the seal everything may be known. A mark
counts when it cannot be taken back any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.clock import Clock
from contracts.copies import the_primary
from contracts.voting.events import TurnoutUpdated
from services.voting.marks import UNDO
from services.voting.models import Board, Primary, Turnout, Voter

FEWEST = 10
PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Those of a voting district, all its boards together."""

    primary: str
    district: str
    eligible: int
    online: int
    paper: int
    is_sealed: bool


def turnouts_to_announce(session: Session, clock: Clock) -> list[Numbers]:
    """The districts whose numbers are due."""
    told = {
        (row.primary, row.district): row for row in session.scalars(sa.select(Turnout))
    }
    return [
        numbers
        for numbers in _settled(session, clock.now())
        if _is_due(numbers, told.get((numbers.primary, numbers.district)), clock.now())
    ]


def announce_turnout(session: Session, clock: Clock, numbers: Numbers) -> None:
    """Tell the public a district's numbers."""
    definition = the_primary(session, Primary, numbers.primary).definition
    facts = {"online": numbers.online, "paper": numbers.paper}
    session.merge(
        Turnout(
            primary=numbers.primary,
            district=numbers.district,
            announced_at=clock.now(),
            is_final=numbers.is_sealed,
            **facts,
        )
    )
    outbox.record(
        session,
        clock,
        TurnoutUpdated,
        **definition.whereabouts(numbers.district),
        district=numbers.district,
        eligible=numbers.eligible,
        **facts,
    )


def show_turnout(session: Session, *, primary: str) -> dict[str, Any]:
    """What has been announced, by voting district and all together."""
    the_primary(session, Primary, primary)
    mine = sa.select(Turnout).where(Turnout.primary == primary)
    told = {row.district: row for row in session.scalars(mine)}
    districts = [
        _shown(numbers, told.get(numbers.district))
        for numbers in _present(session, primary)
    ]
    return {
        "primary": primary,
        "denominator": "voters on the frozen electoral roll",
        "total": {
            name: sum(district[name] or 0 for district in districts)
            for name in ("eligible", "online", "paper")
        },
        "districts": districts,
    }


def _settled(session: Session, now: datetime) -> list[Numbers]:
    """The present numbers without the marks that may still be taken back."""
    query = (
        sa.select(Board.primary, Board.district, sa.func.count())
        .join(Voter, Voter.board == Board.board)
        .where(Voter.primary == Board.primary, Voter.marked_at >= now - UNDO)
        .group_by(Board.primary, Board.district)
    )
    loose = {(primary, at): n for primary, at, n in session.execute(query)}
    return [
        replace(each, paper=each.paper - loose.get((each.primary, each.district), 0))
        for each in _present(session)
    ]


def _present(session: Session, primary: str | None = None) -> list[Numbers]:
    unsealed = sa.case((Board.sealed_at.is_(None), 1), else_=0)
    query = sa.select(
        Board.primary,
        Board.district,
        sa.func.sum(Board.eligible_count).label("eligible"),
        sa.func.sum(Board.online_count).label("online"),
        sa.func.sum(Board.paper_count).label("paper"),
        sa.func.sum(unsealed).label("unsealed"),
    ).group_by(Board.primary, Board.district)
    if primary is not None:
        query = query.where(Board.primary == primary)
    rows = session.execute(query.order_by(Board.primary, Board.district))
    return [_numbers(row) for row in rows]


def _numbers(row: Any) -> Numbers:
    return Numbers(
        primary=row.primary,
        district=row.district,
        eligible=row.eligible,
        online=row.online,
        paper=row.paper,
        is_sealed=row.unsealed == 0,
    )


def _is_due(numbers: Numbers, told: Turnout | None, now: datetime) -> bool:
    if numbers.is_sealed and not (told and told.is_final):
        return True
    if not numbers.is_sealed and numbers.online + numbers.paper < FEWEST:
        return False
    if told is None:
        return True
    changed = (told.online, told.paper) != (numbers.online, numbers.paper)
    return changed and now >= told.announced_at + PAUSE


def _shown(numbers: Numbers, told: Turnout | None) -> dict[str, Any]:
    return {
        "district": numbers.district,
        "eligible": numbers.eligible,
        "online": told.online if told else None,
        "paper": told.paper if told else None,
        "announced_at": told.announced_at if told else None,
    }
