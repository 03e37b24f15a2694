"""The form of a definition document. What it does not name is refused."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import ValidationError, fields, post_load, validate

from chassis.wire import Schema
from contracts.calendar import CalendarSchema
from contracts.definition import model
from contracts.fields import Localised, Slug, Whole, YesNo

Code = validate.Regexp(
    r"\A[A-Z]{2}(-[A-Z0-9]{1,12})*\Z",
    error="Write a code like KZ, KZ-AKM or KZ-111000000.",
)
Language = validate.Regexp(r"\A[a-z]{2,3}\Z", error="Write a language code like kk.")
SomeItems = validate.Length(min=1)
FromOne = validate.Range(min=1)
FromNought = validate.Range(min=0)
Percent = validate.Range(min=0, max=100)
Age = validate.Range(min=16, max=120)


def freeze(facts: dict[str, Any]) -> dict[str, Any]:
    """Lists become tuples, so that a frozen value is frozen all through."""
    return {
        name: tuple(fact) if isinstance(fact, list) else fact
        for name, fact in facts.items()
    }


class _Value(Schema):
    """A schema whose payload becomes a value of `builds`."""

    builds: ClassVar[type]

    @post_load
    def make(self, facts: dict[str, Any], **_: object) -> object:
        """Build the value."""
        return self.builds(**freeze(facts))


def _zone_exists(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError("There is no such IANA time zone.") from error


def _pattern_compiles(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValidationError(f"Not a regular expression: {error}.") from error


class TerritorySchema(_Value):
    """A row of the territories."""

    builds = model.Territory
    code = fields.String(required=True, validate=Code)
    parent = fields.String(required=True, allow_none=True)
    level = fields.Enum(model.Level, by_value=True, required=True)
    kind = fields.String(required=True, validate=validate.Length(min=1))
    name = Localised(required=True)
    zone = fields.String(load_default=None, allow_none=True, validate=_zone_exists)


class ContestSchema(_Value):
    """A row of the contests."""

    builds = model.Contest
    id = fields.String(required=True, data_key="contest", validate=Slug)
    level = fields.Enum(model.ContestLevel, by_value=True, required=True)
    territory = fields.String(required=True)
    title = Localised(required=True)
    seats = Whole(required=True, validate=FromOne)
    list_length = Whole(required=True, validate=FromOne)
    choices = Whole(required=True, validate=FromOne)
    min_age = Whole(required=True, validate=Age)
    residence = fields.Enum(model.Residence, by_value=True, required=True)


class WomenQuotaSchema(_Value):
    """The women's quota."""

    builds = model.WomenQuota
    percent = Whole(required=True, validate=Percent)


class YoungQuotaSchema(_Value):
    """The quota of the young."""

    builds = model.YoungQuota
    percent = Whole(required=True, validate=Percent)
    under_age = Whole(required=True, validate=Age)


class QuotasSchema(_Value):
    """Both quotas."""

    builds = model.Quotas
    women = fields.Nested(WomenQuotaSchema, required=True)
    young = fields.Nested(YoungQuotaSchema, required=True)


class IdentitySchema(_Value):
    """The national number."""

    builds = model.Identity
    scheme = fields.Enum(model.IdentityScheme, by_value=True, required=True)
    pattern = fields.String(load_default=None, validate=_pattern_compiles)


class RequiredDocumentSchema(_Value):
    """One line of the checklist."""

    builds = model.RequiredDocument
    id = fields.String(required=True, validate=Slug)
    title = Localised(required=True)
    routes = fields.List(
        fields.Enum(model.Route, by_value=True), required=True, validate=SomeItems
    )


class NominationRulesSchema(_Value):
    """The rules of nomination."""

    builds = model.NominationRules
    routes = fields.List(
        fields.Enum(model.Route, by_value=True), required=True, validate=SomeItems
    )
    residence_years = Whole(required=True, validate=FromNought)
    documents = fields.List(fields.Nested(RequiredDocumentSchema), required=True)


class SectionSchema(_Value):
    """A section of the programme."""

    builds = model.Section
    # suggestions for a section that does not exist yet say `new`
    id = fields.String(required=True, validate=[Slug, validate.NoneOf(["new"])])
    title = Localised(required=True)
    text = Localised(required=True)


