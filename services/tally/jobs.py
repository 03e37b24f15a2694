"""What tally does by itself, again and again: look, compute, keep.

Looking and keeping are transactions; the computing between them runs in a thread,
so that no lock is held and the process goes on answering. Whoever keeps looks
first whether somebody else was quicker.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import eventlet.tpool
import structlog
from sqlalchemy.orm import Session

from belenios.board import EventType
from belenios.errors import BeleniosError
from chassis.clock import Clock
from chassis.db import Database
from chassis.telemetry import place_of
from contracts.voting.operations import ReadRecords
from services.tally import worklists
from services.tally.ballots import Recount, Stretch, add_up, check_stretch
from services.tally.boards import (
    announced_board,
    dispute_board,
    follow_board,
    known_about,
    open_board,
)
from services.tally.decryptions import append_result, decryptable_board, publish_board
from services.tally.elections import election_of
from services.tally.models import Board
from services.tally.publications import may_publish, publish_results, results_due
from services.tally.queries import (
    BoardKey,
    ballot_texts_before,
    record_type_at,
    records_from,
)
from services.tally.records import keep_record, written
from services.tally.set_ups import check_set_up
from services.tally.tallies import append_tally, sealed_board
from services.tally.worklists import Worklist

log = structlog.get_logger()

Call = Callable[..., dict[str, Any]]
Result = TypeVar("Result")

_STRETCH = 50  # records checked at a time: some two megabytes of ballots
_PAGE = 100  # ballots recounted at a time


def open_boards(db: Database, clock: Clock) -> None:
    """Check the set-up of the boards that were announced, and open them."""
    _for_each(db, worklists.TO_OPEN, partial(_open_board, db, clock))


def _open_board(db: Database, clock: Clock, key: BoardKey) -> None:
    with db.reading() as session:
        announced = announced_board(session, key)
    if announced is None:
        return
    try:
        set_up = eventlet.tpool.execute(check_set_up, announced)
    except BeleniosError as error:
        reason = f"{error.code}: {error}"
        with db.transaction() as session:
            dispute_board(session, clock, key, height=0, reason=reason)
    else:
        with db.transaction() as session:
            open_board(session, key, set_up)


def check_boards(db: Database, clock: Clock) -> None:
    """Check the records that have come, a stretch of each board in turn."""
    check = partial(_check_board, db, clock)
    while any(_for_each(db, worklists.TO_CHECK, check)):
        pass  # more than a stretch waited on a board


def _check_board(db: Database, clock: Clock, key: BoardKey) -> bool:
    """Check the board's next stretch; whether it was a full one."""
    with db.reading() as session:
        board = session.get_one(Board, key)
        stretch = _next_stretch(session, board)
    if not stretch.records:
        return False
    verdict = eventlet.tpool.execute(check_stretch, stretch)
    with db.reading() as session:
        known = known_about(session, key, verdict)
    progress = eventlet.tpool.execute(
        add_up, stretch, verdict, known, tally=board.tally, sized=board.sized
    )
    with db.transaction() as session:
        follow_board(session, clock, key, start=board.height, progress=progress)
    return len(stretch.records) == _STRETCH


def _next_stretch(session: Session, board: Board) -> Stretch:
    key = (board.primary, board.board)
    rows = records_from(session, key, first=board.height + 1, limit=_STRETCH)
    last = record_type_at(session, key, board.height)
    return Stretch(
        election=election_of(board.election),
        head=board.head,
        has_ended=last == EventType.END_BALLOTS.value,
        records=[written(row) for row in rows],
    )


def fill_gaps(db: Database, clock: Clock, call: Call) -> None:
    """Read from voting what sealed boards still lack."""
    _for_each(db, worklists.WITH_GAPS, partial(_fill_gap, db, clock, call))


def _fill_gap(db: Database, clock: Clock, call: Call, key: BoardKey) -> None:
    with db.reading() as session:
        after = session.get_one(Board, key).height
    primary, board = key
    page = call(ReadRecords, {"primary": primary, "board": board, "after": after})
    with db.transaction() as session:
        for record in page["items"]:
            keep_record(session, clock, primary=primary, board=board, record=record)
    log.info("gap_read", board=board, after=after, records=len(page["items"]))


