"""A broker that is short of memory or disk takes no messages from anybody.

RabbitMQ then reads nothing more from a connection that has published, and so does not
even notice that it is closed: whoever gave up and came again would leave one connection
after the other behind, each of which takes the memory that is missing. So who has been
told stays where it is until there is room again.
"""

from __future__ import annotations

import structlog
from kombu import Connection

from chassis.bus import CONNECTION_ERRORS

log = structlog.get_logger()

_LOOK = 1.0  # seconds; the hub turns meanwhile


class Blocked(Exception):
    """The broker takes no messages until it has memory and disk again."""


class Blockade:
    """Whether the broker has said on one connection that it takes no messages."""

    def __init__(self) -> None:
        self.is_up = False
        #: to make the connection with, for it to tell us
        self.options = {"on_blocked": self._begin, "on_unblocked": self._end}

    def outlast(self, connection: Connection) -> None:
        """Wait until the broker takes messages again, or is gone."""
        while self.is_up:
            try:
                connection.drain_events(timeout=_LOOK)
            except TimeoutError:
                continue
            except CONNECTION_ERRORS:
                self._end()

    def glance(self, connection: Connection, seconds: float) -> None:
        """Take what the broker sends; raise `Blocked` if it takes nothing from us."""
        try:
            connection.drain_events(timeout=seconds)
        except TimeoutError:
            if not self.is_up:
                raise
        except CONNECTION_ERRORS:
            self._end()
            raise
        if self.is_up:
            raise Blocked

    def _begin(self, reason: str) -> None:
        self.is_up = True
        log.error("broker_takes_no_messages")

    def _end(self) -> None:
        self.is_up = False
