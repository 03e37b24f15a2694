"""What can be said of a delivered message, whatever has become of its connection."""

from __future__ import annotations

from typing import Any

import structlog

from chassis.bus import CONNECTION_ERRORS
from chassis.events import Envelope
from chassis.telemetry import place_of

log = structlog.get_logger()


def envelope_in(message: Any) -> Envelope | None:
    """The event; None if the message is no event and never will be one."""
    try:
        return Envelope.from_json(message.body)
    except (ValueError, KeyError, TypeError) as error:
        log.warning("no_event", error=place_of(error))
        return None


def acknowledge(message: Any, *, multiple: bool = False) -> None:
    """Tell the broker; if the connection is gone it delivers again, to no effect."""
    try:
        message.ack(multiple=multiple)
    except (*CONNECTION_ERRORS, AttributeError) as error:
        log.warning("acknowledgement_lost", error=type(error).__name__)


def put_back(message: Any) -> None:
    """Let the broker deliver it once more."""
    try:
        message.requeue()
    except (*CONNECTION_ERRORS, AttributeError) as error:
        log.warning("acknowledgement_lost", error=type(error).__name__)
