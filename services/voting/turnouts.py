"""Turnout: announced coarsely, so that no number names a voter, and never falling.

A district is announced when its numbers have changed, at most once a minute, and
not while fewer than ten have voted; after the seal everything may be known. A mark
counts when it cannot be taken back any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.clock import Clock
from chassis.db import Instant
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
    now = clock.now()
    instants = {"may_be_undone": now - UNDO, "may_be_told": now - PAUSE}
    return [_numbers(row) for row in session.execute(_DUE, instants)]


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
    present = _PRESENT.where(Board.primary == primary).order_by(Board.district)
    districts = [
        _shown(row, told.get(row.district)) for row in session.execute(present)
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


def _numbers(row: Any) -> Numbers:
    return Numbers(
        primary=row.primary,
        district=row.district,
        eligible=row.eligible,
        online=row.online,
        paper=row.paper,
        is_sealed=row.unsealed == 0,
    )


def _shown(row: Any, told: Turnout | None) -> dict[str, Any]:
    return {
        "district": row.district,
        "eligible": row.eligible,
        "online": told.online if told else None,
        "paper": told.paper if told else None,
        "announced_at": told.announced_at if told else None,
    }


# --- what is due: asked twice a second, so the database alone looks at all districts -


def _loose_marks() -> sa.Select[*tuple[Any, ...]]:
    """How many marks of each district may still be taken back."""
    marks = sa.select(Board.primary, Board.district, sa.func.count().label("marks"))
    mine = sa.and_(Voter.primary == Board.primary, Voter.board == Board.board)
    since = sa.bindparam("may_be_undone", type_=Instant())
    loose = marks.join(Voter, mine).where(Voter.marked_at >= since)
    return loose.group_by(Board.primary, Board.district)


def _settled() -> sa.Select[*tuple[Any, ...]]:
    """The present numbers without the marks that may still be taken back."""
    present, loose = _PRESENT.subquery(), _loose_marks().subquery()
    paper = present.c.paper - sa.func.coalesce(loose.c.marks, 0)
    others = [column for column in present.c if column.key != "paper"]
    columns = sa.select(*others, paper.label("paper"))
    return columns.outerjoin(loose, _same_district(present.c, loose.c))


def _due() -> sa.Select[*tuple[Any, ...]]:
    """What is otherwise than it was told last, where that may be told now."""
    found = _settled().subquery()
    same = sa.and_(Turnout.online == found.c.online, Turnout.paper == found.c.paper)
    may_be_told = sa.bindparam("may_be_told", type_=Instant())
    is_sealed = found.c.unsealed == 0
    is_new = sa.or_(
        Turnout.primary.is_(None),
        sa.and_(is_sealed, ~Turnout.is_final),
        sa.and_(~same, Turnout.announced_at <= may_be_told),
    )
    enough = sa.or_(is_sealed, found.c.online + found.c.paper >= FEWEST)
    query = sa.select(found).outerjoin(Turnout, _same_district(found.c, Turnout))
    return query.where(enough, is_new).order_by(found.c.primary, found.c.district)


def _same_district(one: Any, other: Any) -> sa.ColumnElement[bool]:
    return sa.and_(one.primary == other.primary, one.district == other.district)


_PRESENT = sa.select(
    Board.primary,
    Board.district,
    sa.func.sum(Board.eligible_count).label("eligible"),
    sa.func.sum(Board.online_count).label("online"),
    sa.func.sum(Board.paper_count).label("paper"),
    sa.func.sum(sa.case((Board.sealed_at.is_(None), 1), else_=0)).label("unsealed"),
).group_by(Board.primary, Board.district)
_DUE = _due()
