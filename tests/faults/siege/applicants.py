"""Applicants: put themselves forward, are registered, and now and then withdraw."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from tests.faults.siege.stage import SiegeStage
from tools.api import Problem
from tools.demo.acts.nominations import facts_of
from tools.demo.cast import Nominee

_EVERY = 7  # of so many candidates, one withdraws


@dataclass(kw_only=True)
class Applicants:
    """What the applicants of a primary were told."""

    stage: SiegeStage
    #: acknowledged nominations, and the candidacies that came of them
    candidacies: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def apply(self, nominee: Nominee) -> None:
        """The whole way of one candidacy."""
        nomination = self._submit(nominee)
        candidacy = self._register(nominee, nomination)
        with self._lock:
            self.candidacies[nomination] = candidacy
            leaves = len(self.candidacies) % _EVERY == 0
        if leaves:
            self._withdraw(nominee, nomination)
            self.withdrawn.add(candidacy)

    def _submit(self, nominee: Nominee) -> str:
        stage = self.stage
        api = stage.signed_in(nominee.person)
        try:
            made = api.post(stage.path("/nominations"), **facts_of(stage, nominee))
        except Problem as problem:  # the first answer was lost
            if problem.code != "already_nominated":
                raise
            made = self._mine(nominee)
        return made["nomination"]

    def _register(self, nominee: Nominee, nomination: str) -> str:
        stage = self.stage
        chief = stage.signed_in(stage.cast.offices.chief)
        path = stage.path(f"/nominations/{nomination}/decision")
        try:
            return chief.post(path, decision="register")["candidacy"]
        except Problem as problem:
            if problem.code != "nomination_decided":
                raise
            return self._mine(nominee)["candidacy"]

    def _withdraw(self, nominee: Nominee, nomination: str) -> None:
        stage = self.stage
        api = stage.signed_in(nominee.person)
        path = stage.path(f"/nominations/{nomination}/withdrawal")
        try:
            api.post(path, reason="For family reasons.")
        except Problem as problem:
            if problem.code != "nomination_not_standing":
                raise

    def _mine(self, nominee: Nominee) -> Any:
        api = self.stage.signed_in(nominee.person)
        (made,) = api.get(self.stage.path("/me/nominations"))["items"]
        return made
