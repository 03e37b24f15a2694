"""Cast or challenge: a sealed ballot opened instead, to test what sealed it.

What is revealed shows a vote, so the ballot goes to a public log, never into the
box. Of the voter only a number is kept: how many ballots have been opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import eventlet.tpool
import structlog
from sqlalchemy.orm import Session

from belenios import spoiled
from belenios.ballots import Outline
from belenios.errors import BeleniosError, InvalidOpening, Malformed
from belenios.spoiled import SpoiledEntry
from chassis import auth, outbox
from chassis.clock import Clock
from chassis.db import Database
from chassis.errors import SimultaneousChange
from chassis.vault import Vault
from contracts.copies import the_primary
from contracts.voting.errors import (
    BallotMalformed,
    BallotProofInvalid,
    BallotsOpenedOften,
    BallotWasCast,
    OpeningDoesNotFit,
    OpeningMalformed,
)
from contracts.voting.events import BallotSpoiled
from services.voting.ballots import (
    credential_fingerprint,
    read_outline,
    require_fitting,
    require_own_credential,
)
from services.voting.confirmations import code_waiting
from services.voting.models import Board, Primary, SpoiledBallot, Voter
from services.voting.parsed_boards import ParsedBoard
from services.voting.queries import ballot_record, last_spoiled, spoiled_ballot
from services.voting.registers import get_line, lock_voter, require_may_vote

log = structlog.get_logger()

#: ballots that one voter can open in a primary; each costs as much as many casts
MOST = 10
#: others may add to the same log while a ballot is checked
_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """Somebody's demand to see what a ballot holds."""

    primary: str
    voter: auth.Voter | None
    ballot: str
    opening: str
    #: what the ballot says of itself, unproven
    outline: Outline
    #: of its credential, under voting's key
    fingerprint: str


def spoil_ballot(
    db: Database, clock: Clock, vault: Vault, *, ballot: str, **facts: Any
) -> SpoiledBallot:
    """Put an opened ballot into the log of its board, or raise and change nothing."""
    about = read_outline(ballot)
    fingerprint = credential_fingerprint(vault, about.credential)
    asked = Challenge(ballot=ballot, outline=about, fingerprint=fingerprint, **facts)
    for _ in range(_TRIES):
        with db.reading() as session:
            if line := find_line(session, asked):
                return line
            parsed, parent = _look(session, clock, asked)
        entry = eventlet.tpool.execute(_check, parsed, parent, asked)
        with db.transaction() as session:
            if line := record_spoiled(session, clock, asked, entry):
                return line
    raise SimultaneousChange


def find_line(session: Session, asked: Challenge) -> SpoiledBallot | None:
    """The line of this very ballot, where it has been opened before."""
    voter = get_line(session, asked.primary, asked.voter)
    return spoiled_ballot(session, _board_of(session, voter), asked.outline.tracker)


def record_spoiled(
    session: Session, clock: Clock, asked: Challenge, entry: SpoiledEntry
) -> SpoiledBallot | None:
    """Append a checked entry; None where the log has gone on since it was made."""
    board, voter = lock_voter(session, asked.primary, asked.voter)
    if line := spoiled_ballot(session, board, asked.outline.tracker):
        return line
    _require_allowed(session, clock, board, voter, asked)
    last = last_spoiled(session, board)
    if entry.height != (last.height + 1 if last else 0):
        return None
    session.delete(code_waiting(session, clock, voter, lock=True))
    voter.opened_count += 1
    line = _line(board, entry, asked, clock)
    session.add(line)
    _announce(session, clock, board, line)
    log.info("ballot_spoiled", board=board.board, height=line.height)
    return line


# --- checks ---------------------------------------------------------------------------


def _look(
    session: Session, clock: Clock, asked: Challenge
) -> tuple[ParsedBoard, SpoiledEntry | None]:
    """Refuse early whatever can be; else the board, and the head of its log."""
    voter = get_line(session, asked.primary, asked.voter)
    board = _board_of(session, voter)
    _require_allowed(session, clock, board, voter, asked)
    last = last_spoiled(session, board)
    parent = SpoiledEntry(last.entry, last.hash, last.height) if last else None
    return require_fitting(session, board, asked.outline), parent


def _board_of(session: Session, voter: Voter) -> Board:
    return session.get_one(Board, (voter.primary, voter.board))


def _require_allowed(
    session: Session, clock: Clock, board: Board, voter: Voter, asked: Challenge
) -> None:
    known = the_primary(session, Primary, asked.primary)
    require_may_vote(known, board, voter, clock.now())
    if ballot_record(session, board, asked.outline.tracker) is not None:
        raise BallotWasCast
    require_own_credential(session, voter, asked.fingerprint)
    if voter.opened_count >= MOST:
        raise BallotsOpenedOften(most=MOST)
    code_waiting(session, clock, voter)


def _check(
    parsed: ParsedBoard, parent: SpoiledEntry | None, asked: Challenge
) -> SpoiledEntry:
    """Encrypt again what is revealed, and compare. Slow."""
    election = parsed.election
    try:
        spoiled.read_opening(election, asked.opening)
    except BeleniosError:
        raise OpeningMalformed from None
    try:
        return spoiled.spoil_ballot(parent, election, asked.ballot, asked.opening)
    except InvalidOpening as error:
        raise OpeningDoesNotFit(place=error.detail) from None
    except Malformed:
        raise BallotMalformed from None
    except BeleniosError as error:
        raise BallotProofInvalid(check=error.code) from None


# --- keeping it -----------------------------------------------------------------------


def _line(
    board: Board, entry: SpoiledEntry, asked: Challenge, clock: Clock
) -> SpoiledBallot:
    return SpoiledBallot(
        primary=board.primary,
        board=board.board,
        height=entry.height,
        tracker=asked.outline.tracker,
        hash=entry.hash,
        entry=entry.text,
        recorded_at=clock.now().replace(second=0, microsecond=0),
    )


def _announce(
    session: Session, clock: Clock, board: Board, line: SpoiledBallot
) -> None:
    definition = the_primary(session, Primary, board.primary).definition
    outbox.record(
        session,
        clock,
        BallotSpoiled,
        **definition.whereabouts(board.district),
        district=board.district,
        board=board.board,
        tracker=line.tracker,
        height=line.height,
        entry_hash=line.hash,
    )
