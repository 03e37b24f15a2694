"""What the telephones of a demonstration have received: two services write to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from eventlet import GreenPool

from chassis.operations import Operation
from contracts.registration import operations as registration
from contracts.voting import operations as voting

Ask = Callable[[type[Operation], dict[str, Any]], dict[str, Any]]
#: of two messages of one instant voting's is the later: one signs in first
_INBOXES = (voting.ReadTelephoneInbox, registration.ReadTelephoneInbox)


def received(ask: Ask, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """All messages to one telephone, newest first."""
    answers = GreenPool(len(_INBOXES)).imap(lambda inbox: ask(inbox, asked), _INBOXES)
    messages = [message for answer in answers for message in answer["items"]]
    return sorted(messages, key=_age, reverse=True)


def _age(message: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(message["queued_at"])
