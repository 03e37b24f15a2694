"""The effects of events, with their receipts: all of a batch commit, or none."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.db import Database
from chassis.events import Envelope, facts_of
from chassis.inbox import first_times

Handlers = dict[str, Callable[..., None]]


def apply_events(
    db: Database, clock: Clock, handlers: Handlers, envelopes: list[Envelope]
) -> list[Envelope]:
    """Let every event have its effect, once, all in one transaction.

    Returns those that had it now; the others had it before.
    """
    effective = []
    with db.transaction() as session:
        new = first_times(session, clock, envelopes)
        for envelope in envelopes:
            if envelope.id in new:
                new.discard(envelope.id)  # it may be in the batch twice
                _take_effect(session, clock, handlers, envelope)
                effective.append(envelope)
    return effective


def apply_event(
    session: Session, clock: Clock, handlers: Handlers, envelope: Envelope
) -> None:
    """Let one event have its effect unless its receipt is there already."""
    if first_times(session, clock, [envelope]):
        _take_effect(session, clock, handlers, envelope)


def _take_effect(
    session: Session, clock: Clock, handlers: Handlers, envelope: Envelope
) -> None:
    handlers[envelope.type](session, clock, facts_of(envelope))
