"""Voters: each casts a ballot, and casts the very same again until it is answered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, zip_longest
from threading import Lock
from typing import Any

from belenios.ballots import tracker
from tests.faults.siege.patience import PatientApi
from tests.faults.siege.stage import NoCode, SiegeStage
from tools.api import Api, Problem
from tools.demo.acts.voting import Turn, votes_of
from tools.demo.offline import seal_ballot
from tools.demo.played import Choice

_DEADLINE = 300.0
#: a code was asked for twice, for the first answer was lost
_SENT_ALREADY = "confirmation_requested_too_soon"
#: codes that do not do any more, or not for this ballot: the next one will
_ANOTHER_CODE = {"confirmation_missing", "confirmation_wrong", "confirmation_expired"}


@dataclass(kw_only=True)
class Voters:
    """All voters of a primary, and what they know to have done."""

    stage: SiegeStage
    #: every ballot that was ever sent, by tracker, with its board
    sent: dict[str, str] = field(default_factory=dict)
    #: those whose receipt has come
    acknowledged: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def turns(self) -> Iterator[Turn]:
        """Everybody once, districts mixed; then everybody again, without end."""
        for number in count(1):
            for row in zip_longest(*self.stage.cast.voters.values()):
                for person in filter(None, row):
                    yield Turn(person=person, number=number)

    def cast(self, turn: Turn) -> None:
        """The whole way of one ballot, from the sign-in to the receipt."""
        stage = self.stage
        api = stage.signed_in(turn.person)
        mine = api.get(stage.path("/me/credential"))
        board = mine["board"]
        votes = votes_of(stage, turn, board)
        election = stage.played.elections[board]["election"]
        ballot = stage.workers.submit(
            seal_ballot, election, mine["credential"], votes
        ).result()
        with self._lock:
            self.sent[tracker(ballot)] = board
        receipt = self._hand_in(api, turn, ballot)
        assert receipt["tracker"] == tracker(ballot)
        with self._lock:
            self.acknowledged[receipt["tracker"]] = board
            stage.played.choices[turn.person.iin] = Choice(board=board, votes=votes)
            stage.played.trackers[turn.person.iin] = receipt["tracker"]

    def _hand_in(self, api: Api, turn: Turn, ballot: str) -> Any:
        deadline = time.monotonic() + _DEADLINE
        while True:
            try:
                code = self._confirmed(api, turn, ballot)
                return self._send(api, ballot, code)
            except (NoCode, Problem) as missed:
                again = isinstance(missed, NoCode) or missed.code in _ANOTHER_CODE
                if not again or time.monotonic() > deadline:
                    raise

    def _confirmed(self, api: Api, turn: Turn, ballot: str) -> str:
        stage = self.stage
        try:
            api.post(stage.path("/confirmation-codes"), tracker=tracker(ballot))
        except Problem as problem:
            if problem.code != _SENT_ALREADY:
                raise
        return stage.code_for(turn.person, "confirmation")

    def _send(self, api: Api, ballot: str, code: str) -> Any:
        assert isinstance(api, PatientApi)
        began, before = time.monotonic(), api.repeated
        receipt = api.post(self.stage.path("/ballots"), ballot=ballot, code=code)
        seconds = time.monotonic() - began
        api.journal.note_cast(seconds, repeated=api.repeated > before)
        return receipt
