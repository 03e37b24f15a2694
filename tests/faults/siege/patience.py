"""How an honest app asks: again and again, the very same, until it is answered."""

from __future__ import annotations

import time
from typing import Any, Self

from tests.faults.siege.journal import Journal
from tools.api import Api, Problem

#: a lost connection, and what a gateway says while what is behind it does not answer
_TRY_AGAIN = {0, 502, 503, 504}
_PATIENCE = 240.0  # seconds that nobody should have to wait
_PAUSE, _LONGEST_PAUSE = 0.2, 2.0


class PatientApi(Api):
    """The interface as an app uses it that never gives up."""

    def __init__(self, url: str, journal: Journal, **known: Any) -> None:
        super().__init__(url, **known)
        self.journal = journal
        #: how often something had to be asked again in this person's name
        self.repeated = 0

    def signed_in(self, session: str) -> Self:
        """The same interface, used by whom this session belongs to."""
        return type(self)(self.url, self.journal, session=session, client=self._client)

    def _ask(self, method: str, path: str, **how: Any) -> Any:
        """The answer, however often it takes; a refusal is one too."""
        deadline, pause = time.monotonic() + _PATIENCE, _PAUSE
        while True:
            try:
                answer = super()._ask(method, path, **how)
            except Problem as problem:
                if problem.status not in _TRY_AGAIN or time.monotonic() > deadline:
                    raise
                self._note(problem)
            else:
                self.journal.note_answer()
                return answer
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _note(self, problem: Problem) -> None:
        self.repeated += 1
        self.journal.note_repetition(f"{problem.status or 'no answer'}")
