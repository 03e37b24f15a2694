"""A timer that never catches up: nameko's own fires once for every tick it missed."""

from __future__ import annotations

import time

from eventlet import Timeout
from nameko.timer import Timer


class SteadyTimer(Timer):
    """Fires `interval` seconds after it last did, or as soon as that work is done.

    After a pause of the whole process (a suspended machine, a debugger) it fires once.
    """

    def _run(self) -> None:
        pause = self.interval
        while not self._is_told_to_stop(pause):
            began = time.monotonic()
            self.handle_timer_tick()
            self.worker_complete.wait()
            self.worker_complete.reset()
            pause = max(0.0, self.interval - (time.monotonic() - began))

    def _is_told_to_stop(self, seconds: float) -> bool:
        with Timeout(seconds, False):  # noqa: FBT003
            self.should_stop.wait()
        return self.should_stop.ready()


timer = SteadyTimer.decorator
