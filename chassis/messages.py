"""Messages to telephones: codes and notices, each with a state of its own.

`queue_message` writes the message into the same transaction as its reason; a
job of the service delivers it afterwards. The text is encrypted at rest and
wiped once delivered. In a demonstration the messages are kept and anybody can
read them in the telephone inbox: that is its only provider.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

import httpx
import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.config import Settings
from chassis.db import Database, Instant
from chassis.ids import ordered_id
from chassis.locks import exclusive
from chassis.vault import Vault

log = structlog.get_logger()

_BATCH = 50
#: how long after it was queued a message is tried for the first, second … time
_PAUSES = tuple(timedelta(seconds=s) for s in (0, 5, 20, 60, 180))
_TELEPHONE = "telephone"
_TEXT = "message"


class MessageState(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


def messages_table(metadata: sa.MetaData) -> sa.Table:
    """Messages to telephones, without a readable number or text."""
    return sa.Table(
        "messages",
        metadata,
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("telephone", sa.LargeBinary, nullable=False),
        sa.Column("telephone_hash", sa.String(64), nullable=False, index=True),
        sa.Column("text", sa.LargeBinary),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("attempts", sa.Integer, nullable=False, default=0),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant()),
    )


MESSAGES = messages_table(sa.MetaData())


class CodeSender(Protocol):
    """A way to a telephone."""

    #: may the text be forgotten after delivery?
    forgets: bool

    def send(self, telephone: str, text: str) -> None:
        """Deliver, or raise."""
        ...


class SmsProvider:
    """A provider that takes `{"to", "text"}` by HTTP POST with a bearer key."""

    forgets = True

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"}, timeout=10.0
        )
        self._url = url

    def send(self, telephone: str, text: str) -> None:
        """Deliver, or raise `httpx.HTTPError`."""
        answer = self._client.post(self._url, json={"to": telephone, "text": text})
        answer.raise_for_status()


class TelephoneInbox:
    """The demonstration's telephones: a message is delivered by staying here."""

    forgets = False

    def send(self, telephone: str, text: str) -> None:
        """Nothing more to do."""


def sender_from(settings: Settings) -> CodeSender:
    """The way to telephones that this process is set up for."""
    if settings.is_demo:
        return TelephoneInbox()
    return _provider(settings.text("SMS_URL"), settings.text("SMS_KEY"))


@functools.cache
def _provider(url: str, key: str) -> SmsProvider:
    """Made once: the job that sends asks several times a second."""
    return SmsProvider(url, key)


@dataclass(frozen=True, kw_only=True)
class Received:
    """A message as its receiver sees it."""

    purpose: str
    text: str
    queued_at: datetime


def queue_message(
    session: Session,
    clock: Clock,
    vault: Vault,
    *,
    telephone: str,
    purpose: str,
    text: str,
) -> None:
    """Send `text` once this transaction has committed."""
    queue_messages(
        session, clock, vault, telephones=[telephone], purpose=purpose, text=text
    )


def queue_messages(
    session: Session,
    clock: Clock,
    vault: Vault,
    *,
    telephones: Collection[str],
    purpose: str,
    text: str,
) -> None:
    """Send the same `text` to many once this transaction has committed."""
    at = clock.now()
    rows = [_message(vault, each, purpose, text, at) for each in telephones]
    if rows:
        session.execute(MESSAGES.insert(), rows)


def _message(
    vault: Vault, telephone: str, purpose: str, text: str, at: datetime
) -> dict[str, object]:
    return {
        "id": str(ordered_id()),
        "purpose": purpose,
        "telephone": vault.encrypt(telephone, purpose=_TELEPHONE),
        "telephone_hash": vault.fingerprint(telephone, purpose=_TELEPHONE),
        "text": vault.encrypt(text, purpose=_TEXT),
        "state": MessageState.WAITING,
        "attempts": 0,
        "queued_at": at,
    }


