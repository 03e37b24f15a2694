"""Who debates with whom: the groups that a published lot makes."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.clock import Clock
from contracts.campaign.errors import DebateLotNotDrawn, DebatesAlreadyDrawn
from contracts.definition import DebateRules, Definition
from contracts.lots import lot_order
from services.campaign.models import Candidate, Debate, Lot, Speaker
from services.campaign.offices import known_primary, require_office

LOT = "debates"
FEWEST_SPEAKERS = 2


def keep_lot(session: Session, *, primary: str, lot: str, value: str) -> None:
    """Remember the public value of the lot of the debates; the first one stands."""
    if lot == LOT and session.get(Lot, (primary, lot)) is None:
        session.add(Lot(primary=primary, lot=lot, value=value))
        session.flush()


def lot_value(session: Session, primary: str) -> str:
    """The public value of the lot of the debates; raise `DebateLotNotDrawn`."""
    lot = session.get(Lot, (primary, LOT))
    if lot is None:
        raise DebateLotNotDrawn
    return lot.value


def draw_debates(
    session: Session, clock: Clock, *, scopes: frozenset[str], primary: str
) -> dict[str, int]:
    """Make all groups, once, from the candidates who stand."""
    definition = known_primary(session, primary).definition
    require_office(definition, scopes, definition.country)
    value = lot_value(session, primary)
    if session.scalar(sa.select(Debate.debate).where(Debate.primary == primary)):
        raise DebatesAlreadyDrawn
    drawn = [
        _draw_contest(session, definition, contest, value, standing)
        for contest, standing in _standing_by_contest(session, primary).items()
    ]
    return {"debates": sum(drawn), "contests": sum(map(bool, drawn))}


def _standing_by_contest(session: Session, primary: str) -> dict[str, list[str]]:
    query = sa.select(Candidate.contest, Candidate.candidacy).where(
        Candidate.primary == primary, Candidate.withdrawn_because.is_(None)
    )
    rows = session.execute(query.order_by(Candidate.contest)).all()
    by_contest = itertools.groupby(rows, key=lambda row: row.contest)
    return {contest: [row.candidacy for row in rows] for contest, rows in by_contest}


def _draw_contest(
    session: Session,
    definition: Definition,
    contest: str,
    value: str,
    standing: Iterable[str],
) -> int:
    """Store the debates of one contest; return how many there are."""
    order = lot_order(definition.primary, f"{LOT}|{contest}", value, standing)
    groups = list(form_groups(order, definition.debates))
    if groups:
        territory = definition.contest(contest).territory
        place = definition.whereabouts(territory) | {"contest": contest}
        names = [f"{contest}-{number}" for number in range(1, len(groups) + 1)]
        session.execute(sa.insert(Debate), [place | {"debate": name} for name in names])
        session.execute(
            sa.insert(Speaker), list(_speakers(definition.primary, names, groups))
        )
    return len(groups)


def _speakers(
    primary: str, debates: list[str], groups: list[list[tuple[str, str]]]
) -> Iterator[dict[str, Any]]:
    for debate, group in zip(debates, groups, strict=True):
        for position, (candidacy, lot) in enumerate(group, start=1):
            yield {
                "primary": primary,
                "debate": debate,
                "position": position,
                "candidacy": candidacy,
                "lot": lot,
            }


def form_groups(
    order: list[tuple[str, str]], rules: DebateRules
) -> Iterator[list[tuple[str, str]]]:
    """Cut the order of the lot into groups; within each they speak in that order."""
    rest = iter(order)
    for size in group_sizes(len(order), rules):
        yield list(itertools.islice(rest, size))


def group_sizes(count: int, rules: DebateRules) -> list[int]:
    """The sizes of the groups of a contest, differing by one at most.

    As near as possible to the middle of what the rules allow. A contest with
    fewer candidates than a group needs has one debate, with one candidate none.
    No group is larger than allowed, for then it would not end in its slot; where
    both limits cannot be kept (seven in groups of 4 to 6) some are smaller.
    """
    if count < FEWEST_SPEAKERS:
        return []
    number = _number_of_groups(count, rules.group_min, rules.group_max)
    size, larger = divmod(count, number)
    return [size + 1] * larger + [size] * (number - larger)


def _number_of_groups(count: int, smallest: int, largest: int) -> int:
    fewest = -(-count // largest)
    most = max(fewest, count // smallest)
    span = smallest + largest
    nearest = (4 * count + span) // (2 * span)  # count / middle, rounded half up
    return min(max(nearest, fewest), most)
