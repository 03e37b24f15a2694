"""What a process counts and measures, for Prometheus to collect (`/metrics`).

Every label has few values, all known beforehand: a service, an operation, a type of
event, a region, the rule of an address. Never a person, a primary, a tracker or where
somebody is.
Counters change here and now; gauges are set when somebody asks (`health.py`), those
of the edge whenever it looks at its limits.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from eventlet import Timeout
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
)
from sqlalchemy import event
from sqlalchemy.orm import Session

from chassis.errors import DomainError, Unavailable
from chassis.events import Event

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

#: the value of a label where what arrived is none that we know
OTHER = "other"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


def _counter(name: str, what: str, *labels: str) -> Counter:
    return Counter(f"primaries_{name}", what, labels, registry=REGISTRY)


def _gauge(name: str, what: str, *labels: str) -> Gauge:
    return Gauge(f"primaries_{name}", what, labels, registry=REGISTRY)


def _histogram(name: str, what: str, *labels: str) -> Histogram:
    return Histogram(
        f"primaries_{name}", what, labels, registry=REGISTRY, buckets=_SECONDS
    )


# --- is it ready ------------------------------------------------------------------
READY = _gauge("ready", "1 where every check of a service holds.", "service")
CHECK = _gauge("check_holds", "1 where a check holds.", "service", "check")
ROUND_TRIP = _gauge(
    "broker_round_trip_seconds", "A message to the broker and back.", "service"
)

CLOCK = _gauge("clock_seconds", "What this machine's clock says, since 1970.")
CLOCK.set_function(time.time)

# --- events -----------------------------------------------------------------------
OUTBOX_ROWS = _gauge("outbox_rows", "Events that wait for the relay.", "service")
OUTBOX_AGE = _gauge(
    "outbox_oldest_seconds", "How long the oldest of them waits.", "service"
)
EVENTS_PUBLISHED = _counter(
    "events_published", "Events that the broker has confirmed.", "service", "type"
)
RELAY_BATCHES = _counter(
    "relay_batches", "Batches that the broker has confirmed.", "service"
)
RELAY_FAILURES = _counter("relay_failures", "Interruptions of the relay.", "service")
EVENTS_UNROUTABLE = _counter(
    "events_unroutable", "Internal events that no queue took.", "service", "type"
)
REGION_WITHOUT_STREAM = _gauge(
    "region_without_stream",
    "1 where a region has public events, and no stream that keeps them.",
    "service",
    "region",
)
QUEUE_MESSAGES = _gauge(
    "queue_messages",
    "Events at the broker that were delivered to nobody.",
    "service",
    "queue",
)
IN_HAND_AGE = _gauge(
    "events_in_hand_seconds", "How long a batch is being handled.", "service"
)
EVENTS_BEHIND = _gauge(
    "events_behind_seconds", "How old the oldest event in hand is.", "service"
)
EVENTS_HANDLED = _counter(
    "events_handled", "Events that had their effect.", "service", "type"
)
INBOX_DUPLICATES = _counter(
    "inbox_duplicates", "Events that came again, to no effect.", "service"
)
EVENT_FAILURES = _counter(
    "event_failures", "Attempts to handle one event that failed.", "service", "type"
)
EVENTS_PARKED = _counter(
    "events_parked", "Events that this process has put aside.", "service"
)
PARKED_MESSAGES = _gauge(
    "parked_messages", "Events put aside, until an operator looks.", "service"
)

# --- calls ------------------------------------------------------------------------
CALLS_SERVED = _histogram(
    "rpc_server_seconds",
    "Calls that a service answered.",
    "service",
    "operation",
    "outcome",
)
CALLS_MADE = _histogram(
    "rpc_client_seconds",
    "Calls that a caller waited for; the service is the one called.",
    "service",
    "operation",
    "outcome",
)
REFUSED = _counter(
    "requests_refused", "Requests refused because too many are in work.", "place"
)

# --- at the edge ------------------------------------------------------------------
HTTP_REQUESTS = _counter(
    "http_requests", "Requests over HTTP.", "method", "rule", "status"
)
IN_WORK = _gauge("requests_in_work", "Requests in work at the edge.", "kind")
IN_WORK_LIMIT = _gauge(
    "requests_in_work_limit", "How many may be, as things are.", "kind"
)
HTTP_SECONDS = _histogram("http_request_seconds", "Time until the answer.", "rule")

# --- what it is all for -----------------------------------------------------------
BALLOTS_ACCEPTED = _counter("ballots_accepted", "Ballots put into a ballot box.")


def known_type(name: str) -> str:
    """The type of an event as a label: one that the contracts know, or `other`."""
    return name if name in Event.by_type else OTHER


def outcome_of(error: BaseException) -> str:
    """How a call ended, as a label."""
    if isinstance(error, Unavailable | Timeout):
        return "unavailable"
    return "refused" if isinstance(error, DomainError) else "failed"


def count_when_committed(session: Session, counter: Counter) -> None:
    """Count one more as soon as the transaction at hand has committed."""
    event.listen(session, "after_commit", lambda _: counter.inc(), once=True)


@contextmanager
def timed(histogram: Histogram, **labels: str) -> Iterator[None]:
    """Observe how long the block takes and how it ends."""
    began = time.monotonic()
    outcome = "ok"
    try:
        yield
    except BaseException as error:
        outcome = outcome_of(error)
        raise
    finally:
        histogram.labels(**labels, outcome=outcome).observe(time.monotonic() - began)
