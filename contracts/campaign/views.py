"""What campaign shows. Nothing in it tells who suggested or supported what."""

from __future__ import annotations

from enum import StrEnum

from marshmallow import fields, validate

from chassis.wire import Schema
from contracts.fields import Instant, Localised

LONGEST_STATEMENT = 4000
LONGEST_EDUCATION = 500


class SuggestionKind(StrEnum):
    """What a suggestion would do to its section."""

    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"
    COMMENT = "comment"


class SuggestionState(StrEnum):
    """What has become of a suggestion: open, or what was decided."""

    OPEN = "open"
    ACCEPTED = "accepted"
    ACCEPTED_IN_PART = "accepted_in_part"
    REJECTED = "rejected"
    OUT_OF_SCOPE = "out_of_scope"


class DebateState(StrEnum):
    """How far a debate has come."""

    DRAWN = "drawn"  # its group is known, its time is not
    SCHEDULED = "scheduled"
    HELD = "held"
    CANCELLED = "cancelled"  # fewer than two of its speakers still stand


class Attendance(StrEnum):
    """Whether a speaker came."""

    PRESENT = "present"
    ABSENT = "absent"


class LinkForm(Schema):
    """A link on a candidate's page."""

    title = fields.String(required=True, validate=validate.Length(min=1, max=80))
    address = fields.Url(
        required=True, schemes={"https"}, validate=validate.Length(max=300)
    )


class TranslationForm(Schema):
    """A candidate's page in one more language."""

    statement = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_STATEMENT)
    )
    education = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_EDUCATION)
    )


class CandidateSummary(Schema):
    """A candidate in a list."""

    candidacy = fields.String()
    contest = fields.String()
    #: of the contest
    territory = fields.String()
    region = fields.String()
    name = fields.String()
    birth_year = fields.Integer()
    occupation = fields.String()
    route = fields.String()
    woman = fields.Boolean()
    young = fields.Boolean()
    withdrawn = fields.Boolean()


class CandidateView(CandidateSummary):
    """A candidate's page."""

    withdrawn_because = fields.String(allow_none=True)
    #: in the primary's first language
    statement = fields.String()
    education = fields.String()
    #: by the other languages, as far as the candidate wrote in them
    translations = fields.Dict(
        keys=fields.String(), values=fields.Nested(TranslationForm)
    )
    links = fields.List(fields.Nested(LinkForm))
    #: of the page; name it when editing
    version = fields.Integer()
    edited_at = Instant(allow_none=True)


class CandidatesView(Schema):
    """A page of the candidates, by name."""

    items = fields.List(fields.Nested(CandidateSummary))
    next = fields.String(allow_none=True)
    total = fields.Integer()


class ProgrammesPublishedView(Schema):
    """How many programmes were published now, and how many there are."""

    published = fields.Integer()
    programmes = fields.Integer()


class ProgrammeSummary(Schema):
    """A programme in a list."""

    territory = fields.String()
    region = fields.String()
    version = fields.Integer()
    programme_hash = fields.String()
    published_at = Instant()
    suggestions = fields.Integer()


class ProgrammesView(Schema):
    """A page of the programmes, by territory code."""

    items = fields.List(fields.Nested(ProgrammeSummary))
    next = fields.String(allow_none=True)


class SectionView(Schema):
    """A section of a programme; its number is its place in the list."""

    section = fields.String()
    title = Localised()
    text = Localised()


class VersionSummary(Schema):
    """A version in the history of a programme."""

    version = fields.Integer()
    #: SHA-256 of the canonical JSON of the sections
    programme_hash = fields.String()
    published_at = Instant()


class ProgrammeView(Schema):
    """A programme at its newest version."""

    territory = fields.String()
    region = fields.String()
    version = fields.Integer()
    programme_hash = fields.String()
    published_at = Instant()
    sections = fields.List(fields.Nested(SectionView))
    versions = fields.List(fields.Nested(VersionSummary))


class ChangeView(Schema):
    """What a version changed in one section, and why."""

    section = fields.String()
    #: added | changed | removed
    change = fields.String()
    editorial = fields.Boolean()
    suggestions = fields.List(fields.String())
    #: by language: the lines of a unified diff of title and text
    diff = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class ProgrammeVersionView(Schema):
    """One version of a programme, with what it changed in the one before."""

    territory = fields.String()
    version = fields.Integer()
    programme_hash = fields.String()
    published_at = Instant()
    sections = fields.List(fields.Nested(SectionView))
    changes = fields.List(fields.Nested(ChangeView))


class SuggestionView(Schema):
    """A suggestion, without its author."""

    suggestion = fields.String()
    territory = fields.String()
    section = fields.String()
    kind = fields.String()
    text = fields.String()
    language = fields.String()
    state = fields.String()
    reason = fields.String(allow_none=True)
    supports = fields.Integer()
    suggested_at = Instant()
    decided_at = Instant(allow_none=True)
    #: the version of the programme that carries it out
    carried_out_in = fields.Integer(allow_none=True)


class SuggestionsView(Schema):
    """A page of a programme's suggestions, oldest first."""

    items = fields.List(fields.Nested(SuggestionView))
    next = fields.String(allow_none=True)


class SupportsView(Schema):
    """How many members back a suggestion."""

    suggestion = fields.String()
    supports = fields.Integer()


class MySupportsView(Schema):
    """The suggestions that the member who asks supports."""

    suggestions = fields.List(fields.String())


class GroupsView(Schema):
    """What the lot made: so many debates in so many contests."""

    debates = fields.Integer()
    contests = fields.Integer()


class TimetableView(Schema):
    """What scheduling did in a region."""

    region = fields.String()
    scheduled = fields.Integer()
    #: debates that had their time already and kept it
    kept = fields.Integer()
    first_day = fields.Date(allow_none=True)
    last_day = fields.Date(allow_none=True)


class HostView(Schema):
    """A hall or a moderator."""

    id = fields.String()
    name = Localised()


class SpeakerView(Schema):
    """A speaker of a debate, in the order of the lot."""

    candidacy = fields.String()
    name = fields.String()
    #: the candidate's value in the lot of the contest
    lot = fields.String()
    withdrawn = fields.Boolean()
    #: present | absent, once on record
    attendance = fields.String(allow_none=True)


class DebateView(Schema):
    """A debate: who speaks, where, when, and who came."""

    debate = fields.String()
    contest = fields.String()
    territory = fields.String()
    region = fields.String()
    state = fields.String()
    #: local to the region, in `zone`
    day = fields.Date(allow_none=True)
    zone = fields.String()
    opens_at = Instant(allow_none=True)
    closes_at = Instant(allow_none=True)
    venue = fields.Nested(HostView, allow_none=True)
    moderator = fields.Nested(HostView, allow_none=True)
    speakers = fields.List(fields.Nested(SpeakerView))


class DebatesView(Schema):
    """A page of the debates, in the order of time."""

    items = fields.List(fields.Nested(DebateView))
    next = fields.String(allow_none=True)
