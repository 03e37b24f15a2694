"""Announcing what happened in a territory."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis import outbox
from chassis.clock import Clock
from chassis.events import Event
from contracts.definition import Definition


def announce(
    session: Session,
    clock: Clock,
    definition: Definition,
    event: type[Event],
    territory: str,
    **facts: Any,
) -> None:
    """Record `event` under the territory and its region."""
    outbox.record(
        session,
        clock,
        event,
        **definition.whereabouts(territory),
        **facts,
    )
