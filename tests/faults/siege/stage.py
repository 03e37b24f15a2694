"""The demonstration's stage, for people whose answers get lost on the way."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from chassis.clock import set_clock
from tests.faults.siege.patience import PatientApi
from tools.api import Api, Problem
from tools.demo.people import Person
from tools.demo.stage import CODE, Stage

_DEADLINE = 240.0  # seconds for a code to come, or for the platform to become idle
_NEXT_CODE = 15.0  # seconds until an app asks for another one
_CALM = 8  # looks in a row without a backlog: replicas answer in turn


class NoCode(Exception):
    """No code came to a telephone in time."""


@dataclass(kw_only=True)
class SiegeStage(Stage):
    """One primary of the siege while it is played."""

    #: codes that somebody has tried, by telephone: none is good twice
    _spent: dict[str, set[str]] = field(default_factory=dict)
    _moving: Lock = field(default_factory=Lock)

    @property
    def patient(self) -> PatientApi:
        """The interface as apps use it."""
        assert isinstance(self.api, PatientApi)
        return self.api

    def wait_until_idle(self) -> None:
        """Until the backlog of every replica was empty several times."""
        deadline, calm = time.monotonic() + _DEADLINE, 0
        while calm < _CALM:
            waiting = self.api.get("/demo/backlog")
            calm = 0 if any(waiting.values()) else calm + 1
            assert time.monotonic() < deadline, f"never idle: {waiting}"
            time.sleep(0.05)

    def advance(self, to: datetime) -> None:
        """The same, while time passes by itself: no tick may turn it back."""
        self.wait_until_idle()
        with self._moving:
            self.now = max(self.now, to)
            set_clock(self.platform.clock, self.now)

    def tick(self, seconds: float) -> None:
        """Let the platform's time pass."""
        with self._moving:
            self.now = datetime.fromtimestamp(
                self.now.timestamp() + seconds, self.now.tzinfo
            )
            set_clock(self.platform.clock, self.now)

    def code_for(self, person: Person, purpose: str) -> str:
        """A code of this primary that has come and was not tried yet."""
        deadline = time.monotonic() + _NEXT_CODE
        while time.monotonic() < deadline:
            if code := self._fresh_code(person, purpose):
                return code
            time.sleep(0.15)
        raise NoCode

    def _fresh_code(self, person: Person, purpose: str) -> str | None:
        spent = self._spent.setdefault(person.telephone, set())
        for message in self._inbox(person):
            found = CODE.search(message["text"])
            if self._is_ours(message["text"]) and message["purpose"] == purpose:
                if found and found.group() not in spent:
                    spent.add(found.group())
                    return found.group()
                return None  # the newest was tried already: a newer one must come
        return None

    def _is_ours(self, text: str) -> bool:
        """Two primaries know the same telephones."""
        return text.startswith(self.definition.title["en"])

    def _sign_in(self, person: Person) -> Api:
        """Ask for a code and use it; when the answer is lost, all over again."""
        deadline = time.monotonic() + _DEADLINE
        while True:
            try:
                self.api.post(self.path("/sign-in-codes"), iin=person.iin)
                code = self.code_for(person, "sign_in")
                opened = self.api.post(
                    self.path("/sessions"), iin=person.iin, code=code
                )
            except (NoCode, Problem) as missed:
                refused = isinstance(missed, NoCode) or missed.code == "sign_in_refused"
                if not refused or time.monotonic() > deadline:
                    raise
            else:
                return self.api.signed_in(opened["session"])
