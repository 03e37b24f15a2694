"""Codes by which a person proves to hold the telephone that the register names.

Whoever asks learns nothing about the register: a number that no member has gets a
row of its own, with a code that nobody receives.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.messages import queue_message
from chassis.vault import Vault
from contracts.copies import the_primary
from contracts.definition import Definition
from contracts.definition.messages import message_text
from contracts.registration.errors import SignInRefused
from services.registration import queries
from services.registration.models import Primary, SignInCode
from services.registration.numbers import number_hash, read_number

DIGITS = 6
LIFETIME = timedelta(minutes=10)
PAUSE = timedelta(seconds=60)
ATTEMPTS = 5
#: codes without a sign-in in a day; bounds guessing and unwanted messages
PER_DAY = 20
_DAY = timedelta(days=1)
_MINUTES = int(LIFETIME.total_seconds() // 60)
_TEXTS = {
    "kk": f"Кіру коды, {_MINUTES} минут жарамды. Ешкімге айтпаңыз.",
    "ru": f"Код входа, действует {_MINUTES} минут. Никому не сообщайте.",
    "en": f"Your sign-in code, valid for {_MINUTES} minutes. Tell nobody.",
}
#: what everybody is told who asks for a code
ANSWER = {
    "digits": DIGITS,
    "valid_seconds": int(LIFETIME.total_seconds()),
    "pause_seconds": int(PAUSE.total_seconds()),
}


def request_sign_in_code(
    session: Session, clock: Clock, vault: Vault, *, primary: str, iin: str
) -> None:
    """Send a code, unless one was sent a moment ago or too many today."""
    definition = the_primary(session, Primary, primary).definition
    found_by = hash_of(vault, clock, definition, iin)
    row = session.get(SignInCode, (primary, found_by), with_for_update=True)
    if row is not None and not _may_send(row, clock.now()):
        return
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    _keep(session, row, clock, primary, found_by, code_hash(vault, found_by, code))
    member = queries.find_member(session, primary, found_by)
    if member is not None and member.ended_at is None:
        queue_message(
            session,
            clock,
            vault,
            telephone=vault.decrypt(member.telephone, purpose="telephone"),
            purpose="sign_in",
            text=message_text(definition, _TEXTS, code=code),
        )


def spend_attempt(
    session: Session, clock: Clock, *, primary: str, found_by: str
) -> None:
    """Count an attempt before it is made, so that no crash or race gives one away."""
    spent = session.execute(
        sa.update(SignInCode)
        .where(
            SignInCode.primary == primary,
            SignInCode.number_hash == found_by,
            SignInCode.attempts < ATTEMPTS,
            SignInCode.expires_at > clock.now(),
        )
        .values(attempts=SignInCode.attempts + 1)
        .returning(SignInCode.attempts)
    )
    if spent.scalar() is None:
        raise SignInRefused(attempts_left=0)


def use_code(
    session: Session, vault: Vault, *, primary: str, found_by: str, code: str
) -> None:
    """Take the right code out of use; raise `SignInRefused` for any other."""
    row = session.get(SignInCode, (primary, found_by), with_for_update=True)
    given = code_hash(vault, found_by, code.strip())
    if row is None:
        raise SignInRefused(attempts_left=0)
    if not secrets.compare_digest(row.code_hash, given):
        raise SignInRefused(attempts_left=ATTEMPTS - row.attempts)
    session.delete(row)


def hash_of(vault: Vault, clock: Clock, definition: Definition, iin: str) -> str:
    """What the person is found by; raise `InvalidNumber` for what is no number."""
    number = read_number(definition, iin, on=definition.day_of(clock.now()))
    return number_hash(vault, definition.primary, number)


def code_hash(vault: Vault, found_by: str, code: str) -> str:
    """A code as it is kept: bound to the person, useless without the key."""
    return vault.fingerprint(f"{found_by}|{code}", purpose="sign-in code")


def _may_send(row: SignInCode, now: datetime) -> bool:
    rested = now >= row.sent_at + PAUSE
    return rested and (row.sent_count < PER_DAY or now >= row.counted_from + _DAY)


def _keep(
    session: Session,
    row: SignInCode | None,
    clock: Clock,
    primary: str,
    found_by: str,
    hashed: str,
) -> None:
    now = clock.now()
    same_day = row is not None and now < row.counted_from + _DAY
    session.merge(
        SignInCode(
            primary=primary,
            number_hash=found_by,
            code_hash=hashed,
            sent_at=now,
            expires_at=now + LIFETIME,
            attempts=0,
            sent_count=row.sent_count + 1 if row and same_day else 1,
            counted_from=row.counted_from if row and same_day else now,
        )
    )
