"""How much a service takes on: so many requests in work, so many waiting for a turn.

The broker delivers what there is, more than the service can hold; what finds no place
is answered at once, so that nothing waits where nobody looks at its age. A request
carries its caller's patience as its expiration: the broker drops what outlived it in
the queue, and what outlived it here is not begun (`operations.serves`).
"""

from __future__ import annotations

import time
from typing import Any

import structlog
from nameko.messaging import QueueConsumer
from nameko.rpc import Rpc

from chassis.errors import Overloaded
from chassis.metrics import REFUSED

log = structlog.get_logger()

#: Seconds by which the clocks of two machines may differ.
LEEWAY = 5.0
#: Deliveries beyond what may wait: enough to answer all at once in a rush.
_SPARE = 100


def install() -> None:
    """Admit requests in this process; called once (`bus.prepare`)."""
    original = Rpc.handle_message

    def handle_message(self: Any, body: Any, message: Any) -> None:
        require_room(self.container)
        if isinstance(body, dict) and isinstance(body.get("kwargs"), dict):
            _limit_patience(body["kwargs"], message)
        original(self, body, message)

    Rpc.handle_message = handle_message
    QueueConsumer.prefetch_count = property(_deliveries)


def require_room(container: Any) -> None:
    """Raise `Overloaded` where as many wait as may."""
    waiting = container._worker_pool.waiting()  # noqa: SLF001 (nameko's own name)
    if waiting >= container.config["MAX_WAITING"]:
        REFUSED.labels(place=container.service_name).inc()
        log.warning("request_refused", service=container.service_name, waiting=waiting)
        raise Overloaded(service=container.service_name)


def _limit_patience(arguments: dict[str, Any], message: Any) -> None:
    """By this machine's clock the caller waits no longer than it said in seconds.

    It may have sent the request some time ago, by a clock that differs from ours.
    """
    until, patience = arguments.get("until"), message.properties.get("expiration")
    if isinstance(until, int | float) and str(patience).isdecimal():
        latest = time.time() + int(patience) / 1000
        arguments["until"] = min(until + LEEWAY, latest)


def _deliveries(consumer: Any) -> int:
    container = consumer.container
    return container.max_workers + container.config["MAX_WAITING"] + _SPARE
