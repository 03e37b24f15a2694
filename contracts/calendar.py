"""When things may be done: the phases and the instants of a primary.

A phase is open at `t` iff `opens_at <= t < closes_at`; nothing is fired. Every
service keeps its own copy and asks it at every request, so a calendar is plain
data without a clock. A change makes a new version; older ones are ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self, TypeAlias, TypeVar

from marshmallow import fields, post_load, validate

from chassis.errors import Invalid, InvalidPayload, NotFound
from chassis.wire import Schema, dump, load
from contracts.fields import Instant, Whole

Problem: TypeAlias = dict[str, str]
Planned = TypeVar("Planned")


class PhaseName(StrEnum):
    """The stretches of a primary, in the order in which they usually begin."""

    NOMINATION = "nomination"
    VETTING = "vetting"
    PREPARATION = "preparation"
    CAMPAIGNING = "campaigning"
    PROGRAMMES = "programmes"
    ENROLMENT_SUSPENDED = "enrolment_suspended"
    DEBATES = "debates"
    VOTING = "voting"
    PAPER_VOTING = "paper_voting"


class InstantName(StrEnum):
    """The single moments that a primary turns on."""

    ROLL_FREEZE = "roll_freeze"
    DEBATE_LOT = "debate_lot"
    CANDIDATES_FINAL = "candidates_final"
    TIE_LOT = "tie_lot"
    PUBLICATION = "publication"
    COMPLAINTS_END = "complaints_end"


OPTIONAL_PHASES = {
    PhaseName.PREPARATION,
    PhaseName.ENROLMENT_SUSPENDED,
    PhaseName.PAPER_VOTING,
}


class InvalidCalendar(Invalid):
    """The calendar cannot be used; see the list of problems."""


class PhaseNotPlanned(NotFound):
    """The calendar of this primary has no phase or instant called {name}."""


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A half-open stretch of time."""

    opens_at: datetime
    closes_at: datetime

    def is_open(self, at: datetime) -> bool:
        """Whether `at` lies inside; the closing instant does not."""
        return self.opens_at <= at < self.closes_at


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """All phases and instants of a primary, under a version number."""

    version: int = 1
    phases: Mapping[str, Phase]
    instants: Mapping[str, datetime]

    @classmethod
    def from_document(cls, document: object) -> Self:
        """Read what `to_document` wrote; raise `InvalidCalendar`."""
        try:
            calendar = cls(**load(CalendarSchema, document))
        except InvalidPayload as error:
            raise InvalidCalendar(**error.params) from None
        calendar.check()
        return calendar

    def to_document(self) -> dict[str, Any]:
        """The JSON-able form."""
        return dump(CalendarSchema, self)

    def phase(self, name: str) -> Phase:
        """The phase of that name; raise `PhaseNotPlanned` if there is none."""
        return _planned(self.phases, name)

    def instant(self, name: str) -> datetime:
        """The instant of that name; raise `PhaseNotPlanned` if there is none."""
        return _planned(self.instants, name)

    def is_open(self, name: str, at: datetime) -> bool:
        """Whether the phase is open at `at`; one not planned never is."""
        phase = self.phases.get(name)
        return phase is not None and phase.is_open(at)

    def open_phases(self, at: datetime) -> tuple[str, ...]:
        """The names of the phases open at `at`, in the calendar's order."""
        return tuple(name for name in PhaseName if self.is_open(name, at))

    def changed(
        self,
        *,
        phases: Mapping[str, Phase] | None = None,
        instants: Mapping[str, datetime] | None = None,
    ) -> Self:
        """The next version, with these phases and instants put in."""
        following = replace(
            self,
            version=self.version + 1,
            phases={**self.phases, **(phases or {})},
            instants={**self.instants, **(instants or {})},
        )
        following.check()
        return following

    def with_closing(self, name: str, closes_at: datetime) -> Self:
        """The next version, in which that phase closes at another instant."""
        phase = replace(self.phase(name), closes_at=closes_at)
        return self.changed(phases={name: phase})

    def check(self) -> None:
        """Raise `InvalidCalendar` with all problems, if there are any."""
        if problems := self.problems():
            raise InvalidCalendar(problems=problems)

    def problems(self) -> list[Problem]:
        """What makes no sense in it, each with the place and the reason."""
        return [*_backward_phases(self.phases), *_disorder(self._points())]

    def _points(self) -> dict[str, datetime]:
        """Every moment by its pointer."""
        points = {f"/instants/{name}": at for name, at in self.instants.items()}
        for name, phase in self.phases.items():
            points[f"/phases/{name}/opens_at"] = phase.opens_at
            points[f"/phases/{name}/closes_at"] = phase.closes_at
        return points


class PhaseSchema(Schema):
    """One phase on the wire."""

    opens_at = Instant(required=True)
    closes_at = Instant(required=True)

    @post_load
    def make_phase(self, facts: dict[str, Any], **_: object) -> Phase:
        """Build the value."""
        return Phase(**facts)


PhasesSchema = Schema.from_dict(
    {
        name: fields.Nested(PhaseSchema, required=name not in OPTIONAL_PHASES)
        for name in PhaseName
    },
    name="PhasesSchema",
)
InstantsSchema = Schema.from_dict(
    {name: Instant(required=True) for name in InstantName}, name="InstantsSchema"
)


class CalendarSchema(Schema):
    """A calendar on the wire."""

    version = Whole(load_default=1, validate=validate.Range(min=1))
    phases = fields.Nested(PhasesSchema, required=True)
    instants = fields.Nested(InstantsSchema, required=True)


# The first of each pair must not come after the second. What a party may want
# to overlap (campaigning and voting, online and paper) is left to overlap.
_ORDER = (
    ("/phases/nomination/opens_at", "/phases/vetting/opens_at"),
    ("/phases/nomination/closes_at", "/phases/vetting/closes_at"),
    ("/phases/nomination/closes_at", "/phases/preparation/opens_at"),
    ("/phases/nomination/closes_at", "/phases/campaigning/opens_at"),
    ("/phases/vetting/closes_at", "/instants/debate_lot"),
    ("/instants/debate_lot", "/phases/debates/opens_at"),
    ("/phases/debates/closes_at", "/phases/voting/closes_at"),
    ("/phases/vetting/closes_at", "/instants/candidates_final"),
    ("/instants/candidates_final", "/phases/voting/opens_at"),
    ("/instants/candidates_final", "/phases/paper_voting/opens_at"),
    ("/instants/roll_freeze", "/phases/voting/opens_at"),
    ("/instants/roll_freeze", "/phases/paper_voting/opens_at"),
    ("/phases/voting/closes_at", "/instants/tie_lot"),
    ("/phases/paper_voting/closes_at", "/instants/tie_lot"),
    ("/instants/tie_lot", "/instants/publication"),
    ("/instants/publication", "/instants/complaints_end"),
)


def _planned(plan: Mapping[str, Planned], name: str) -> Planned:
    if name not in plan:
        raise PhaseNotPlanned(name=name)
    return plan[name]


def _backward_phases(phases: Mapping[str, Phase]) -> Iterator[Problem]:
    for name, phase in phases.items():
        if phase.closes_at <= phase.opens_at:
            detail = "This phase closes before it opens, or at once."
            yield {"pointer": f"/phases/{name}/closes_at", "detail": detail}


def _disorder(points: Mapping[str, datetime]) -> Iterator[Problem]:
    for earlier, later in _ORDER:
        planned = earlier in points and later in points
        if planned and points[later] < points[earlier]:
            detail = f"This must not come before {earlier}."
            yield {"pointer": later, "detail": detail}
