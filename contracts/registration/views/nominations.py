"""How registration shows nominations, one by one and in numbers."""

from __future__ import annotations

from marshmallow import fields

from chassis.wire import Schema
from contracts.fields import Instant
from contracts.registration.views.people import PpoView


class NominationView(Schema):
    """A nomination, without the person's name."""

    nomination = fields.String()
    contest = fields.String()
    territory = fields.String()
    route = fields.String()
    ppo = fields.String(allow_none=True)
    #: submitted | registered | refused | withdrawn | removed
    state = fields.String()
    woman = fields.Boolean()
    young = fields.Boolean()
    statement = fields.String()
    documents = fields.List(fields.String())
    minutes = fields.String()
    submitted_at = Instant()
    decided_at = Instant(allow_none=True)
    ended_at = Instant(allow_none=True)
    reason_code = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    candidacy = fields.String(allow_none=True)


class NominationPersonView(NominationView):
    """A nomination as vetting sees it."""

    name = fields.String()
    birth_year = fields.Integer()
    occupation = fields.String()
    member_ppo = fields.String()
    member_territory = fields.String()


class MyNominationsView(Schema):
    """The nominations of the person who asks, newest first."""

    items = fields.List(fields.Nested(NominationView))


class PpoNominationsView(Schema):
    """The nominations that a party organisation made, newest first."""

    items = fields.List(fields.Nested(NominationPersonView))


class PpoMemberView(Schema):
    """A member as their secretary sees them: no number, no telephone."""

    member = fields.String()
    name = fields.String()
    birth_year = fields.Integer()
    occupation = fields.String()
    territory = fields.String()
    joined_on = fields.Date()
    #: whether a nomination of theirs is under way or has led to a candidacy
    nominated = fields.Boolean()


class PpoMembersView(Schema):
    """A page of an organisation's members in good standing, by name."""

    organisation = fields.Nested(PpoView)
    items = fields.List(fields.Nested(PpoMemberView))
    next = fields.String(allow_none=True)
    total = fields.Integer()


class NominationsView(Schema):
    """Nominations in the order of their submission."""

    items = fields.List(fields.Nested(NominationPersonView))
    next = fields.String(allow_none=True)


class DecisionsView(Schema):
    """What several decisions led to, in the order in which they were asked."""

    items = fields.List(fields.Nested(NominationView))


class Numbers(Schema):
    """How many nominations; decisions count where and when they were taken."""

    applications = fields.Integer()
    ppo = fields.Integer()
    self = fields.Integer()
    women = fields.Integer()
    under_35 = fields.Integer()
    registered = fields.Integer()
    refused = fields.Integer()


class DayNumbers(Numbers):
    """One day in the primary's own zone."""

    day = fields.Date()


class TerritoryNumbers(Numbers):
    """The contests of one territory."""

    territory = fields.String()


class StatisticsView(Schema):
    """The statistics of nominations: total, per day, per territory."""

    primary = fields.String()
    total = fields.Nested(Numbers)
    days = fields.List(fields.Nested(DayNumbers))
    territories = fields.List(fields.Nested(TerritoryNumbers))
