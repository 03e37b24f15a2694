"""Reads: how use cases find things. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.registration.models import (
    LIVE_STATES,
    CalendarChange,
    Lot,
    Member,
    Nomination,
    Ppo,
    Primary,
    RoleGrant,
    RollBoard,
    RollEntry,
)

Thing = TypeVar("Thing")
_CHUNK = 1000


def chunks(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    """Long lists in parts that a statement can carry."""
    for start in range(0, len(things), _CHUNK):
        yield things[start : start + _CHUNK]


def primary_ids(session: Session) -> Sequence[str]:
    """Every primary."""
    return session.scalars(sa.select(Primary.primary).order_by(Primary.primary)).all()


def newest_change(session: Session, primary: str) -> int:
    """The highest version ever proposed; 0 where none was."""
    newest = sa.select(sa.func.max(CalendarChange.version))
    return session.scalar(newest.where(CalendarChange.primary == primary)) or 0


def calendar_changes(session: Session, primary: str) -> Iterable[CalendarChange]:
    """Every proposal, oldest first."""
    query = sa.select(CalendarChange).where(CalendarChange.primary == primary)
    return session.scalars(query.order_by(CalendarChange.version))


def lots(session: Session, primary: str) -> Sequence[Lot]:
    """The lots that were entered or drawn."""
    query = sa.select(Lot).where(Lot.primary == primary)
    return session.scalars(query.order_by(Lot.lot)).all()


def ppos(session: Session, primary: str) -> Iterable[Ppo]:
    """All organisations."""
    return session.scalars(sa.select(Ppo).where(Ppo.primary == primary))


def ppo_count(session: Session, primary: str) -> int:
    """How many organisations."""
    query = sa.select(sa.func.count()).where(Ppo.primary == primary)
    return session.scalar(query) or 0


def ppos_page(
    session: Session, primary: str, inside: list[str] | None, after: str, limit: int
) -> Sequence[Ppo]:
    """Organisations after an id, in some territories or in all."""
    query = sa.select(Ppo).where(Ppo.primary == primary, Ppo.ppo > after)
    if inside is not None:
        query = query.where(Ppo.territory.in_(inside))
    return session.scalars(query.order_by(Ppo.ppo).limit(limit)).all()


def find_member(session: Session, primary: str, number_hash: str) -> Member | None:
    """The member found by a hash of the number, or None."""
    query = sa.select(Member).where(
        Member.primary == primary, Member.number_hash == number_hash
    )
    return session.scalar(query)


def members_by_number(
    session: Session, primary: str, hashes: Sequence[str]
) -> dict[str, Any]:
    """Those members whose number has one of the hashes, by it."""
    columns = (
        Member.member,
        Member.number_hash,
        Member.telephone_hash,
        Member.name,
        Member.born_on,
        Member.sex,
        Member.ppo,
        Member.territory,
        Member.joined_on,
        Member.resident_since,
        Member.occupation,
        Member.ended_at,
    )
    query = sa.select(*columns).where(Member.primary == primary)
    return {
        row.number_hash: row
        for some in chunks(hashes)
        for row in session.execute(query.where(Member.number_hash.in_(some)))
    }


def telephones_in_use(
    session: Session, primary: str, hashes: Sequence[str]
) -> set[str]:
    """Those of the telephones that a member has."""
    query = sa.select(Member.telephone_hash).where(Member.primary == primary)
    return {
        telephone
        for some in chunks(hashes)
        for telephone in session.scalars(query.where(Member.telephone_hash.in_(some)))
    }


def offices(session: Session, primary: str) -> Sequence[RoleGrant]:
    """Everything anybody holds in a primary."""
    query = sa.select(RoleGrant).where(RoleGrant.primary == primary)
    return session.scalars(query).all()


def grants_of(session: Session, member: str) -> Iterable[RoleGrant]:
    """What a member holds beyond membership."""
    query = sa.select(RoleGrant).where(RoleGrant.member == member)
    return session.scalars(query.order_by(RoleGrant.role, RoleGrant.scope))


def has_live_nomination(session: Session, member: str) -> bool:
    """Whether a nomination of the member is under way or a candidacy."""
    query = sa.select(Nomination.nomination).where(
        Nomination.member == member, Nomination.state.in_(LIVE_STATES)
    )
    return session.scalar(query) is not None


def held_nominations(
    session: Session, primary: str, ids: Sequence[str]
) -> dict[str, Any]:
    """Nominations with their members by id, held until the transaction ends."""
    query = (
        sa.select(Nomination, Member)
        .join(Member, Member.member == Nomination.member)
        .where(Nomination.primary == primary, Nomination.nomination.in_(ids))
        .order_by(Nomination.nomination)  # so that two who hold several never block
        .with_for_update(of=Nomination)
    )
    return {row.Nomination.nomination: row for row in session.execute(query)}


def nominations_of(session: Session, member: str) -> Sequence[Nomination]:
    """A member's nominations, newest first."""
    query = sa.select(Nomination).where(Nomination.member == member)
    return session.scalars(query.order_by(Nomination.submitted_at.desc())).all()


