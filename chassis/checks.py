"""Whether a service can do its work: the checks behind `/readyz`, each with figures.

No check may hang: every look at a database or a broker has a deadline, after which
its connection is thrown away. What is told is also set as gauges (`metrics.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import eventlet
import sqlalchemy as sa
from nameko.rpc import ReplyListener

from chassis import metrics
from chassis.advice import about_broker, about_database
from chassis.broker_probe import BrokerProbe, QueueFigures
from chassis.bus import FAILURES, is_memory
from chassis.clock import Clock, SystemClock
from chassis.config import Settings
from chassis.outbox import OUTBOX
from chassis.subscriptions import Subscriptions
from chassis.telemetry import place_of
from chassis.topology import calls_queue, event_queues, parked_queue

_PATIENCE = 2.0  # seconds for all that one server is asked
_LONGEST = 3.0  # seconds, should even giving up take its time

_UNKNOWN = float("nan")
_OLDEST = sa.select(
    sa.func.count(), sa.func.min(OUTBOX.c.position), sa.func.min(OUTBOX.c.occurred_at)
)


@dataclass(frozen=True, kw_only=True)
class Check:
    """Whether something is as it should be, the figures, and what to do if not."""

    holds: bool
    figures: dict[str, Any] = field(default_factory=dict)
    do: str

    def as_json(self) -> dict[str, Any]:
        """For the body of the answer."""
        advice = {} if self.holds else {"do": self.do}
        return {"ok": self.holds, **self.figures, **advice}


class Examination:
    """The checks of one container; it keeps a connection to the broker."""

    def __init__(self, container: Any) -> None:
        self._container = container
        self._settings: Settings = container.config["settings"]
        self._service: str = container.service_name
        self._broker = BrokerProbe(container.config["AMQP_URI"], self._service)
        self._oldest = _Oldest(self._settings.clock)

    def run(self) -> dict[str, Check]:
        """Every check, by name; database and broker are asked side by side."""
        asked = {"broker": eventlet.spawn(self._ask_broker)}
        if hasattr(self._container.service_cls, "database_of"):
            asked["database"] = eventlet.spawn(self._ask_database)
        checks: dict[str, Check] = {}
        for name, asking in asked.items():
            checks |= _answer_of(name, asking)
        self._set_gauges(checks)
        return checks

    def of_start(self) -> dict[str, Check]:
        """While it starts: the broker, which is all that it waits for."""
        return _answer_of("broker", eventlet.spawn(self._reach_broker))

    def _ask_database(self) -> dict[str, Check]:
        began = time.monotonic()
        database = self._container.service_cls.database_of(self._container)
        try:
            # a Timeout is no Exception: the driver's connection is given up, too
            with eventlet.Timeout(_PATIENCE), database.reading() as session:
                count, position, since = session.execute(_OLDEST).one()
        except FAILURES as error:
            metrics.OUTBOX_ROWS.labels(self._service).set(_UNKNOWN)
            metrics.OUTBOX_AGE.labels(self._service).set(_UNKNOWN)
            return {"database": _silent(error, about_database(error))}
        seconds = round(time.monotonic() - began, 3)
        answers = _database(seconds, database.need())
        return {"database": answers, "outbox": self._outbox(count, position, since)}

    def _outbox(self, rows: int, position: int | None, since: Any) -> Check:
        limit = self._settings.ready_outbox_seconds
        age = self._oldest.age_of(position, since)
        metrics.OUTBOX_ROWS.labels(self._service).set(rows)
        metrics.OUTBOX_AGE.labels(self._service).set(age)
        return Check(
            holds=age <= limit,
            figures={"rows": rows, "oldest_seconds": round(age, 1), "limit": limit},
            do="Events are not published: look for relay_interrupted in the log.",
        )

    def _ask_broker(self) -> dict[str, Check]:
        return self._reach_broker(self._look_at_queues)

    def _reach_broker(
        self, further: Callable[[], dict[str, Check]] = dict
    ) -> dict[str, Check]:
        try:
            with eventlet.Timeout(_PATIENCE):
                seconds = self._broker.round_trip(_PATIENCE)
                others = further()
        except FAILURES as error:
            self._broker.throw_away()
            metrics.ROUND_TRIP.labels(self._service).set(_UNKNOWN)
            return {"broker": _silent(error, about_broker(error))}
        metrics.ROUND_TRIP.labels(self._service).set(seconds)
        figure = {"round_trip_seconds": round(seconds, 3)}
        return {"broker": Check(holds=True, figures=figure, do=""), **others}

    def _look_at_queues(self) -> dict[str, Check]:
        figures = self._broker.figures_of(self._queues())
        checks = {"calls": self._calls(figures)}
        if self._event_queues():
            checks["events"] = self._events(figures)
            checks["parked"] = self._parked(figures)
        return checks

    def _calls(self, figures: dict[str, QueueFigures]) -> Check:
        """Somebody reads the calls of the service, and this process its replies."""
        readers = {name: figures[name].consumers for name in self._call_queues()}
        unread = [name for name, count in readers.items() if not count]
        return Check(
            holds=not unread,
            figures={"unread": unread},
            do="Nobody takes what is sent to these queues: restart the process.",
        )

    def _events(self, figures: dict[str, QueueFigures]) -> Check:
        waiting = {name: figures[name].messages for name in self._event_queues()}
        for name, messages in waiting.items():
            metrics.QUEUE_MESSAGES.labels(self._service, name).set(messages)
        in_hand, behind = self._delay()
        attached = all(each.is_attached() for each in self._subscriptions())
        most, longest = self._limits()
        in_time = max(in_hand, behind) <= longest
        return Check(
            holds=attached and in_time and max(waiting.values()) <= most,
            figures={
                "attached": attached,
                "waiting": waiting,
                "waiting_limit": most,
                "in_hand_seconds": round(in_hand, 1),
                "behind_seconds": round(behind, 1),
                "seconds_limit": longest,
            },
            do="Events are not handled as fast as they come: look for event_failed"
            " and waiting_for in the log, and at the database's load.",
        )

    def _delay(self) -> tuple[float, float]:
        """How long a batch is in hand, and how old its oldest event is."""
        found = self._subscriptions()
        in_hand = max((each.unfinished_for() for each in found), default=0.0)
        behind = max((each.behind_for() for each in found), default=0.0)
        metrics.IN_HAND_AGE.labels(self._service).set(in_hand)
        metrics.EVENTS_BEHIND.labels(self._service).set(behind)
        return in_hand, behind

    def _limits(self) -> tuple[int, float]:
        return self._settings.ready_backlog, self._settings.ready_in_hand_seconds

    def _parked(self, figures: dict[str, QueueFigures]) -> Check:
        """An operator's business; the service does its work all the same."""
        messages = figures[parked_queue(self._service).name].messages
        metrics.PARKED_MESSAGES.labels(self._service).set(messages)
        return Check(holds=True, figures={"messages": messages}, do="")

    def _queues(self) -> list[str]:
        own = self._event_queues()
        parked = [parked_queue(self._service).name] if own else []
        return [*self._call_queues(), *own, *parked]

    def _event_queues(self) -> list[str]:
        own = event_queues(self._service) if self._subscriptions() else []
        return [queue.name for queue in own]

    def _call_queues(self) -> list[str]:
        if is_memory(self._container.config["AMQP_URI"]):
            return []  # it does not know who reads
        extensions = self._container.extensions
        listeners = (each for each in extensions if isinstance(each, ReplyListener))
        replies = [listener.queue.name for listener in listeners]
        own = [calls_queue(self._service)] if self._subscriptions() else []
        return [*replies, *own]

    def _subscriptions(self) -> list[Subscriptions]:
        """Only the four services have them, and calls to answer."""
        found = self._container.entrypoints
        return [each for each in found if isinstance(each, Subscriptions)]

    def _set_gauges(self, checks: dict[str, Check]) -> None:
        for name, check in checks.items():
            metrics.CHECK.labels(self._service, name).set(check.holds)
        ready = all(check.holds for check in checks.values())
        metrics.READY.labels(self._service).set(ready)


