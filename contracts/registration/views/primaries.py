"""How registration shows a primary, its calendar, its places and its lots."""

from __future__ import annotations

from marshmallow import fields

from chassis.wire import Schema
from contracts.fields import Instant


class ListedPrimary(Schema):
    """A primary in the list of all."""

    primary = fields.String()
    title = fields.Dict(keys=fields.String(), values=fields.String())
    party = fields.Dict(keys=fields.String(), values=fields.String())
    country = fields.String()
    languages = fields.List(fields.String())
    zone = fields.String()
    rehearsal = fields.Boolean()
    open_phases = fields.List(fields.String())


class PrimariesView(Schema):
    """All primaries of this installation."""

    items = fields.List(fields.Nested(ListedPrimary))


class PhaseView(Schema):
    """When something may be done."""

    opens_at = Instant()
    closes_at = Instant()


class CalendarChangeView(Schema):
    """A change of the calendar, proposed or in force, and what voting says to it."""

    version = fields.Integer()
    phase = fields.String()
    closes_at = Instant()
    reason = fields.String()
    #: proposed | approved | outdated
    state = fields.String()
    proposed_at = Instant()
    approved_at = Instant(allow_none=True)
    #: accepted | refused | null while voting has not answered
    answer = fields.String(allow_none=True)
    answer_reason = fields.String(allow_none=True)


class CalendarView(Schema):
    """The calendar in force, with every change ever proposed."""

    primary = fields.String()
    version = fields.Integer()
    zone = fields.String()
    phases = fields.Dict(keys=fields.String(), values=fields.Nested(PhaseView))
    instants = fields.Dict(keys=fields.String(), values=Instant())
    open_phases = fields.List(fields.String())
    changes = fields.List(fields.Nested(CalendarChangeView))


class PrimaryView(ListedPrimary):
    """A primary: what it is and how far it has come."""

    document_hash = fields.String()
    calendar_version = fields.Integer()
    territory_count = fields.Integer()
    contest_count = fields.Integer()
    ppo_count = fields.Integer()
    roll_frozen_at = Instant(allow_none=True)
    ballot_finalised_at = Instant(allow_none=True)


class DefinitionView(Schema):
    """The whole definition, as it was given."""

    document = fields.Dict()


class DefinedView(Schema):
    """The answer to a definition."""

    primary = fields.String()
    document_hash = fields.String()


class ContestView(Schema):
    """One question on the ballot."""

    contest = fields.String()
    level = fields.String()
    territory = fields.String()
    title = fields.Dict(keys=fields.String(), values=fields.String())
    seats = fields.Integer()
    list_length = fields.Integer()
    choices = fields.Integer()
    min_age = fields.Integer()
    residence = fields.String()


class ContestsView(Schema):
    """Contests."""

    items = fields.List(fields.Nested(ContestView))


class TerritoryView(Schema):
    """A territory in the tree."""

    code = fields.String()
    parent = fields.String(allow_none=True)
    level = fields.String()
    kind = fields.String()
    name = fields.Dict(keys=fields.String(), values=fields.String())
    zone = fields.String()
    voting_district = fields.Boolean()


class TerritoriesView(Schema):
    """Territories, parents before their children."""

    items = fields.List(fields.Nested(TerritoryView))


class TerritoryPageView(TerritoryView):
    """A territory with its neighbourhood in the tree and its contests."""

    ancestors = fields.List(fields.Nested(TerritoryView))
    children = fields.List(fields.Nested(TerritoryView))
    contests = fields.List(fields.Nested(ContestView))


class LotView(Schema):
    """The public value that decides a lot."""

    lot = fields.String()
    #: null until it is drawn: the second officer looks it up without seeing it here
    value = fields.String(allow_none=True)
    source = fields.String()
    #: entered | drawn
    state = fields.String()
    entered_at = Instant()
    drawn_at = Instant(allow_none=True)


class LotsView(Schema):
    """The lots of a primary."""

    items = fields.List(fields.Nested(LotView))
