"""kombu's `memory://` transport, made fit to carry the platform in one process.

As shipped it polls (a second by default) and keeps message properties where
nameko does not look. Here a consumer sleeps until a message for one of its
queues is put, or a place in its prefetch window gets free. Nothing is durable.
"""

from __future__ import annotations

import time
import weakref
from queue import Empty
from typing import Any

import eventlet
from eventlet.event import Event as Signal
from kombu.transport import memory, virtual
from kombu.transport.virtual import base

_LONGEST_SLEEP = 1.0  # seconds; a wake-up lost to a bug would cost no more


class _Transport(memory.Transport):
    """A memory transport whose `drain_events` waits to be woken."""

    alive: weakref.WeakSet[_Transport] = weakref.WeakSet()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._signal = Signal()
        _Transport.alive.add(self)

    def wake(self) -> None:
        """There may be something to deliver."""
        if not self._signal.ready():
            self._signal.send()

    def drain_events(self, connection: Any, timeout: float | None = None) -> Any:
        """Deliver one message; raise `socket.timeout` when none came in time."""
        deadline = time.monotonic() + (timeout if timeout is not None else 1e9)
        while True:
            self._signal = Signal()  # before looking, or a wake-up could be missed
            try:
                return self.cycle.get(self._deliver, timeout=timeout)
            except Empty:
                self._sleep_until(deadline)

    def _sleep_until(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        with eventlet.Timeout(min(left, _LONGEST_SLEEP), False):  # noqa: FBT003
            self._signal.wait()


class _Channel(memory.Channel):
    """A channel that wakes the consumers of the queue it puts into."""

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        super()._put(queue, message, **kwargs)
        for transport in list(_Transport.alive):
            if queue in transport._callbacks:  # noqa: SLF001 (kombu's own name for it)
                transport.wake()


class _QoS(virtual.QoS):
    """A prefetch window that wakes its consumer when a place gets free."""

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge."""
        super().ack(delivery_tag)
        self._wake()

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002
        """Reject, or put back."""
        super().reject(delivery_tag, requeue=requeue)
        self._wake()

    def _wake(self) -> None:
        transport = self.channel.connection
        if transport is not None:
            transport.wake()


def install() -> None:
    """Use this transport for `memory://`; before the first connection is made."""
    _Channel.QoS = _QoS
    _Transport.Channel = _Channel
    memory.Transport = _Transport
    if not getattr(base.Message, "keeps_properties", False):
        _keep_properties()


def forget() -> None:
    """Throw away every message that waits: what a restart of the process does."""
    for queue in memory.Channel.queues.values():
        queue.queue.clear()


def _keep_properties() -> None:
    """Put content type and encoding where AMQP messages have them."""
    original = base.Message.__init__

    def __init__(  # noqa: N807
        self: Any, payload: Any, channel: Any = None, **kwargs: Any
    ) -> None:
        original(self, payload, channel=channel, **kwargs)
        self.properties.setdefault("content_type", self.content_type)
        self.properties.setdefault("content_encoding", self.content_encoding)

    base.Message.__init__ = __init__
    base.Message.keeps_properties = True  # pyright: ignore[reportAttributeAccessIssue]
