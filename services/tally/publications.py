"""Publication: all results of a primary at once, not before its instant.

Before that nothing that counts a vote leaves the service. Afterwards results stay
as they are; who withdraws is marked, and the contest's list is composed anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from chassis import outbox
from chassis.clock import Clock
from contracts.calendar import InstantName
from contracts.copies import KnownPrimary, the_primary
from contracts.definition import Contest
from contracts.fields import write_instant
from contracts.tally.errors import ContestNotVoted, ResultsNotPublished
from contracts.tally.events import PartyListComposed, RatingsPublished
from services.tally.counts import contests_counted, is_counted
from services.tally.models import (
    ContestResult,
    Lot,
    PartyList,
    Primary,
    Publication,
    Withdrawal,
)
from services.tally.queries import lock_primary, newest_list, newest_lists, results_of
from services.tally.ratings import LotMissing, TieLot, three_ratings
from services.tally.results import list_of, result_of

log = structlog.get_logger()


def may_publish(session: Session, clock: Clock, primary: str) -> bool:
    """Whether the publication instant of a primary has come."""
    calendar = the_primary(session, Primary, primary).calendar
    return clock.now() >= calendar.instant(InstantName.PUBLICATION)


def results_due(
    session: Session, clock: Clock, primary: str
) -> list[dict[str, Any]] | None:
    """The results if they may be published now; None while anything is missing."""
    if not may_publish(session, clock, primary) or not is_counted(session, primary):
        return None
    try:
        return list(_results(session, the_primary(session, Primary, primary)))
    except LotMissing:
        return None


def _results(session: Session, known: KnownPrimary) -> Iterator[dict[str, Any]]:
    lot = session.get(Lot, known.definition.primary)
    for contest, votes, people in contests_counted(session, known.definition):
        tie = TieLot(
            primary=known.definition.primary,
            contest=contest.id,
            value=lot.value if lot else None,
        )
        yield result_of(contest, votes, people, tie)


def publish_results(session: Session, clock: Clock, primary: str) -> bool:
    """Make all results of a primary public, once; False while that cannot be."""
    lock_primary(session, primary)  # whoever withdraws now waits for the list
    if session.get(Publication, primary) is not None:
        return False
    results = results_due(session, clock, primary)
    if results is None:
        return False
    session.add(Publication(primary=primary, published_at=clock.now()))
    session.flush()
    known = the_primary(session, Primary, primary)
    for place, document in enumerate(results):
        contest = known.definition.contest(document["contest"])
        session.add(
            ContestResult(
                primary=primary, contest=contest.id, place=place, document=document
            )
        )
        _announce_ratings(session, clock, known, contest, document)
        _compose_list(session, clock, known, contest, document)
    log.info("results_published", primary=primary, contests=len(results))
    return True


def _announce_ratings(
    session: Session,
    clock: Clock,
    known: KnownPrimary,
    contest: Contest,
    document: dict[str, Any],
) -> None:
    ratings = three_ratings(
        [{**each, "candidacy": each["candidate"]} for each in document["candidates"]]
    )
    outbox.record(
        session,
        clock,
        RatingsPublished,
        **_whereabouts(known, contest),
        ballots=document["ballots"],
        eligible=document["eligible"],
        **ratings,
    )


def _compose_list(
    session: Session,
    clock: Clock,
    known: KnownPrimary,
    contest: Contest,
    document: dict[str, Any],
) -> None:
    primary = known.definition.primary
    composed = list_of(contest, known.definition.quotas, document["candidates"])
    earlier = newest_list(session, primary, contest.id)
    session.add(
        PartyList(
            primary=primary,
            contest=contest.id,
            version=earlier.version + 1 if earlier else 1,
            composed_at=clock.now(),
            document=composed,
        )
    )
    outbox.record(
        session,
        clock,
        PartyListComposed,
        **_whereabouts(known, contest),
        feasible=composed["feasible"],
        places=[place["candidate"] for place in composed["places"]],
    )


def withdraw_candidacy(
    session: Session, clock: Clock, *, primary: str, contest: str, candidacy: str
) -> None:
    """Note that a candidacy ended; a list that is public already is made anew."""
    lock_primary(session, primary)
    if session.get(Withdrawal, candidacy) is not None:
        return
    session.add(Withdrawal(primary=primary, contest=contest, candidacy=candidacy))
    result = session.get(ContestResult, (primary, contest), with_for_update=True)
    if result is None:
        return
    result.document = _with_withdrawn(result.document, candidacy)
    known = the_primary(session, Primary, primary)
    found = known.definition.contest(contest)
    _compose_list(session, clock, known, found, result.document)


def _with_withdrawn(document: dict[str, Any], candidacy: str) -> dict[str, Any]:
    candidates = [
        {**each, "withdrawn": each["withdrawn"] or each["candidate"] == candidacy}
        for each in document["candidates"]
    ]
    return {**document, "candidates": candidates}


def _whereabouts(known: KnownPrimary, contest: Contest) -> dict[str, str]:
    return known.definition.whereabouts(contest.territory) | {"contest": contest.id}


def published_results(session: Session, primary: str) -> dict[str, Any]:
    """`results.json`."""
    published_at = _published_at(session, primary)
    contests = results_of(session, primary)
    return {"primary": primary, "published_at": published_at, "contests": contests}


def published_lists(session: Session, primary: str) -> dict[str, Any]:
    """`lists.json`."""
    _published_at(session, primary)
    return {"lists": newest_lists(session, primary)}


def contest_ratings(session: Session, primary: str, contest: str) -> dict[str, Any]:
    """One contest's result, its three ratings, and the lot that ordered ties."""
    published_at = _published_at(session, primary)
    the_primary(session, Primary, primary).definition.contest(contest)
    result = session.get(ContestResult, (primary, contest))
    if result is None:
        raise ContestNotVoted(contest=contest)
    drawn = any(each["lot"] for each in result.document["candidates"])
    return {
        "primary": primary,
        "published_at": published_at,
        "result": result.document,
        "ratings": three_ratings(result.document["candidates"]),
        "lot": session.get(Lot, primary) if drawn else None,
    }


def contest_list(session: Session, primary: str, contest: str) -> dict[str, Any]:
    """One contest's newest list."""
    _published_at(session, primary)
    the_primary(session, Primary, primary).definition.contest(contest)
    newest = newest_list(session, primary, contest)
    if newest is None:
        raise ContestNotVoted(contest=contest)
    return {
        "primary": primary,
        "version": newest.version,
        "composed_at": newest.composed_at,
        "list": newest.document,
    }


def _published_at(session: Session, primary: str) -> datetime:
    """When the results became public; raise `ResultsNotPublished`."""
    known = the_primary(session, Primary, primary)
    publication = session.get(Publication, primary)
    if publication is None:
        planned = known.calendar.instant(InstantName.PUBLICATION)
        raise ResultsNotPublished(publication=write_instant(planned))
    return publication.published_at
