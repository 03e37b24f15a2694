"""Casting: a ballot is checked in full, then it is on the board or nothing is.

Proofs take milliseconds of arithmetic: they are checked outside any transaction,
in a thread. What other people can change meanwhile is looked at before, to refuse
early, and again under the lock of the board, to be right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import eventlet.tpool
import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from belenios.ballots import Outline, check_ballot, outline
from belenios.board import ballot_records
from belenios.errors import BeleniosError, Malformed
from chassis import auth, outbox
from chassis.clock import Clock
from chassis.db import Database
from chassis.errors import DomainError
from chassis.messages import queue_message
from chassis.metrics import BALLOTS_ACCEPTED, count_when_committed
from chassis.vault import Vault
from contracts.copies import KnownPrimary, the_primary
from contracts.voting.errors import (
    ArrivalNotCredible,
    BallotMalformed,
    BallotOfAnotherElection,
    BallotProofInvalid,
    BallotWasOpened,
    CredentialChanged,
    CredentialOfAnotherVoter,
    CredentialUnknown,
)
from contracts.voting.events import BallotAccepted
from services.voting import notices
from services.voting.boards import GRACE, append_entry
from services.voting.confirmations import use_code
from services.voting.models import Board, BoardRecord, Primary, Voter
from services.voting.parsed_boards import ParsedBoard, parsed_board
from services.voting.queries import spoiled_ballot
from services.voting.registers import (
    credential_is_of_another,
    get_line,
    lock_voter,
    require_may_vote,
)
from services.voting.setups import TELEPHONE

log = structlog.get_logger()

#: by how much the gateway's clock may run ahead of ours
_SKEW = timedelta(seconds=1)

Receipt = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Somebody's attempt to put a ballot into the box."""

    primary: str
    voter: auth.Voter | None
    ballot: str
    code: str
    arrived_at: datetime
    #: what the ballot says of itself, unproven
    outline: Outline
    #: of its credential, under voting's key
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class Box:
    """What a cast is checked against and kept in, as one transaction sees it."""

    session: Session
    clock: Clock
    known: KnownPrimary
    board: Board
    line: Voter


def cast_ballot(
    db: Database, clock: Clock, vault: Vault, *, ballot: str, **facts: Any
) -> Receipt:
    """Put a ballot into the voter's ballot box, or raise and change nothing.

    A wrong code is counted; that is all that a refused cast leaves behind.
    """
    about = read_outline(ballot)
    fingerprint = credential_fingerprint(vault, about.credential)
    cast = Cast(ballot=ballot, outline=about, fingerprint=fingerprint, **facts)
    with db.reading() as session:
        receipt = find_receipt(session, cast)
        if receipt is not None:
            return receipt
        parsed = _look(session, clock, cast)
    _check_proofs(parsed, cast)
    with db.transaction() as session:
        outcome = record_ballot(session, clock, vault, cast)
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


def record_ballot(
    session: Session, clock: Clock, vault: Vault, cast: Cast
) -> Receipt | DomainError:
    """Append a ballot whose proofs hold, if everything else allows it now."""
    board, line = lock_voter(session, cast.primary, cast.voter)
    receipt = find_receipt(session, cast)
    if receipt is not None:
        return receipt
    known = the_primary(session, Primary, cast.primary)
    box = Box(session=session, clock=clock, known=known, board=board, line=line)
    _require_allowed(box, cast)
    refusal = use_code(
        session,
        clock,
        vault,
        line=line,
        tracker=cast.outline.tracker,
        code=cast.code,
    )
    return refusal or _keep(box, vault, cast)


def find_receipt(session: Session, cast: Cast) -> Receipt | None:
    """The earlier answer, where this very ballot of this voter is on the board."""
    line = get_line(session, cast.primary, cast.voter)
    if line.credential_fingerprint != cast.fingerprint:
        return None
    there = sa.select(BoardRecord).where(
        BoardRecord.primary == line.primary,
        BoardRecord.board == line.board,
        BoardRecord.tracker == cast.outline.tracker,
    )
    record = session.scalar(there)
    return _receipt(record) if record else None


def credential_fingerprint(vault: Vault, credential: str) -> str:
    """By what the register knows a credential again."""
    return vault.fingerprint(credential, purpose="credential")


