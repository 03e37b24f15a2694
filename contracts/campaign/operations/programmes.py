"""Programmes and their versions."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from chassis.operations import Operation
from chassis.wire import Schema
from contracts.campaign import errors, views
from contracts.campaign.operations.requests import OFFICERS, InPrimary, Paged
from contracts.campaign.operations.suggestions import NEW_SECTION
from contracts.copies import PhaseClosed, UnknownPrimary
from contracts.definition import UnknownTerritory
from contracts.fields import Localised, Slug, YesNo

LONGEST_TITLE = 200
LONGEST_SECTION = 10_000


class PublishProgrammes(Operation):
    """Publish the first draft of every programme that is not published yet."""

    Request = InPrimary
    Response = views.ProgrammesPublishedView
    roles = OFFICERS
    errors = (UnknownPrimary, errors.OutsideYourTerritory, PhaseClosed)
    timeout = 60.0


class ListProgrammesRequest(Paged):
    """Which programmes."""

    #: this territory and everything inside it
    territory = fields.String(load_default=None, allow_none=True)


class ListProgrammes(Operation):
    """The published programmes, by territory code."""

    Request = ListProgrammesRequest
    Response = views.ProgrammesView
    errors = (UnknownPrimary, UnknownTerritory)


class ProgrammeRequest(InPrimary):
    """Which programme."""

    territory = fields.String(required=True)


class ReadProgramme(Operation):
    """A programme at its newest version, with its history."""

    Request = ProgrammeRequest
    Response = views.ProgrammeView
    errors = (UnknownPrimary, errors.UnknownProgramme)


class ProgrammeVersionRequest(ProgrammeRequest):
    """Which version."""

    version = fields.Integer(required=True, validate=validate.Range(min=1))


class ReadProgrammeVersion(Operation):
    """One version of a programme and what it changed, section by section."""

    Request = ProgrammeVersionRequest
    Response = views.ProgrammeVersionView
    errors = (errors.UnknownProgramme, errors.UnknownProgrammeVersion)


class ChangeForm(Schema):
    """What becomes of one section, and why.

    A `section` that the programme does not have is added at its end and needs
    title and text; `removed` takes one away; what is left out stays as it is.
    """

    section = fields.String(
        required=True,
        validate=[
            Slug,
            validate.Length(max=64),
            validate.NoneOf([NEW_SECTION], error="Give the new section an id."),
        ],
    )
    title = Localised(load_default=None, allow_none=True)
    text = Localised(load_default=None, allow_none=True)
    removed = YesNo(load_default=False)
    #: the accepted suggestions that caused it
    suggestions = fields.List(fields.String(), load_default=list)
    #: a change without a suggestion, said so
    editorial = YesNo(load_default=False)

    @validates_schema
    def check_form(self, facts: dict[str, Any], **_: object) -> None:
        """Removing leaves nothing to write; what is written is not too long."""
        title, text = facts.get("title"), facts.get("text")
        if facts.get("removed") and (title or text):
            raise ValidationError("A removed section has no title or text.", "removed")
        for field, written, longest in (
            ("title", title, LONGEST_TITLE),
            ("text", text, LONGEST_SECTION),
        ):
            if written and max(map(len, written.values())) > longest:
                raise ValidationError(f"Longer than {longest} characters.", field)


class ReviseProgrammeRequest(ProgrammeRequest):
    """A revised version as its changes to the newest one."""

    #: the version that the changes are made to
    based_on = fields.Integer(required=True, validate=validate.Range(min=1))
    changes = fields.List(
        fields.Nested(ChangeForm),
        required=True,
        validate=validate.Length(min=1, max=200),
    )

    @validates_schema
    def check_sections(self, facts: dict[str, Any], **_: object) -> None:
        """Each section is changed once."""
        sections = [change["section"] for change in facts.get("changes", ())]
        if len(set(sections)) < len(sections):
            raise ValidationError("A section is listed twice.", "changes")


class ReviseProgramme(Operation):
    """Publish the next version: it carries out every accepted suggestion."""

    Request = ReviseProgrammeRequest
    Response = views.ProgrammeVersionView
    roles = OFFICERS
    errors = (
        errors.UnknownProgramme,
        errors.OutsideYourTerritory,
        errors.ProgrammeRevisedMeanwhile,
        errors.UnknownSection,
        errors.SectionIncomplete,
        errors.SectionUnchanged,
        errors.LastSectionRemoved,
        errors.LanguagesMissing,
        errors.ChangeUnaccounted,
        errors.SuggestionNotAccepted,
        errors.AcceptedSuggestionForgotten,
    )
