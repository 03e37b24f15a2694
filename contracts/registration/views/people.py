"""How registration shows people: to themselves, and as verdicts on rows of a file."""

from __future__ import annotations

from marshmallow import fields

from chassis.wire import Schema
from contracts.fields import Instant


class RowProblem(Schema):
    """What is wrong in one field of a row."""

    field = fields.String()
    code = fields.String()
    reason = fields.String()


class RowVerdict(Schema):
    """What becomes of one row of a file."""

    #: counted from 1, the header apart
    row = fields.Integer()
    #: accepted | known | refused; an accepted row may carry a remark as a problem
    verdict = fields.String()
    problems = fields.List(fields.Nested(RowProblem))


class ImportView(Schema):
    """What an import did, or would do: all of it or nothing."""

    accepted = fields.Integer()
    known = fields.Integer()
    refused = fields.Integer()
    applied = fields.Boolean()
    rows = fields.List(fields.Nested(RowVerdict))


class PpoView(Schema):
    """A primary party organisation."""

    ppo = fields.String()
    name = fields.String()
    territory = fields.String()


class PposView(Schema):
    """Primary party organisations."""

    items = fields.List(fields.Nested(PpoView))
    next = fields.String(allow_none=True)


class CodeSentView(Schema):
    """The same for everybody, whether a code was sent or not."""

    digits = fields.Integer()
    valid_seconds = fields.Integer()
    pause_seconds = fields.Integer()


class GrantView(Schema):
    """A role and where it holds; an empty scope is the whole primary."""

    role = fields.String()
    scope = fields.String()


class SessionView(Schema):
    """A session that has just been opened; the secret is shown only here."""

    session = fields.String()
    expires_at = Instant()
    roles = fields.List(fields.Nested(GrantView))


class KeptSessionView(Schema):
    """When a session ends now."""

    ends_at = Instant()


class VotingTokenView(Schema):
    """What a booth votes with; shown only here."""

    token = fields.String()
    expires_at = Instant()
    #: from now on; a booth's own clock may be wrong
    valid_seconds = fields.Integer()


class PrincipalView(Schema):
    """A short-lived signed principal for the gateway, and what it may show of it."""

    token = fields.String()
    expires_at = Instant()
    #: empty for an administrator, who belongs to no primary
    primary = fields.String()
    roles = fields.List(fields.Nested(GrantView))
    #: when the session itself ends
    ends_at = Instant()


class MeView(Schema):
    """A person's own view of themselves."""

    member = fields.String()
    name = fields.String()
    #: all but its last two digits hidden
    telephone = fields.String()
    ppo = fields.String()
    #: what the organisation is called
    ppo_name = fields.String()
    territory = fields.String()
    occupation = fields.String()
    roles = fields.List(fields.Nested(GrantView))
    #: the board their ballot goes to, once the roll is frozen
    board = fields.String(allow_none=True)


class TelephoneView(Schema):
    """The telephone of a member of a demonstration."""

    telephone = fields.String()


class TelephoneMessageView(Schema):
    """A message in a demonstration's telephone."""

    purpose = fields.String()
    text = fields.String()
    queued_at = Instant()


class TelephoneInboxView(Schema):
    """What a demonstration's telephone has received, newest first."""

    items = fields.List(fields.Nested(TelephoneMessageView))