# --- checks ---------------------------------------------------------------------------


def read_outline(ballot: str) -> Outline:
    """What a ballot says of itself; raise `BallotMalformed`."""
    try:
        return eventlet.tpool.execute(outline, ballot)
    except (BeleniosError, UnicodeError):
        raise BallotMalformed from None


def _look(session: Session, clock: Clock, cast: Cast) -> ParsedBoard:
    """Refuse early whatever can be refused without arithmetic."""
    line = get_line(session, cast.primary, cast.voter)
    board = session.get_one(Board, (line.primary, line.board))
    known = the_primary(session, Primary, cast.primary)
    box = Box(session=session, clock=clock, known=known, board=board, line=line)
    _require_allowed(box, cast)
    return require_fitting(session, board, cast.outline)


def require_fitting(session: Session, board: Board, about: Outline) -> ParsedBoard:
    """The parsed board; raise unless the ballot says that it was made for it."""
    if (about.uuid, about.fingerprint) != (board.uuid, board.fingerprint):
        raise BallotOfAnotherElection
    parsed = parsed_board(session, board)
    if about.credential not in parsed.credentials:
        raise CredentialUnknown
    return parsed


def _require_allowed(box: Box, cast: Cast) -> None:
    _require_credible(cast.arrived_at, box.clock.now())
    require_may_vote(box.known, box.board, box.line, cast.arrived_at)
    if spoiled_ballot(box.session, box.board, cast.outline.tracker) is not None:
        raise BallotWasOpened
    require_own_credential(box.session, box.line, cast.fingerprint)


def require_own_credential(session: Session, line: Voter, fingerprint: str) -> None:
    """Raise where a credential is another voter's, or another than this one's."""
    if credential_is_of_another(session, line, fingerprint):
        raise CredentialOfAnotherVoter
    if line.credential_fingerprint not in (None, fingerprint):
        raise CredentialChanged


def _require_credible(arrived_at: datetime, now: datetime) -> None:
    """The gateway stamps the arrival; a stamp too old could reopen a closed box."""
    if not now - GRACE <= arrived_at <= now + _SKEW:
        raise ArrivalNotCredible


def _check_proofs(parsed: ParsedBoard, cast: Cast) -> None:
    try:
        eventlet.tpool.execute(check_ballot, parsed.election, cast.ballot)
    except Malformed:
        raise BallotMalformed from None
    except BeleniosError as error:
        raise BallotProofInvalid(check=error.code) from None


# --- keeping it -----------------------------------------------------------------------


def _keep(box: Box, vault: Vault, cast: Cast) -> Receipt:
    board = box.board
    record = append_entry(
        box.session,
        board,
        ballot_records(board.head_hash, board.height + 1, cast.ballot),
        at=box.clock.now(),
        tracker=cast.outline.tracker,
        credential=cast.outline.credential,
    )
    board.ballot_count += 1
    board.online_count += box.line.voted_at is None
    _announce(box, record)
    _note_in_register(box, vault, cast.fingerprint)
    count_when_committed(box.session, BALLOTS_ACCEPTED)
    log.info("ballot_accepted", board=board.board, height=board.height)
    return _receipt(record)


def _announce(box: Box, record: BoardRecord) -> None:
    outbox.record(
        box.session,
        box.clock,
        BallotAccepted,
        **box.known.definition.whereabouts(box.board.district),
        district=box.board.district,
        board=box.board.board,
        record=record,
    )


def _note_in_register(box: Box, vault: Vault, fingerprint: str) -> None:
    hours = notices.HourlyClock(box.clock)
    box.line.credential_fingerprint = fingerprint
    box.line.voted_at = hours.now()
    queue_message(
        box.session,
        hours,
        vault,
        telephone=vault.decrypt(box.line.telephone, purpose=TELEPHONE),
        purpose=notices.VOTE_RECORDED,
        text=notices.text_of(notices.VOTE_RECORDED, box.known.definition),
    )


def _receipt(record: BoardRecord) -> Receipt:
    return {
        "tracker": record.tracker,
        "board": record.board,
        "height": record.height,
        "recorded_at": record.recorded_at,
    }
