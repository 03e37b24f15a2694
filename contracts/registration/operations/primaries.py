"""What registration can be asked about a primary, its calendar and its lots."""

from __future__ import annotations

from marshmallow import fields, validate

from chassis.auth import Role
from chassis.operations import Nothing, Operation
from chassis.wire import Schema
from contracts.calendar import InvalidCalendar, PhaseName, PhaseNotPlanned
from contracts.copies import UnknownPrimary
from contracts.definition import InvalidDefinition, UnknownContest, UnknownTerritory
from contracts.fields import A_REASON, Instant
from contracts.registration import errors, views

SHORTEST_VALUE = 4  # of a lot
LOTS = ("debates", "ties")


class PrimaryRequest(Schema):
    """Which primary."""

    primary = fields.String(required=True)


class DefinePrimaryRequest(Schema):
    """A whole definition."""

    document = fields.Dict(required=True)


class DefinePrimary(Operation):
    """Define a primary; the same document again gets the same answer."""

    Request = DefinePrimaryRequest
    Response = views.DefinedView
    roles = frozenset({Role.ADMINISTRATOR})
    errors = (InvalidDefinition, errors.PrimaryExists)
    timeout = 30.0


class ListPrimaries(Operation):
    """Show all primaries of this installation."""

    Request = Nothing
    Response = views.PrimariesView


class ShowPrimary(Operation):
    """Show what a primary is and how far it has come."""

    Request = PrimaryRequest
    Response = views.PrimaryView
    errors = (UnknownPrimary,)


class ReadDefinition(Operation):
    """Show the whole definition of a primary, as it was given."""

    Request = PrimaryRequest
    Response = views.DefinitionView
    errors = (UnknownPrimary,)


class ListTerritoriesRequest(PrimaryRequest):
    """All territories, or those directly below one."""

    parent = fields.String(load_default=None)


class ListTerritories(Operation):
    """Show the territories of a primary."""

    Request = ListTerritoriesRequest
    Response = views.TerritoriesView
    errors = (UnknownPrimary, UnknownTerritory)


class TerritoryRequest(PrimaryRequest):
    """Which territory."""

    territory = fields.String(required=True)


class ShowTerritory(Operation):
    """Show a territory, what lies around it, and its contests."""

    Request = TerritoryRequest
    Response = views.TerritoryPageView
    errors = (UnknownPrimary, UnknownTerritory)


class ListContestsRequest(PrimaryRequest):
    """All contests, or those on the ballot of one voting district."""

    district = fields.String(load_default=None)


class ListContests(Operation):
    """Show the contests of a primary, or of one ballot in its order."""

    Request = ListContestsRequest
    Response = views.ContestsView
    errors = (UnknownPrimary, UnknownTerritory)


class ContestRequest(PrimaryRequest):
    """Which contest."""

    contest = fields.String(required=True)


class ShowContest(Operation):
    """Show a contest."""

    Request = ContestRequest
    Response = views.ContestView
    errors = (UnknownPrimary, UnknownContest)


class ShowCalendar(Operation):
    """Show the calendar in force and every change of it."""

    Request = PrimaryRequest
    Response = views.CalendarView
    errors = (UnknownPrimary,)


class ProposeCalendarChangeRequest(PrimaryRequest):
    """Which phase shall close when, and why."""

    phase = fields.String(required=True, validate=validate.OneOf(list(PhaseName)))
    closes_at = Instant(required=True)
    reason = fields.String(required=True, validate=A_REASON)


class ProposeCalendarChange(Operation):
    """Propose another closing instant of a phase; a second officer approves it."""

    Request = ProposeCalendarChangeRequest
    Response = views.CalendarChangeView
    roles = frozenset({Role.OFFICER})
    errors = (
        UnknownPrimary,
        PhaseNotPlanned,
        InvalidCalendar,
        errors.ClosesInThePast,
        errors.NotYourTerritory,
    )


class ApproveCalendarChangeRequest(PrimaryRequest):
    """Which proposal."""

    version = fields.Integer(required=True)


class ApproveCalendarChange(Operation):
    """Put a colleague's proposal in force as the next version of the calendar."""

    Request = ApproveCalendarChangeRequest
    Response = views.CalendarChangeView
    roles = frozenset({Role.OFFICER})
    errors = (
        UnknownPrimary,
        InvalidCalendar,
        errors.UnknownCalendarChange,
        errors.SecondOfficerNeeded,
        errors.CalendarChangeDecided,
        errors.CalendarChangeOutdated,
        errors.ClosesInThePast,
        errors.NotYourTerritory,
    )


class LotRequest(PrimaryRequest):
    """Which lot, and the public value as this officer read it."""

    lot = fields.String(required=True, validate=validate.OneOf(LOTS))
    value = fields.String(
        required=True, validate=validate.Length(min=SHORTEST_VALUE, max=500)
    )


class EnterLotRequest(LotRequest):
    """A public value for a lot, and where anybody can look it up."""

    source = fields.String(required=True, validate=A_REASON)


class EnterLot(Operation):
    """Enter the public value of a lot; until it is drawn, a later entry replaces it."""

    Request = EnterLotRequest
    Response = views.LotView
    roles = frozenset({Role.OFFICER})
    errors = (
        UnknownPrimary,
        errors.TooEarly,
        errors.LotIsDrawn,
        errors.NotYourTerritory,
    )


class ApproveLot(Operation):
    """Enter a lot's value a second time, as another officer: the lot is drawn."""

    Request = LotRequest
    Response = views.LotView
    roles = frozenset({Role.OFFICER})
    errors = (
        UnknownPrimary,
        errors.TooEarly,
        errors.UnknownLot,
        errors.LotIsDrawn,
        errors.LotValuesDiffer,
        errors.SecondOfficerNeeded,
        errors.NotYourTerritory,
    )


class ListLots(Operation):
    """Show the lots that have been entered, and the values of those that are drawn."""

    Request = PrimaryRequest
    Response = views.LotsView
    errors = (UnknownPrimary,)