def nominations_page(
    session: Session,
    primary: str,
    territories: list[str],
    after: Nomination | None,
    *,
    limit: int,
    **filters: str | None,
) -> Sequence[Any]:
    """Nominations with their members, in the order in which they came in."""
    query = (
        sa.select(Nomination, Member)
        .join(Member, Member.member == Nomination.member)
        .where(Nomination.primary == primary, Nomination.territory.in_(territories))
        .filter_by(**{name: value for name, value in filters.items() if value})
    )
    if after is not None:
        query = query.where(_comes_after(after))
    order = (Nomination.submitted_at, Nomination.nomination)
    return session.execute(query.order_by(*order).limit(limit)).all()


def _comes_after(row: Nomination) -> sa.ColumnElement[bool]:
    same_moment = sa.and_(
        Nomination.submitted_at == row.submitted_at,
        Nomination.nomination > row.nomination,
    )
    return sa.or_(Nomination.submitted_at > row.submitted_at, same_moment)


def applications_counted(session: Session, primary: str) -> Sequence[Any]:
    """How many nominations came in, by day, territory, route and flags."""
    groups = (
        Nomination.submitted_on,
        Nomination.territory,
        Nomination.route,
        Nomination.woman,
        Nomination.young,
    )
    query = sa.select(*groups, sa.func.count().label("count"))
    return session.execute(
        query.where(Nomination.primary == primary).group_by(*groups)
    ).all()


def decisions_counted(session: Session, primary: str) -> Sequence[Any]:
    """How many were decided, by day, territory and outcome."""
    registered = Nomination.candidacy.is_not(None).label("registered")
    groups = (Nomination.decided_on, Nomination.territory, registered)
    query = sa.select(*groups, sa.func.count().label("count")).where(
        Nomination.primary == primary, Nomination.decided_on.is_not(None)
    )
    return session.execute(query.group_by(*groups)).all()


def standing_candidates(session: Session, primary: str) -> Sequence[Any]:
    """The candidates who stand: contest, candidacy, name."""
    query = sa.select(Nomination.contest, Nomination.candidacy, Member.name)
    return session.execute(
        query.join(Member, Member.member == Nomination.member).where(
            Nomination.primary == primary, Nomination.state == "registered"
        )
    ).all()


def members_counted(session: Session, primary: str) -> Sequence[Any]:
    """How many members in good standing, by territory and organisation."""
    groups = (Member.territory, Member.ppo)
    query = sa.select(*groups, sa.func.count().label("count")).where(
        Member.primary == primary, Member.ended_at.is_(None)
    )
    return session.execute(query.group_by(*groups)).all()


def members_in_order(
    session: Session, primary: str, territory: str, *piece: Any
) -> Iterable[str]:
    """The ids of a piece (organisation, first, count) of a district's members."""
    ppo, first, count = piece
    query = sa.select(Member.member).where(
        Member.primary == primary,
        Member.territory == territory,
        Member.ppo == ppo,
        Member.ended_at.is_(None),
    )
    return session.scalars(query.order_by(Member.member).offset(first).limit(count))


def find_roll_entry(session: Session, member: str) -> RollEntry | None:
    """The member's place on the roll, or None."""
    return session.scalar(sa.select(RollEntry).where(RollEntry.member == member))


def roll_boards(session: Session, primary: str) -> Sequence[RollBoard]:
    """The boards of the roll."""
    query = sa.select(RollBoard).where(RollBoard.primary == primary)
    return session.scalars(query.order_by(RollBoard.board)).all()


def roll_page(
    session: Session, primary: str, board: str, after: str, limit: int
) -> Sequence[Any]:
    """Voters of a board after a reference, with their encrypted telephones."""
    query = sa.select(RollEntry.voter, Member.telephone).join(
        Member, Member.member == RollEntry.member
    )
    page = query.where(
        RollEntry.primary == primary,
        RollEntry.board == board,
        RollEntry.voter > after,
    )
    return session.execute(page.order_by(RollEntry.voter).limit(limit)).all()


def next_planned_board(session: Session) -> RollBoard | None:
    """A board whose credentials are still to be made, or None."""
    planned = sa.select(RollBoard).where(RollBoard.state == "planned")
    return session.scalar(planned.order_by(RollBoard.primary, RollBoard.board).limit(1))


def boards_waiting(session: Session) -> int:
    """How many boards wait for their credentials."""
    boards = sa.select(sa.func.count()).where(RollBoard.state == "planned")
    return session.scalar(boards) or 0
