"""The gateway without its services: each operation answers what a test says."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from werkzeug.test import Client

from chassis.operations import Operation
from chassis.testing import FrozenClock
from gateway.app import Application
from tests.support.samples import a_sample

Answer = Callable[[dict[str, Any]], Any] | dict[str, Any] | Exception


class ScriptedServices:
    """Stands where the bus stands; what it was asked can be looked at."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], str | None]] = []
        self._answers: dict[str, Answer] = {}

    def answer(self, operation: type[Operation], answer: Answer) -> None:
        """From now on `operation` gets this answer, or raises this error."""
        self._answers[_name(operation)] = answer

    def call(
        self,
        operation: type[Operation],
        payload: dict[str, Any],
        token: str | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """What `RpcClient.call` does."""
        self.asked.append((operation.name, payload, token))
        answer = self._answers.get(_name(operation))
        if answer is None:
            return a_sample(operation.Response)
        if isinstance(answer, Exception):
            raise answer
        return answer(payload) if callable(answer) else answer

    def questions(self, operation: type[Operation]) -> list[dict[str, Any]]:
        """The payloads with which an operation was asked."""
        return [payload for name, payload, _ in self.asked if name == operation.name]


def an_application(
    services: ScriptedServices, clock: FrozenClock | None = None, **options: Any
) -> Application:
    """The application in front of scripted services."""
    settings = {"is_demo": True} | options
    return Application(services.call, clock or FrozenClock(), **settings)


def a_client(services: ScriptedServices, **options: Any) -> Client:
    """A client of that application, in this very process."""
    return Client(an_application(services, **options))


def a_free_address() -> str:
    """An address of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def _name(operation: type[Operation]) -> str:
    return f"{operation.service}.{operation.name}"
