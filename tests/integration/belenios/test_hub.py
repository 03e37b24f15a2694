"""While ballots are verified in threads, the process goes on answering."""

from __future__ import annotations

import statistics
import time

import eventlet
import eventlet.tpool

from belenios.ballots import CheckedBallot, check_ballot
from belenios.kernel import warm_up
from tools.bench.elections import Sample

BALLOTS, GREENLETS = 40, 4
TICK = 0.002
# Far above what is measured (a few milliseconds): the machine may be busy.
LONGEST_LAG, USUAL_LAG = 1.0, 0.05


class Ticker:
    """Wakes up every two milliseconds and notes by how much it was late."""

    def __init__(self) -> None:
        self.lags: list[float] = []
        self._greenlet = eventlet.spawn(self._tick)

    def _tick(self) -> None:
        while True:
            asleep = time.perf_counter()
            eventlet.sleep(TICK)
            self.lags.append(time.perf_counter() - asleep - TICK)

    def stop(self) -> None:
        self._greenlet.kill()


def test_the_hub_keeps_ticking_while_ballots_are_verified():
    assert warm_up(), "numba is part of the environment"
    sample = Sample("Ed25519", 50, 1)
    ballot = sample.create(0)
    check_ballot(sample.election, ballot)
    ticker, pool = Ticker(), eventlet.GreenPool(GREENLETS)

    def verify(_: int) -> CheckedBallot:
        return eventlet.tpool.execute(check_ballot, sample.election, ballot)

    checked = list(pool.imap(verify, range(BALLOTS)))
    ticker.stop()

    assert {one.raw for one in checked} == {ballot}
    assert len(ticker.lags) >= BALLOTS
    assert statistics.median(ticker.lags) < USUAL_LAG
    assert max(ticker.lags) < LONGEST_LAG