def tally_boards(db: Database, clock: Clock) -> None:
    """Recount the boards that are sealed and checked, and put the tally on them."""
    _for_each(db, worklists.TO_TALLY, partial(_tally_board, db, clock))


def _tally_board(db: Database, clock: Clock, key: BoardKey) -> None:
    recount = _recount(db, key)
    with db.transaction() as session:
        append_tally(session, clock, key, recount)


def _recount(db: Database, key: BoardKey) -> Recount:
    with db.reading() as session:
        sealed = sealed_board(session, key)
    recount, height = Recount(sealed.election), sealed.height
    while True:
        with db.reading() as session:
            page = ballot_texts_before(session, key, height=height, limit=_PAGE)
        if not page:
            return recount
        eventlet.tpool.execute(recount.add, [text for _, text in page])
        height = page[-1][0]


def decrypt_boards(db: Database) -> None:
    """Compute the results of the boards that enough trustees have decrypted."""
    _for_each(db, worklists.TO_DECRYPT, partial(_decrypt_board, db))


def _decrypt_board(db: Database, key: BoardKey) -> None:
    with db.reading() as session:
        decryptable = decryptable_board(session, key)
    text = eventlet.tpool.execute(decryptable.decrypt)
    with db.transaction() as session:
        append_result(session, key, text)


def publish_due(db: Database, clock: Clock) -> None:
    """Publish the finished boards and the results whose instant has come."""
    with db.reading() as session:
        boards = _boards_due(session, clock)
    for key in boards:
        with db.transaction() as session:
            publish_board(session, clock, key)
    with db.reading() as session:
        primaries = _primaries_due(session, clock)
    for primary in primaries:
        with db.transaction() as session:
            publish_results(session, clock, primary)


def _boards_due(session: Session, clock: Clock) -> list[BoardKey]:
    counted = worklists.keys(session, worklists.COUNTED)
    primaries = {primary for primary, _ in counted}
    due = {each for each in primaries if may_publish(session, clock, each)}
    return [key for key in counted if key[0] in due]


def _primaries_due(session: Session, clock: Clock) -> list[str]:
    return [
        primary
        for primary in worklists.primaries_unpublished(session)
        if results_due(session, clock, primary) is not None
    ]


def _for_each(
    db: Database, worklist: Worklist, work: Callable[[BoardKey], Result]
) -> list[Result]:
    """Work on each board; the trouble of one must not hold up the others."""
    with db.reading() as session:
        found = worklists.keys(session, worklist)
    results: list[Result] = []
    for key in found:
        try:
            results.append(work(key))
        except Exception as error:
            log.warning("board_waits", board=key[1], error=place_of(error))
    return results


# --- what is there to do? ---------------------------------------------------------


def has_boards_to_follow(session: Session, _clock: Clock) -> bool:
    """Whether boards are to be opened or records to be checked."""
    return worklists.any_on(session, worklists.TO_OPEN, worklists.TO_CHECK)


def has_gaps(session: Session, _clock: Clock) -> bool:
    """Whether records were lost on the way."""
    return worklists.any_on(session, worklists.WITH_GAPS)


def has_boards_to_count(session: Session, _clock: Clock) -> bool:
    """Whether boards are to be tallied or decrypted."""
    return worklists.any_on(session, worklists.TO_TALLY, worklists.TO_DECRYPT)


def may_publish_any(session: Session, clock: Clock) -> bool:
    """Whether something counted may be public by now."""
    counted = worklists.primaries_counted(session)
    return any(may_publish(session, clock, each) for each in counted)


def jobs_waiting(db: Database, clock: Clock) -> int:
    """How much of all this could be done now."""
    lists = (
        worklists.TO_OPEN,
        worklists.TO_CHECK,
        worklists.WITH_GAPS,
        worklists.TO_TALLY,
        worklists.TO_DECRYPT,
    )
    with db.reading() as session:
        boards = sum(len(worklists.keys(session, each)) for each in lists)
        due = len(_boards_due(session, clock)) + len(_primaries_due(session, clock))
    return boards + due
