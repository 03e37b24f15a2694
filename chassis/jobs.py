"""What a service does by itself: `every` so many seconds, or `when` there is need.

@every(60)
def forget_expired(self):
    jobs.forget_expired(self.db, self.clock)

@when(jobs.has_boards_to_seal)
def seal_boards(self):
    jobs.seal_boards(self.db, self.clock)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any

import structlog
from eventlet.event import Event as Signal
from nameko.extensions import Entrypoint
from sqlalchemy.orm import Session

from chassis.bus import FAILURES
from chassis.clock import Clock
from chassis.locks import exclusive
from chassis.telemetry import place_of
from chassis.timers import timer
from chassis.watch import PAUSE, Call

log = structlog.get_logger()

#: Is there anything to do? It may say yes in vain, never no.
Question = Callable[[Session, Clock], object]
Method = Callable[[Any], None]

_ANY_TURN = nullcontext(enter_result=True)


def every(seconds: float, *, alone: bool = False) -> Callable[[Method], Any]:
    """Run a method again and again; a failure is logged and tried again.

    Each replica of the service runs it, so two may run at the same moment, unless
    it is to run `alone`: then who finds it running elsewhere leaves out its turn.
    Even so it must bear to be run twice: a broken connection gives its lock away.
    """
    return lambda method: timer(interval=seconds)(_turn_of(method, alone=alone))


def when(question: Question, *, alone: bool = False) -> Callable[[Method], Any]:
    """Run a method whenever the watch finds that it has something to do.

    The question is asked twice a second, together with all others of the service,
    so it should be one small query; not while the method is still at work. What took
    longer than the pause between two looks runs once more at once. For the method
    itself all that `every` says holds.
    """
    return lambda method: _job(question=question)(_turn_of(method, alone=alone))


def _turn_of(method: Method, *, alone: bool) -> Method:
    def turn(self: Any) -> None:
        lock = exclusive(self.db, f"job {method.__name__}") if alone else _ANY_TURN
        try:
            with lock as mine:
                if mine:
                    method(self)
        except FAILURES as error:
            log.warning("job_failed", job=method.__name__, error=place_of(error))

    turn.__name__ = method.__name__
    turn.__doc__ = method.__doc__
    return turn


class Job(Entrypoint):
    """A method that runs when it is called, once at a time."""

    def __init__(self, question: Question, **options: Any) -> None:
        self._question = question
        self._called = Signal()
        self._stopping = False
        super().__init__(**options)

    def start(self) -> None:
        """Wait to be called."""
        self._clock: Clock = self.container.service_cls.clock_of(self.container)
        self._thread = self.container.spawn_managed_thread(self._run)

    def stop(self) -> None:
        """Finish what was begun."""
        self._stopping = True
        self.wake()
        self._thread.wait()

    def kill(self) -> None:
        """Finish nothing."""
        self._thread.kill()

    def due(self, session: Session) -> Iterable[Call]:
        """Itself, if there is something to do and it is not at work."""
        if not self._called.ready() and self._question(session, self._clock):
            yield self.wake

    def wake(self) -> None:
        """Run once, unless it runs already."""
        if not self._called.ready():
            self._called.send()

    def _run(self) -> None:
        while not self._stopping:
            self._called.wait()
            began = time.monotonic()
            if not self._stopping:
                self._work()
            if time.monotonic() - began < PAUSE:
                self._called = Signal()  # else it goes on: there may be more of it

    def _work(self) -> None:
        done = Signal()

        def finish(_worker: object, result: object, exc_info: object) -> Any:
            done.send()
            return result, exc_info

        self.container.spawn_worker(self, (), {}, handle_result=finish)
        done.wait()


_job = Job.decorator