class ProgrammesSchema(Schema):
    """The template of a programme."""

    sections = fields.List(
        fields.Nested(SectionSchema), required=True, validate=SomeItems
    )


class VenueSchema(_Value):
    """A hall."""

    builds = model.Venue
    id = fields.String(required=True, validate=Slug)
    region = fields.String(required=True)
    name = Localised(required=True)
    capacity = Whole(required=True, validate=FromOne)


class ModeratorSchema(_Value):
    """A moderator."""

    builds = model.Moderator
    id = fields.String(required=True, validate=Slug)
    region = fields.String(required=True)
    name = Localised(required=True)
    languages = fields.List(
        fields.String(validate=Language), required=True, validate=SomeItems
    )


class HoursSchema(_Value):
    """Opening hours."""

    builds = model.Hours
    opens = fields.Time(required=True, format="%H:%M")
    closes = fields.Time(required=True, format="%H:%M")


class SpeakingTimesSchema(_Value):
    """The parts of a debate."""

    builds = model.SpeakingTimes
    opening_seconds = Whole(required=True, validate=FromNought)
    presentation_seconds = Whole(required=True, validate=FromOne)
    question_seconds = Whole(required=True, validate=FromNought)
    answer_seconds = Whole(required=True, validate=FromNought)
    closing_seconds = Whole(required=True, validate=FromNought)
    ending_seconds = Whole(required=True, validate=FromNought)


class DebateRulesSchema(_Value):
    """The rules of debates."""

    builds = model.DebateRules
    group_min = Whole(required=True, validate=validate.Range(min=2))
    # with two, a contest of three would leave somebody to speak alone
    group_max = Whole(required=True, validate=validate.Range(min=3))
    times = fields.Nested(SpeakingTimesSchema, required=True)
    slot_minutes = Whole(required=True, validate=FromOne)
    hours = fields.Nested(HoursSchema, required=True)
    candidate_max_per_day = Whole(required=True, validate=FromOne)
    moderator_max_per_day = Whole(required=True, validate=FromOne)
    streams_per_region = Whole(required=True, validate=FromOne)
    venues = fields.List(fields.Nested(VenueSchema), required=True)
    moderators = fields.List(fields.Nested(ModeratorSchema), required=True)


class AssumptionSchema(_Value):
    """A value marked as assumed."""

    builds = model.Assumption
    field = fields.String(required=True)
    because = fields.String(required=True, validate=validate.Length(min=10))


class DefinitionSchema(Schema):
    """The whole document."""

    primary = fields.String(required=True, validate=[Slug, validate.Length(max=64)])
    rehearsal = YesNo(required=True)
    title = Localised(required=True)
    party = Localised(required=True)
    country = fields.String(required=True, validate=Code)
    languages = fields.List(
        fields.String(validate=Language), required=True, validate=SomeItems
    )
    zone = fields.String(required=True, validate=_zone_exists)
    group = fields.String(
        required=True, validate=validate.OneOf(["Ed25519", "BELENIOS-2048"])
    )
    max_roll = Whole(required=True, validate=FromOne)
    min_ballots = Whole(required=True, validate=FromOne)
    trustees = Whole(required=True, validate=FromOne)
    #: how many trustees suffice to decrypt; without it, all are needed
    threshold = Whole(load_default=None, validate=FromOne)
    calendar = fields.Nested(CalendarSchema, required=True)
    territories = fields.List(fields.Nested(TerritorySchema), required=True)
    contests = fields.List(fields.Nested(ContestSchema), required=True)
    quotas = fields.Nested(QuotasSchema, required=True)
    reference_date = fields.Date(required=True)
    ties = fields.String(required=True, validate=validate.Equal("lot"))
    list_rule = fields.String(required=True, validate=validate.Equal("A"))
    identity = fields.Nested(IdentitySchema, required=True)
    nomination = fields.Nested(NominationRulesSchema, required=True)
    programmes = fields.Nested(ProgrammesSchema, required=True)
    debates = fields.Nested(DebateRulesSchema, required=True)
    assumed = fields.List(fields.Nested(AssumptionSchema), required=True)
    credits = fields.List(fields.String(validate=SomeItems), load_default=list)
