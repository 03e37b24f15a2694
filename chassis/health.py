"""`/healthz`, `/readyz` and `/metrics` of a process, on a port of their own.

`/healthz`: the process lives and its hub turns. `/readyz`: every check of every
service in it holds (`checks.py`); 503 if not, and the body says what to do. Both
answer within seconds whatever is dead, and many who ask at once share one look.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import eventlet
import structlog
from eventlet import wsgi
from eventlet.semaphore import Semaphore
from nameko.containers import ServiceContainer
from nameko.web.server import parse_address
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.wrappers import Request, Response

from chassis import metrics
from chassis.bus import FAILURES
from chassis.checks import Examination
from chassis.telemetry import place_of

log = structlog.get_logger()

_FRESH = 1.0  # seconds for which a look is not repeated
_AT_ONCE = 16  # connections
_PATIENCE = 5  # seconds for one who asks

STARTING, RUNNING, STOPPING = "starting", "running", "stopping"

Report = dict[str, Any]


class Health:
    """What is known of the services of a process."""

    def __init__(self, containers: Sequence[ServiceContainer]) -> None:
        self._examinations = {
            container.service_name: Examination(container) for container in containers
        }
        self.state = STARTING
        self._look = Semaphore(1)
        self._report: Report = {}
        self._looked_at = float("-inf")

    def report(self) -> Report:
        """Is it ready, and why not."""
        if self.state != RUNNING:
            self._say_unready()
        if self.state == STOPPING:
            return {"ready": False, "state": self.state}
        with self._look:
            if time.monotonic() - self._looked_at > _FRESH:
                self._report = self._examine()
                self._looked_at = time.monotonic()
            return self._report

    def _examine(self) -> Report:
        runs = self.state == RUNNING
        asked = {
            service: eventlet.spawn(look.run if runs else look.of_start)
            for service, look in self._examinations.items()
        }
        checks = {service: each.wait() for service, each in asked.items()}
        holds = all(c.holds for each in checks.values() for c in each.values())
        return {
            "ready": runs and holds,
            "state": self.state,
            "services": {
                service: {name: check.as_json() for name, check in each.items()}
                for service, each in checks.items()
            },
        }

    def _say_unready(self) -> None:
        for service in self._examinations:
            metrics.READY.labels(service).set(0)


class HealthServer:
    """Answers over HTTP for as long as the process lives."""

    def __init__(self, health: Health, address: str) -> None:
        self._health = health
        self._address = address
        self._routes: dict[str, Callable[[], Response]] = {
            "/healthz": self._alive,
            "/readyz": self._ready,
            "/metrics": self._metrics,
        }

    def start(self) -> None:
        """Listen; the hub serves it beside everything else."""
        host, port = parse_address(self._address)
        self._socket = eventlet.listen((host, port), reuse_port=False)
        self._serving = eventlet.spawn(
            wsgi.server,
            self._socket,
            self,
            custom_pool=eventlet.GreenPool(_AT_ONCE),
            keepalive=False,
            socket_timeout=_PATIENCE,
            log_output=False,
            debug=False,
        )

    def stop(self) -> None:
        """Close the port."""
        self._serving.kill()
        self._socket.close()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        route = self._routes.get(Request(environ).path)
        try:
            response = route() if route else Response(status=404)
        except FAILURES as error:
            log.error("health_failed", error=place_of(error))  # noqa: TRY400
            response = _json({"ready": False, "error": place_of(error)}, 503)
        return response(environ, start_response)

    def _alive(self) -> Response:
        began = time.monotonic()
        eventlet.sleep(0)  # everybody else has had a turn when we go on
        turn = round(time.monotonic() - began, 3)
        return _json({"alive": True, "hub_turn_seconds": turn}, 200)

    def _ready(self) -> Response:
        report = self._health.report()
        return _json(report, 200 if report["ready"] else 503)

    def _metrics(self) -> Response:
        self._health.report()  # the gauges are set by looking
        body = generate_latest(metrics.REGISTRY)
        return Response(body, content_type=CONTENT_TYPE_LATEST)


def _json(body: Report, status: int) -> Response:
    text = json.dumps(body, indent=2)
    return Response(f"{text}\n", status, content_type="application/json")