def deliver_messages(
    db: Database, clock: Clock, vault: Vault, sender: CodeSender
) -> int:
    """Deliver what waits and is due; return how many messages were tried.

    One replica at a time delivers. A crash between sending and noting it sends
    that one message again.
    """
    if not _due(db, clock):
        return 0  # the usual case: no lock is taken for it
    with exclusive(db, "messages") as hold:
        rows = _due(db, clock) if hold else []
        for row in rows:
            state = _try_to_send(row, vault, sender)
            with db.transaction() as session:
                _settle(session, clock, row, state, forget=sender.forgets)
    return len(rows)


def has_messages_due(session: Session, clock: Clock) -> bool:
    """Whether a message is to be sent, or tried again, now."""
    return bool(session.scalar(_ANY_DUE, _until(clock)))


def _due(db: Database, clock: Clock) -> Sequence[Any]:
    """The oldest messages whose last failed attempt is some time ago."""
    with db.reading() as session:
        return session.execute(_OLDEST_DUE, _until(clock)).all()


def _until(clock: Clock) -> dict[str, datetime]:
    """Until when a message was queued that has been tried so often and is due."""
    now = clock.now()
    return {f"tried_{n}": now - pause for n, pause in enumerate(_PAUSES)}


def _tried(times: int) -> sa.ColumnElement[bool]:
    until = sa.bindparam(f"tried_{times}", type_=Instant())
    return sa.and_(MESSAGES.c.attempts == times, MESSAGES.c.queued_at <= until)


_IS_DUE = sa.and_(
    MESSAGES.c.state == MessageState.WAITING, sa.or_(*map(_tried, range(len(_PAUSES))))
)
_ANY_DUE = sa.select(sa.exists().where(_IS_DUE))
_OLDEST_DUE = (
    sa.select(MESSAGES)
    .where(_IS_DUE)
    .order_by(MESSAGES.c.queued_at, MESSAGES.c.id)
    .limit(_BATCH)
)


def _try_to_send(row: Any, vault: Vault, sender: CodeSender) -> MessageState:
    try:
        sender.send(
            vault.decrypt(row.telephone, purpose=_TELEPHONE),
            vault.decrypt(row.text, purpose=_TEXT),
        )
    except Exception as error:  # whatever the provider's trouble is
        log.warning("message_not_sent", id=row.id, error=type(error).__name__)
        last = row.attempts + 1 >= len(_PAUSES)
        return MessageState.FAILED if last else MessageState.WAITING
    return MessageState.DELIVERED


def _settle(
    session: Session, clock: Clock, row: Any, state: MessageState, *, forget: bool
) -> None:
    values: dict[str, object] = {"state": state, "attempts": row.attempts + 1}
    if state != MessageState.WAITING:
        values["settled_at"] = clock.now()
        if forget:
            values["text"] = None
    session.execute(MESSAGES.update().where(MESSAGES.c.id == row.id).values(**values))


def messages_waiting(session: Session) -> int:
    """How many messages are neither delivered nor given up."""
    waiting = MESSAGES.c.state == MessageState.WAITING
    count = sa.select(sa.func.count()).select_from(MESSAGES).where(waiting)
    return session.scalar(count) or 0


def messages_to(session: Session, vault: Vault, *, telephone: str) -> list[Received]:
    """What a telephone has received, newest first (demonstrations only)."""
    number = vault.fingerprint(telephone, purpose=_TELEPHONE)
    query = sa.select(MESSAGES).where(
        MESSAGES.c.telephone_hash == number, MESSAGES.c.text.is_not(None)
    )
    newest_first = (MESSAGES.c.queued_at.desc(), MESSAGES.c.id.desc())
    return [
        Received(
            purpose=row.purpose,
            text=vault.decrypt(row.text, purpose=_TEXT),
            queued_at=row.queued_at,
        )
        for row in session.execute(query.order_by(*newest_first).limit(20))
    ]
