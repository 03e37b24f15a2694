"""Confirmation codes: one ballot each, ten minutes, five attempts, thirty codes.

The code is derived from the voter, a nonce and the tracker of the sealed ballot
under the service's key. Only voter and nonce are kept: whoever reads the table
learns neither the code nor the ballot that it confirms.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from chassis import auth
from chassis.clock import Clock
from chassis.errors import DomainError
from chassis.messages import queue_message
from chassis.vault import Vault
from contracts.copies import the_primary
from contracts.voting.errors import (
    ConfirmationExhausted,
    ConfirmationExpired,
    ConfirmationMissing,
    ConfirmationRequestedTooSoon,
    ConfirmationsUsedUp,
    ConfirmationWrong,
)
from services.voting import notices
from services.voting.models import Board, Confirmation, Primary, Voter
from services.voting.registers import get_line, require_may_vote
from services.voting.setups import TELEPHONE

LIFETIME = timedelta(minutes=10)
PAUSE = timedelta(seconds=30)
ATTEMPTS = 5
#: codes without a vote: who has a voter's session and not the telephone guesses at most
#: ATTEMPTS times as often, one in a million each time
MOST_CODES = 30
_CODES = 10**6


def request_confirmation(
    session: Session,
    clock: Clock,
    vault: Vault,
    *,
    primary: str,
    voter: auth.Voter | None,
    tracker: str,
) -> dict[str, Any]:
    """Send a code for this ballot to the telephone on the roll."""
    known = the_primary(session, Primary, primary)
    line = get_line(session, primary, voter)
    board = session.get_one(Board, (primary, line.board))
    require_may_vote(known, board, line, clock.now())
    row = _renewed(session, line, clock.now())
    _count_code(session, line)
    code = _code(vault, row, tracker)
    queue_message(
        session,
        clock,
        vault,
        telephone=vault.decrypt(line.telephone, purpose=TELEPHONE),
        purpose=notices.CONFIRMATION,
        text=notices.text_of(notices.CONFIRMATION, known.definition, code=code),
    )
    return {"expires_at": row.expires_at, "attempts": ATTEMPTS}


def use_code(
    session: Session,
    clock: Clock,
    vault: Vault,
    *,
    line: Voter,
    tracker: str,
    code: str,
) -> DomainError | None:
    """Use a code up; the refusal where it does not confirm this ballot.

    A refusal is returned, not raised: the wrong attempt must be kept.
    """
    row = session.get(Confirmation, (line.primary, line.voter), with_for_update=True)
    if refusal := _unusable(row, clock.now()):
        return refusal
    assert row is not None
    if hmac.compare_digest(_code(vault, row, tracker), code):
        session.delete(row)
        line.codes_sent = 0
        return None
    row.attempts_left -= 1
    return ConfirmationWrong(attempts_left=row.attempts_left)


def code_waiting(
    session: Session, clock: Clock, line: Voter, *, lock: bool = False
) -> Confirmation:
    """The code that was sent to a voter and is not used yet; raise if there is none."""
    row = session.get(Confirmation, (line.primary, line.voter), with_for_update=lock)
    if refusal := _unusable(row, clock.now()):
        raise refusal
    assert row is not None
    return row


def _unusable(row: Confirmation | None, now: datetime) -> DomainError | None:
    if row is None:
        return ConfirmationMissing()
    if now >= row.expires_at:
        return ConfirmationExpired()
    return None if row.attempts_left else ConfirmationExhausted()


def _renewed(session: Session, line: Voter, now: datetime) -> Confirmation:
    """A fresh code in the place of an older one, unless that has just been sent."""
    key = (line.primary, line.voter)
    row = session.get(Confirmation, key, with_for_update=True)
    if row is not None and now < row.requested_at + PAUSE:
        again_at = row.requested_at + PAUSE
        raise ConfirmationRequestedTooSoon(again_at=again_at.isoformat())
    fresh = {
        "nonce": secrets.token_hex(16),
        "requested_at": now,
        "expires_at": now + LIFETIME,
        "attempts_left": ATTEMPTS,
    }
    if row is None:
        row = Confirmation(primary=line.primary, voter=line.voter)
        session.add(row)
    for name, value in fresh.items():
        setattr(row, name, value)
    return row


def _count_code(session: Session, line: Voter) -> None:
    """One more; who else asks for this voter waits for the row of the code."""
    session.refresh(line)
    if line.codes_sent >= MOST_CODES:
        raise ConfirmationsUsedUp(limit=MOST_CODES)
    line.codes_sent += 1


def _code(vault: Vault, row: Confirmation, tracker: str) -> str:
    bound = f"{row.primary}|{row.voter}|{row.nonce}|{tracker}"
    digest = vault.fingerprint(bound, purpose=notices.CONFIRMATION)
    return f"{int(digest, 16) % _CODES:06}"
