"""A timer fires at its pace, and makes up for nothing that it missed."""

from __future__ import annotations

import eventlet

from chassis.testing import eventually, running
from chassis.timers import timer


def test_after_a_pause_a_timer_fires_once_and_goes_on() -> None:
    fired: list[int] = []
    release = eventlet.Event()

    class Ticking:
        name = "ticking"

        @timer(interval=0.05)
        def tick(self) -> None:
            fired.append(len(fired))
            if len(fired) == 1:
                release.wait()  # as long as twenty ticks

    with running(Ticking, environment={"PRIMARIES_AMQP_URI": "memory://"}):
        eventually(lambda: fired)
        eventlet.sleep(1.0)
        release.send()
        eventlet.sleep(0.12)
        made_up_for = len(fired)

    assert 2 <= made_up_for <= 5
