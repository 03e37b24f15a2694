"""The facts that campaign announces. Nothing in them names a member."""

from __future__ import annotations

from marshmallow import fields

from chassis.events import Event


class ProgrammePublished(Event):
    """The first draft of a territory's programme is open to suggestions."""

    public_fields = ("version", "programme_hash")

    version = fields.Integer(required=True)
    programme_hash = fields.String(required=True)


class SuggestionMade(Event):
    """A member has suggested a change to a programme."""

    public_fields = ("suggestion", "section")

    suggestion = fields.String(required=True)
    section = fields.String(required=True)


class SuggestionDecided(Event):
    """The working group has decided on a suggestion, with a public reason."""

    public_fields = ("suggestion", "section", "decision", "reason")

    suggestion = fields.String(required=True)
    section = fields.String(required=True)
    #: accepted | accepted_in_part | rejected | out_of_scope
    decision = fields.String(required=True)
    reason = fields.String(required=True)


class ProgrammeRevised(Event):
    """A new version of a programme follows from the decisions."""

    public_fields = ("version", "programme_hash", "suggestions")

    version = fields.Integer(required=True)
    programme_hash = fields.String(required=True)
    #: the accepted suggestions that this version carries out
    suggestions = fields.List(fields.String(), required=True)


class DebateScheduled(Event):
    """A debate has its time, venue and speakers."""

    public_fields = ("debate", "contest", "opens_at", "closes_at", "venue", "speakers")

    debate = fields.String(required=True)
    contest = fields.String(required=True)
    opens_at = fields.AwareDateTime(required=True)
    closes_at = fields.AwareDateTime(required=True)
    venue = fields.String(required=True)
    #: candidacies in the order of speaking, by lot
    speakers = fields.List(fields.String(), required=True)


class DebatePostponed(Event):
    """A debate cannot be held when it was announced; a later time will follow."""

    public_fields = ("debate", "contest", "reason")

    debate = fields.String(required=True)
    contest = fields.String(required=True)
    reason = fields.String(required=True)


class DebateCancelled(Event):
    """A debate will not take place: fewer than two of its speakers still stand."""

    public_fields = ("debate", "contest")

    debate = fields.String(required=True)
    contest = fields.String(required=True)


class DebateHeld(Event):
    """A debate has taken place; who came and who did not is on record."""

    public_fields = ("debate", "contest", "present", "absent")

    debate = fields.String(required=True)
    contest = fields.String(required=True)
    present = fields.List(fields.String(), required=True)
    absent = fields.List(fields.String(), required=True)