class _Oldest:
    """How long the oldest row of an outbox has been waiting.

    A rehearsal's clock stands still or leaps; there only what was seen counts.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._position: int | None = None
        self._seen_at = 0.0

    def age_of(self, position: int | None, since: datetime | None) -> float:
        """Seconds; 0 where nothing waits."""
        if position != self._position:
            self._position, self._seen_at = position, time.monotonic()
        if position is None or since is None:
            return 0.0
        seen_for = time.monotonic() - self._seen_at
        if not isinstance(self._clock, SystemClock):
            return seen_for
        return max(seen_for, (self._clock.now() - since).total_seconds())


def _answer_of(name: str, asking: Any) -> dict[str, Check]:
    """What a greenlet found; it is ended when even its own deadlines failed."""
    with eventlet.Timeout(_LONGEST, False):  # noqa: FBT003
        return asking.wait()
    asking.kill()
    return {name: Check(holds=False, figures={"error": "stuck"}, do="Restart it.")}


def _database(seconds: float, need: BaseException | None) -> Check:
    """It answers; whether it can also write, the last change has shown."""
    advice = about_database(need) if need else ""
    return Check(holds=not need, figures={"seconds": seconds}, do=advice)


def _silent(error: BaseException, advice: str) -> Check:
    return Check(holds=False, figures={"error": place_of(error)}, do=advice)
