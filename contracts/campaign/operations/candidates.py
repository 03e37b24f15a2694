"""Candidate pages."""

from __future__ import annotations

from marshmallow import fields, validate

from chassis.auth import Role
from chassis.operations import Operation
from contracts.campaign import errors, views
from contracts.campaign.operations.requests import InPrimary, Paged
from contracts.copies import PhaseClosed, UnknownPrimary
from contracts.definition import UnknownTerritory

MOST_LINKS = 5


class ListCandidatesRequest(Paged):
    """Which candidates."""

    #: of contests in this territory and everything inside it
    territory = fields.String(load_default=None, allow_none=True)
    contest = fields.String(load_default=None, allow_none=True)
    woman = fields.Boolean(load_default=None, allow_none=True)
    young = fields.Boolean(load_default=None, allow_none=True)
    withdrawn = fields.Boolean(load_default=None, allow_none=True)
    route = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(["ppo", "self"])
    )
    #: part of a name or an occupation, in any case
    text = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=100)
    )


class ListCandidates(Operation):
    """The candidates, by name, as few of them as one likes."""

    Request = ListCandidatesRequest
    Response = views.CandidatesView
    errors = (UnknownPrimary, UnknownTerritory, errors.UnknownCandidate)


class CandidateRequest(InPrimary):
    """Which candidate."""

    candidacy = fields.String(required=True)


class ReadCandidate(Operation):
    """A candidate's page."""

    Request = CandidateRequest
    Response = views.CandidateView
    errors = (errors.UnknownCandidate,)


class EditCandidatePageRequest(CandidateRequest):
    """The new content of a page; it takes the place of the old."""

    #: the page's version that the edit is based on
    version = fields.Integer(required=True, validate=validate.Range(min=0))
    statement = fields.String(
        required=True, validate=validate.Length(max=views.LONGEST_STATEMENT)
    )
    education = fields.String(
        required=True, validate=validate.Length(max=views.LONGEST_EDUCATION)
    )
    #: the page in the primary's other languages
    translations = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(views.TranslationForm),
        load_default=dict,
    )
    links = fields.List(
        fields.Nested(views.LinkForm),
        required=True,
        validate=validate.Length(max=MOST_LINKS),
    )


class EditCandidatePage(Operation):
    """Write one's own page, until campaigning ends."""

    Request = EditCandidatePageRequest
    Response = views.CandidateView
    roles = frozenset({Role.CANDIDATE})
    errors = (
        errors.UnknownCandidate,
        errors.NotYourPage,
        errors.LanguageNotOffered,
        errors.CandidateHasWithdrawn,
        errors.PageChangedMeanwhile,
        PhaseClosed,
    )
