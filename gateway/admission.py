"""How much the gateway takes on, and whom it asks to come again.

Requests are of two kinds, each with a limit of its own on how many are in work: what
casting a vote takes, and everything else. A limit finds itself (additive increase,
multiplicative decrease, as in TCP and in Netflix's concurrency-limits): while requests
take longer than they should, it falls to what ends within that time at the present pace
(Little's law); when it is reached and they do not, it grows, and so it does while it is
lower than at the beginning. What finds no place is refused at once, before anything of
it is read.

Whoever votes comes first: while they wait too long, the other limit falls as well. It
never falls to nothing, so that the crowd that votes keeps nobody from reading, either.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from chassis.metrics import IN_WORK, IN_WORK_LIMIT, REFUSED
from gateway.errors import Overloaded

log = structlog.get_logger()

_WINDOW = 0.25  # seconds between two looks at a limit
_FALL = 0.7  # of a limit remains at least, look by look
_RISE = 1.1
_USUAL = 40.0  # the limit where nothing is known yet, and again when a crowd has gone
_LOOKS = 20  # at most, at once, after a pause
#: what casting a vote takes, in the API and on the pages; nginx knows the same
CASTING = re.compile(
    r"/api/v1/primaries/[^/]+/"
    r"(?:ballots|spoiled-ballots|confirmation-codes|sign-in-codes|sessions|me/.*)"
    r"|(?:/[^/]+)?/sign-in"
    r"|/[^/]+/vote"
)


@dataclass
class Budget:
    """Places for one kind of requests."""

    name: str
    patience: float  # seconds that a request may take on average
    least: float
    most: float
    limit: float = _USUAL
    #: when each request in work began, the oldest first
    _begun: dict[object, float] = field(default_factory=dict)
    _ended: int = 0
    _took: float = 0.0
    _refused: int = 0

    def take(self, now: float) -> object | None:
        """A place, or None."""
        if len(self._begun) >= self.limit:
            self._refused += 1
            return None
        place = object()
        self._begun[place] = now
        return place

    def leave(self, place: object, now: float) -> None:
        """Give a place back."""
        self._took += now - self._begun.pop(place)
        self._ended += 1

    def review(self, seconds: float, now: float, *, yields: bool) -> bool:
        """Look at the last `seconds`; returns whether requests take too long."""
        is_slow = self._time_taken(now) > self.patience
        if is_slow:
            sustainable = self.patience * self._ended / seconds
            self.limit = min(self.limit, max(sustainable, _FALL * self.limit))
        elif yields:
            self.limit *= _FALL
        elif self._refused or self.limit < _USUAL:
            self.limit = _RISE * self.limit + 1
        self.limit = min(self.most, max(self.least, self.limit))
        self._tell(len(self._begun))
        self._ended, self._took, self._refused = 0, 0.0, 0
        return is_slow

    def _tell(self, in_work: int) -> None:
        if self._refused:
            log.warning(
                "requests_refused",
                kind=self.name,
                refused=self._refused,
                in_work=in_work,
                limit=round(self.limit),
            )
        IN_WORK.labels(kind=self.name).set(in_work)
        IN_WORK_LIMIT.labels(kind=self.name).set(self.limit)

    def _time_taken(self, now: float) -> float:
        """The mean of what has ended; where nothing has, the age of the oldest."""
        if self._ended:
            return self._took / self._ended
        return now - next(iter(self._begun.values()), now)


class Admission:
    """Decides who is let in."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._casting = Budget("casting", 0.3, least=4, most=200)
        self._reading = Budget("reading", 0.3, least=2, most=200)
        self._looked_at = clock()

    @contextmanager
    def place_for(self, path: str) -> Iterator[None]:
        """A place for the block; raise `Overloaded` where there is none."""
        is_casting = CASTING.fullmatch(path) is not None
        budget = self._casting if is_casting else self._reading
        now = self._clock()
        self._look(now)
        place = budget.take(now)
        if place is None:
            REFUSED.labels(place="gateway").inc()
            raise Overloaded
        try:
            yield
        finally:
            budget.leave(place, self._clock())

    def _look(self, now: float) -> None:
        """Now and then, set the limits anew: first of those who come first.

        Looks that nobody caused are made up for, as long as there is nothing to see.
        """
        seconds = now - self._looked_at
        for _ in range(min(_LOOKS, int(seconds / _WINDOW))):
            self._looked_at = now
            waits = self._casting.review(seconds, now, yields=False)
            if self._reading.review(seconds, now, yields=waits) or waits:
                return
