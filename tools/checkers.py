"""Several processes that check the ballots of an archive."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_all_start_methods, get_context

from belenios.ballots import check_ballot
from belenios.checking import Checker, CheckNow, Ciphertexts
from belenios.election import Election
from belenios.kernel import warm_up

# Ballots that wait at each process, so that none is idle, but little is held.
WAITING = 2
# A longer ballot (of more than a thousand choices) is not handed over.
LONGEST_BALLOT = 2**20


@contextmanager
def checkers(jobs: int) -> Iterator[Checker]:
    """Ballots are checked by so many processes, of which this one is one."""
    if jobs == 1:
        yield CheckNow()
        return
    # Loaded here, the kernel is in memory that the other processes share.
    warm_up()
    with ProcessPoolExecutor(
        jobs - 1, get_context(_start_method()), initializer=_ignore_interrupts
    ) as pool:
        pool.submit(warm_up).result()
        try:
            yield _Team(pool, jobs)
        finally:
            pool.shutdown(cancel_futures=True)


def _start_method() -> str:
    return "fork" if "fork" in get_all_start_methods() else "spawn"


def _ignore_interrupts() -> None:
    """An interruption is for the process that waits for the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class _Team:
    """Hands ballots to other processes; checks one itself when all are busy."""

    def __init__(self, pool: ProcessPoolExecutor, jobs: int) -> None:
        self._pool = pool
        self._most = WAITING * (jobs - 1)
        self._busy: set[Future[Ciphertexts]] = set()
        self.ahead = 2 * WAITING * jobs

    def begin(self, election: Election, ballot: str) -> Callable[[], Ciphertexts]:
        """Begin a check, here or elsewhere."""
        self._busy = {future for future in self._busy if not future.done()}
        if len(self._busy) >= self._most or len(ballot) > LONGEST_BALLOT:
            return CheckNow().begin(election, ballot)
        future = self._pool.submit(_check, election.raw, ballot)
        self._busy.add(future)
        return future.result


def _check(election: str, ballot: str) -> Ciphertexts:
    return check_ballot(_parse(election), ballot).ciphertexts


@cache
def _parse(election: str) -> Election:
    return Election.parse(election)
