"""The five stages of a primary that everybody follows, by its calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.pages.languages import N_
from gateway.pages.languages import gettext as _


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage at one moment; the last one has no end."""

    name: str
    title: str
    opens_at: str
    closes_at: str | None
    state: str  # before | now | after


@dataclass(frozen=True, kw_only=True)
class Action:
    """The one thing to do now."""

    title: str
    path: str
    stage: Stage


_PHASES = {
    "nomination": N_("Nomination"),
    "programmes": N_("Programmes"),
    "debates": N_("Debates"),
    "voting": N_("Voting"),
}
_TO_DO = {
    "nomination": (N_("See who stands"), "candidates"),
    "programmes": (N_("Read the programmes"), "programmes"),
    "debates": (N_("See the debates"), "debates"),
    "voting": (N_("Vote now"), "vote"),
    "results": (N_("See the results"), "results"),
}
#: while nothing is open, by what comes next
_MEANWHILE = {
    "nomination": (N_("Find your territory"), "territories"),
    "results": (N_("Look at the public boards"), "boards"),
}
_OTHERWISE = (N_("See the candidates"), "candidates")


def stages_of(calendar: dict[str, Any], now: datetime) -> list[Stage]:
    """The stages as they stand at `now`."""
    stages = [
        _stage(name, _(title), calendar["phases"][name], now)
        for name, title in _PHASES.items()
    ]
    results = {"opens_at": calendar["instants"]["publication"], "closes_at": None}
    return [*stages, _stage("results", _("Results"), results, now)]


def phase_of(calendar: dict[str, Any], name: str, now: datetime) -> Stage:
    """Any phase of the calendar as it stands at `now`."""
    title = _PHASES.get(name, name.replace("_", " ").capitalize())
    return _stage(name, title, calendar["phases"][name], now)


def action_of(stages: list[Stage]) -> Action:
    """What to do now: in the latest open stage, or before the next one."""
    open_now = [stage for stage in stages if stage.state == "now"]
    if open_now:
        title, path = _TO_DO[open_now[-1].name]
        return Action(title=_(title), path=path, stage=open_now[-1])
    following = next(stage for stage in stages if stage.state == "before")
    title, path = _MEANWHILE.get(following.name, _OTHERWISE)
    return Action(title=_(title), path=path, stage=following)


def _stage(name: str, title: str, when: dict[str, Any], now: datetime) -> Stage:
    return Stage(
        name=name,
        title=title,
        opens_at=when["opens_at"],
        closes_at=when["closes_at"],
        state=_state(when["opens_at"], when["closes_at"], now),
    )


def _state(opens_at: str, closes_at: str | None, now: datetime) -> str:
    if now < datetime.fromisoformat(opens_at):
        return "before"
    if closes_at is None or now < datetime.fromisoformat(closes_at):
        return "now"
    return "after"
