"""Debates: groups, timetable, attendance."""

from __future__ import annotations

from marshmallow import fields, validate

from chassis.operations import Operation
from contracts.campaign import errors, views
from contracts.campaign.operations.requests import OFFICERS, InPrimary, Paged, Words
from contracts.copies import UnknownPrimary
from contracts.definition import UnknownTerritory
from contracts.fields import LONGEST_REASON


class DrawDebates(Operation):
    """Make the groups of all debates by the published lot, once."""

    Request = InPrimary
    Response = views.GroupsView
    roles = OFFICERS
    errors = (
        UnknownPrimary,
        errors.OutsideYourTerritory,
        errors.DebateLotNotDrawn,
        errors.DebatesAlreadyDrawn,
    )
    timeout = 60.0


class ScheduleDebatesRequest(InPrimary):
    """Whose debates."""

    region = fields.String(required=True)


class ScheduleDebates(Operation):
    """Give every debate of a region that has none a time, a hall and a moderator."""

    Request = ScheduleDebatesRequest
    Response = views.TimetableView
    roles = OFFICERS
    errors = (
        UnknownPrimary,
        UnknownTerritory,
        errors.OutsideYourTerritory,
        errors.NotARegion,
        errors.DebateLotNotDrawn,
        errors.CapacityShort,
        errors.TimetableImpossible,
        errors.TimetableNotFound,
    )
    timeout = 120.0


class ListDebatesRequest(Paged):
    """Which debates."""

    #: this territory and everything inside it
    territory = fields.String(load_default=None, allow_none=True)
    region = fields.String(load_default=None, allow_none=True)
    contest = fields.String(load_default=None, allow_none=True)
    candidacy = fields.String(load_default=None, allow_none=True)
    #: in the region's local time
    day = fields.Date(load_default=None, allow_none=True)
    state = fields.Enum(
        views.DebateState, by_value=True, load_default=None, allow_none=True
    )


class ListDebates(Operation):
    """The debates, in the order of time; those without a time come last."""

    Request = ListDebatesRequest
    Response = views.DebatesView
    errors = (UnknownPrimary, UnknownTerritory, errors.UnknownDebate)


class DebateRequest(InPrimary):
    """Which debate."""

    debate = fields.String(required=True)


class ReadDebate(Operation):
    """One debate."""

    Request = DebateRequest
    Response = views.DebateView
    errors = (UnknownPrimary, errors.UnknownDebate)


class PostponeDebateRequest(DebateRequest):
    """Why a debate cannot be held when it was announced; the reason is public."""

    reason = fields.String(
        required=True, validate=[Words, validate.Length(max=LONGEST_REASON)]
    )


class PostponeDebate(Operation):
    """Put off a debate before it starts: scheduling will give it a later time."""

    Request = PostponeDebateRequest
    Response = views.DebateView
    roles = OFFICERS
    errors = (
        errors.UnknownDebate,
        errors.OutsideYourTerritory,
        errors.DebateNotScheduled,
        errors.DebateAlreadyStarted,
        errors.DebateAlreadyHeld,
    )


class RecordAttendanceRequest(DebateRequest):
    """Who came and who did not: together all speakers who still stand."""

    present = fields.List(fields.String(), required=True)
    absent = fields.List(fields.String(), required=True)


class RecordAttendance(Operation):
    """Put on record who took part in a debate, once, after its start."""

    Request = RecordAttendanceRequest
    Response = views.DebateView
    roles = OFFICERS
    errors = (
        errors.UnknownDebate,
        errors.OutsideYourTerritory,
        errors.DebateNotScheduled,
        errors.DebateNotStarted,
        errors.DebateAlreadyHeld,
        errors.AttendanceIncomplete,
    )
