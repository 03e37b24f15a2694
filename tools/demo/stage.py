"""What every act has at hand: the interface, the clock, the people, the reporter."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from chassis.clock import set_clock
from contracts.definition import Definition
from tools.api import Api
from tools.demo.cast import Cast
from tools.demo.options import Options
from tools.demo.people import Person
from tools.demo.platform import Platform
from tools.demo.played import Played
from tools.demo.report import Report
from tools.environment import BOOTSTRAP

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_AT_ONCE = 8  # telephones in use at the same time
_SESSION = timedelta(hours=7)  # after that somebody signs in anew
_PATIENCE = 120.0  # seconds for the platform to become idle, or for a message
#: what somebody reads in a message
CODE = re.compile(r"\b\d{6}\b")


@dataclass(kw_only=True)
class Stage:
    """One demonstration while it is played."""

    options: Options
    platform: Platform
    definition: Definition
    cast: Cast
    report: Report
    #: other processors of this machine, for sealing and verifying
    workers: Executor
    api: Api
    now: datetime
    played: Played = field(default_factory=Played)
    _sessions: dict[str, tuple[Api, datetime]] = field(default_factory=dict)
    _signing_in: dict[str, Lock] = field(default_factory=lambda: defaultdict(Lock))

    @property
    def primary(self) -> str:
        """The primary's id."""
        return self.definition.primary

    def path(self, rest: str = "") -> str:
        """An address inside the primary."""
        return f"/primaries/{self.primary}{rest}"

    def local(self, instant: datetime) -> str:
        """An instant in the primary's own time, for people."""
        return f"{instant.astimezone(ZoneInfo(self.definition.zone)):%d %B %H:%M}"

    def act(self, title: str) -> None:
        """A part of the calendar begins."""
        self.report.act(title, self.local(self.now))

    def advance(self, to: datetime) -> None:
        """Let the platform finish what it has to do, then move the clock on."""
        self.wait_until_idle()
        self.now = max(self.now, to)
        set_clock(self.platform.clock, self.now)

    def wait_until_idle(self) -> None:
        """Until the backlog of all services was empty twice."""
        deadline, empty = time.monotonic() + self.patience, 0
        while empty < 2:  # noqa: PLR2004 (twice)
            self.platform.require_alive()
            waiting = self.api.get("/demo/backlog")
            empty = 0 if any(waiting.values()) else empty + 1
            if time.monotonic() > deadline:
                raise click.ClickException(f"The platform does not get done: {waiting}")
            time.sleep(0.05 if empty else 0.15)

    @property
    def patience(self) -> float:
        """Seconds that the platform may take to get done."""
        return _PATIENCE * (10 if self.options.scale == "full" else 1)

    def administrator(self) -> Api:
        """The interface as the administrator uses it."""
        secret = self.platform.environment[BOOTSTRAP]
        answer = self.api.post("/sessions/administrator", secret=secret)
        return self.api.signed_in(answer["session"])

    def signed_in(self, person: Person) -> Api:
        """The interface as this person uses it; signs them in when needed."""
        with self._signing_in[person.iin]:  # a secretary may act in several threads
            known = self._sessions.get(person.iin)
            if known and self.now - known[1] < _SESSION:
                return known[0]
            api = self._sign_in(person)
            self._sessions[person.iin] = (api, self.now)
            return api

    def code_for(self, person: Person, purpose: str) -> str:
        """The code that has just come to somebody's telephone."""
        # voting writes the hour only on what it sends
        this_hour = self.now.replace(minute=0, second=0, microsecond=0)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            for message in self._inbox(person):
                queued_at = datetime.fromisoformat(message["queued_at"])
                fresh = this_hour <= queued_at <= self.now
                code = CODE.search(message["text"])
                if fresh and code and message["purpose"] == purpose:
                    return code.group()
            time.sleep(0.1)
        raise click.ClickException(f"No {purpose} message came to a telephone.")

    def together(
        self,
        title: str,
        do: Callable[[Item], Answer],
        items: Iterable[Item],
    ) -> list[Answer]:
        """Do something for many at once; the answers in the order of the items."""
        waiting: Sequence[Item] = list(items)
        with ThreadPoolExecutor(_AT_ONCE) as telephones:
            answers = telephones.map(do, waiting)
            return list(self.report.progress(title, answers, len(waiting)))

    def _sign_in(self, person: Person) -> Api:
        self.api.post(self.path("/sign-in-codes"), iin=person.iin)
        code = self.code_for(person, "sign_in")
        answer = self.api.post(self.path("/sessions"), iin=person.iin, code=code)
        return self.api.signed_in(answer["session"])

    def _inbox(self, person: Person) -> list[dict[str, Any]]:
        answer = self.api.post(
            "/demo/telephone-inbox", primary=self.primary, telephone=person.telephone
        )
        return answer["items"]
