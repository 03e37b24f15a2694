"""What we mend in nameko and kombu, in one place, each with its reason.

`prepare()` runs once in every process, after `eventlet.monkey_patch()` and
before the first container.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import amqp.exceptions
import eventlet
import kombu.exceptions
import nameko.rpc
import structlog
from kombu import Connection, Exchange
from kombu.mixins import ConsumerMixin
from kombu.transport.pyamqp import SSLTransport
from nameko.amqp.publish import Publisher
from nameko.containers import ServiceContainer
from nameko.messaging import QueueConsumer
from nameko.rpc import Responder, Rpc, RpcConsumer

from chassis import admission, memory_bus
from chassis.topology import is_given

log = structlog.get_logger()

#: What a lost connection looks like, whoever notices it first.
CONNECTION_ERRORS = (
    OSError,
    kombu.exceptions.OperationalError,
    amqp.exceptions.AMQPError,
)

#: Whatever can go wrong in a piece of work. eventlet's Timeout is no Exception, and
#: one that escapes would end a greenlet without anybody noticing.
FAILURES = (Exception, eventlet.Timeout)

#: Try again quickly and for ever: the default pause grows to half a minute.
RETRY = {"interval_start": 0.2, "interval_step": 0.3, "interval_max": 2.0}

_CALL_STACK = "nameko.call_id_stack"


class TransientPublisher(Publisher):
    """Requests and replies: neither stored nor confirmed, and they expire.

    A confirmed publish waits for the broker without limit when the broker is
    frozen; an unconfirmed one lets the caller's deadline decide.
    """

    delivery_mode = 1
    use_confirms = False
    expiration = 30
    retry = False
    transport_options = {
        "max_retries": 1,
        "interval_start": 0.1,
        "interval_step": 0.1,
        "interval_max": 0.3,
    }


@functools.cache
def prepare() -> None:
    """Mend nameko and kombu in this process; further calls do nothing."""
    memory_bus.install()
    admission.install()
    Responder.publisher_cls = TransientPublisher
    _survive_lost_replies()
    _survive_malformed_requests()
    _leave_what_is_given()
    _reconnect_quickly()
    _die_of_timeouts()
    trust_only_the_named_broker()
    _stop_without_a_broker()


@functools.cache
def trust_only_the_named_broker() -> None:
    """Over TLS (`amqps`) the broker's certificate must be for the host in the URI.

    kombu takes any certificate of a known authority unless it is told a host: whoever
    has one for another host would be told user and password.
    """
    original = SSLTransport.__init__

    def init(self: Any, *args: Any, **options: Any) -> None:
        original(self, *args, **options)
        if not isinstance(self.client.ssl, dict):
            self.client.ssl = {"server_hostname": None}  # the URI's

    SSLTransport.__init__ = init


def is_memory(uri: str) -> bool:
    """Is this the bus inside one process?"""
    return uri.startswith("memory")


def _survive_lost_replies() -> None:
    """A broken connection while answering must not end the container.

    What was asked has been done. If the request's own connection broke as well,
    the broker gives the request to somebody again; commands are idempotent. If not
    it must be acknowledged, or it would keep its place in the prefetch window.
    """
    original = RpcConsumer.handle_result

    def handle_result(self: Any, message: Any, result: Any, exc_info: Any) -> Any:
        try:
            return original(self, message, result, exc_info)
        except CONNECTION_ERRORS as error:
            log.warning("reply_lost", error=type(error).__name__)
            self.queue_consumer.ack_message(message)
        except Exception as error:
            log.warning("request_without_return_address", error=type(error).__name__)
            self.queue_consumer.ack_message(message)
        return result, exc_info

    RpcConsumer.handle_result = handle_result
    for name in ("ack_message", "requeue_message"):
        setattr(QueueConsumer, name, _forgiving(getattr(QueueConsumer, name)))


def _forgiving(method: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    @functools.wraps(method)
    def forgiving(self: Any, message: Any) -> None:
        try:
            method(self, message)
        except CONNECTION_ERRORS as error:
            log.warning("acknowledgement_lost", error=type(error).__name__)

    return forgiving


def _survive_malformed_requests() -> None:
    """A forged header must not end the container: read it only if it is a list."""
    original = Rpc.handle_message

    def handle_message(self: Any, body: Any, message: Any) -> None:
        headers = message.headers or {}
        if not isinstance(headers.get(_CALL_STACK, []), list):
            headers.pop(_CALL_STACK)
        original(self, body, message)

    Rpc.handle_message = handle_message


def _leave_what_is_given() -> None:
    """Who may declare the exchange for calls may delete it, so declare it if needed."""
    original = nameko.rpc.get_rpc_exchange

    def get_rpc_exchange(config: Mapping[str, Any]) -> Exchange:
        exchange = original(config)
        exchange.no_declare = is_given(config)
        return exchange

    nameko.rpc.get_rpc_exchange = get_rpc_exchange


def _reconnect_quickly() -> None:
    @contextmanager
    def establish_connection(self: Any) -> Iterator[Connection]:
        with self.create_connection() as connection:
            try:
                connection.ensure_connection(
                    self.on_connection_error, self.connect_max_retries, **RETRY
                )
            except kombu.exceptions.OperationalError as error:
                # kombu's loop would let its own error end the thread; for a lost
                # connection it looks whether it should stop
                raise ConnectionError from error
            yield connection

    ConsumerMixin.establish_connection = establish_connection
    original = ConsumerMixin.consume

    def consume(
        self: Any,
        limit: int | None,
        timeout: float | None = None,
        safety_interval: float = 0.1,  # a second by default, which makes stopping slow
        **kwargs: Any,
    ) -> Iterator[None]:
        return original(self, limit, timeout, min(safety_interval, 0.1), **kwargs)

    ConsumerMixin.consume = consume


def _stop_without_a_broker() -> None:
    """Who is told to stop while there is no broker has nothing to sign off from."""
    original = QueueConsumer.on_connection_error

    def on_connection_error(self: Any, exc: Exception, interval: float) -> None:
        original(self, exc, interval)
        leaving = self._pending_remove_providers
        if not leaving:
            return
        self._pending_remove_providers = {}
        for provider, removed in leaving.items():
            self._consumers.pop(provider, None)
            removed.send()
        self.should_stop = not self._consumers
        raise exc  # out of waiting; kombu then looks whether it should stop

    QueueConsumer.on_connection_error = on_connection_error


def _die_of_timeouts() -> None:
    """A thread that a stray deadline ends must end its container like any error.

    nameko looks for exceptions only; the container would live on without it.
    """
    original = ServiceContainer._handle_thread_exited  # noqa: SLF001

    def handle_thread_exited(self: Any, thread: Any) -> None:
        try:
            original(self, thread)
        except eventlet.Timeout:
            self.kill(sys.exc_info())

    ServiceContainer._handle_thread_exited = handle_thread_exited  # noqa: SLF001
