"""Calling another service: one deadline, one kind of failure, nothing leaked.

A request expires in its queue when its caller has stopped waiting. A service
that does not answer, a broker that is gone and a deadline that passed all look
the same to the caller: `ServiceUnavailable`.
"""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4  # noqa: TID251 (a correlation id, not one of the domain)

import eventlet
from eventlet.event import Event
from nameko.exceptions import RemoteError, deserialize
from nameko.extensions import DependencyProvider, SharedExtension
from nameko.rpc import ReplyListener, get_rpc_exchange

from chassis.bus import CONNECTION_ERRORS, TransientPublisher
from chassis.errors import DomainError, ServiceFailed, ServiceUnavailable
from chassis.metrics import CALLS_MADE, timed
from chassis.operations import Operation


class RpcClient(SharedExtension):
    """Sends requests and waits for their replies, one listener per container."""

    replies = ReplyListener()

    def setup(self) -> None:
        """Called once, before the container starts."""
        config = self.container.config
        self._publisher = TransientPublisher(config["AMQP_URI"])
        self._exchange = get_rpc_exchange(config)

    def call(
        self,
        operation: type[Operation],
        payload: dict[str, Any],
        token: str | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """The answer of `operation`, or the `DomainError` its service raised."""
        seconds = timeout or operation.timeout
        called = {"service": operation.service, "operation": operation.name}
        with timed(CALLS_MADE, **called):
            return self._ask(operation, payload, token, seconds)

    def _ask(
        self,
        operation: type[Operation],
        payload: dict[str, Any],
        token: str | None,
        seconds: float,
    ) -> dict[str, Any]:
        correlation_id = str(uuid4())
        reply = self.replies.get_reply_event(correlation_id)
        try:
            self._send(operation, payload, token, seconds, correlation_id)
            # the deadline guards the wait alone: cutting a publish in half would
            # leave the connection in an unknown state
            body = _wait(reply, seconds)
        except CONNECTION_ERRORS as error:
            raise ServiceUnavailable(service=operation.service) from error
        finally:
            self.replies._reply_events.pop(correlation_id, None)  # noqa: SLF001
        if body is None:
            raise ServiceUnavailable(service=operation.service)
        return _result(body)

    def _send(
        self,
        operation: type[Operation],
        payload: dict[str, Any],
        token: str | None,
        seconds: float,
        correlation_id: str,
    ) -> None:
        arguments = {"payload": payload, "token": token, "until": time.time() + seconds}
        self._publisher.publish(
            {"args": [], "kwargs": arguments},
            exchange=self._exchange,
            routing_key=f"{operation.service}.{operation.name}",
            reply_to=self.replies.routing_key,
            correlation_id=correlation_id,
            expiration=seconds,
        )


def _wait(reply: Event, seconds: float) -> dict[str, Any] | None:
    """The reply; None after so many seconds. A deadline of our caller's passes."""
    with eventlet.Timeout(seconds, False):  # noqa: FBT003
        return reply.wait()
    return None


def _result(body: dict[str, Any]) -> dict[str, Any]:
    if not body.get("error"):
        return body["result"]
    error = deserialize(body["error"])
    if isinstance(error, DomainError | ServiceFailed):
        raise error
    name = error.exc_type if isinstance(error, RemoteError) else type(error).__name__
    raise ServiceFailed(name)


class Rpc(DependencyProvider):
    """Gives a service the `call` of its container's client."""

    client = RpcClient()

    def get_dependency(self, worker_ctx: object) -> Any:
        """`call(operation, payload, token=None, timeout=None)`."""
        return self.client.call
