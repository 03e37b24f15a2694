"""Suggestions, their supports and what becomes of them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from chassis.operations import Operation
from contracts.campaign import errors, views
from contracts.campaign.operations.requests import (
    MEMBERS,
    OFFICERS,
    InPrimary,
    Paged,
    Words,
)
from contracts.copies import PhaseClosed, UnknownPrimary
from contracts.fields import LONGEST_REASON

#: the section of a suggestion that would add one
NEW_SECTION = "new"
LONGEST_SUGGESTION = 2000


class SuggestChangeRequest(InPrimary):
    """A suggestion on a section, or for a new one (`section` is then `new`)."""

    territory = fields.String(required=True)
    section = fields.String(required=True)
    kind = fields.Enum(views.SuggestionKind, by_value=True, required=True)
    text = fields.String(
        required=True, validate=[Words, validate.Length(max=LONGEST_SUGGESTION)]
    )
    language = fields.String(required=True)
    #: made up by who asks; the same member's same key again is the same suggestion
    key = fields.String(load_default=None, validate=validate.Length(min=8, max=64))

    @validates_schema
    def check_new(self, facts: dict[str, Any], **_: object) -> None:
        """A section that does not exist can only be added."""
        is_new = facts["section"] == NEW_SECTION
        if is_new and facts["kind"] is not views.SuggestionKind.ADD:
            raise ValidationError("A new section can only be added.", "kind")


class SuggestChange(Operation):
    """Suggest a change to a programme; any member of the primary may, to any."""

    Request = SuggestChangeRequest
    Response = views.SuggestionView
    roles = MEMBERS
    errors = (
        UnknownPrimary,
        errors.UnknownProgramme,
        errors.UnknownSection,
        errors.LanguageNotOffered,
        errors.TooManySuggestions,
        PhaseClosed,
    )


class ListSuggestionsRequest(Paged):
    """Which suggestions of a programme."""

    territory = fields.String(required=True)
    section = fields.String(load_default=None, allow_none=True)
    state = fields.Enum(
        views.SuggestionState, by_value=True, load_default=None, allow_none=True
    )


class ListSuggestions(Operation):
    """The suggestions on a programme, oldest first."""

    Request = ListSuggestionsRequest
    Response = views.SuggestionsView
    errors = (errors.UnknownProgramme, errors.UnknownSuggestion)


class SuggestionRequest(InPrimary):
    """Which suggestion."""

    suggestion = fields.String(required=True)


class SupportSuggestion(Operation):
    """Back a suggestion; doing it twice is doing it once."""

    Request = SuggestionRequest
    Response = views.SupportsView
    roles = MEMBERS
    errors = (errors.UnknownSuggestion, errors.SuggestionAlreadyDecided, PhaseClosed)


class WithdrawSupport(Operation):
    """Back a suggestion no longer; doing it twice is doing it once."""

    Request = SuggestionRequest
    Response = views.SupportsView
    roles = MEMBERS
    errors = (errors.UnknownSuggestion, errors.SuggestionAlreadyDecided, PhaseClosed)


class MySupportsRequest(InPrimary):
    """Among which suggestions."""

    suggestions = fields.List(
        fields.String(validate=validate.Length(max=64)),
        required=True,
        validate=validate.Length(max=200),
    )


class ListMySupports(Operation):
    """Show a member which of these suggestions they support."""

    Request = MySupportsRequest
    Response = views.MySupportsView
    roles = MEMBERS


class DecideSuggestionRequest(SuggestionRequest):
    """What becomes of a suggestion, and why; the reason is public."""

    decision = fields.Enum(
        views.SuggestionState,
        by_value=True,
        required=True,
        validate=validate.NoneOf(
            [views.SuggestionState.OPEN], error="A decision closes the suggestion."
        ),
    )
    reason = fields.String(
        required=True, validate=[Words, validate.Length(max=LONGEST_REASON)]
    )


class DecideSuggestion(Operation):
    """Decide on a suggestion, once, with a public reason."""

    Request = DecideSuggestionRequest
    Response = views.SuggestionView
    roles = OFFICERS
    errors = (
        errors.UnknownSuggestion,
        errors.OutsideYourTerritory,
        errors.SuggestionAlreadyDecided,
    )
