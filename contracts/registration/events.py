"""The facts that registration announces."""

from __future__ import annotations

from marshmallow import fields

from chassis.events import Event
from chassis.wire import Schema

EVERYBODY = ("campaign", "voting", "tally")


class PrimaryDefined(Event):
    """A primary exists: here is its whole definition."""

    consumers = EVERYBODY
    public_fields = ("rehearsal", "document_hash")

    rehearsal = fields.Boolean(required=True)
    document_hash = fields.String(required=True)
    document = fields.Dict(required=True)


class CalendarChanged(Event):
    """Two officers have agreed on a new version of the calendar."""

    consumers = EVERYBODY
    public_fields = ("version", "calendar", "reason")

    version = fields.Integer(required=True)
    calendar = fields.Dict(required=True)
    reason = fields.String(required=True)


class NominationSubmitted(Event):
    """Somebody has been put forward for a contest."""

    public_fields = ("nomination", "contest", "route", "woman", "young")

    nomination = fields.String(required=True)
    contest = fields.String(required=True)
    route = fields.String(required=True)
    woman = fields.Boolean(required=True)
    young = fields.Boolean(required=True)


class NominationWithdrawn(Event):
    """A nominee has stood down before vetting decided."""

    public_fields = ("nomination", "contest")

    nomination = fields.String(required=True)
    contest = fields.String(required=True)


class NominationRefused(Event):
    """Vetting has refused a nomination."""

    public_fields = ("nomination", "contest", "reason_code")

    nomination = fields.String(required=True)
    contest = fields.String(required=True)
    reason_code = fields.String(required=True)


class CandidacyRegistered(Event):
    """Vetting has registered a nomination: its member is a candidate now."""

    consumers = EVERYBODY
    public_fields = ("candidacy", "contest", "route", "woman", "young")

    candidacy = fields.String(required=True)
    contest = fields.String(required=True)
    route = fields.String(required=True)
    woman = fields.Boolean(required=True)
    young = fields.Boolean(required=True)
    #: the member's id, by which the candidate signs in
    member = fields.String(required=True)
    name = fields.String(required=True)
    birth_year = fields.Integer(required=True)
    occupation = fields.String(required=True)


class CandidacyWithdrawn(Event):
    """A candidate has stood down, or has been removed."""

    consumers = EVERYBODY
    public_fields = ("candidacy", "contest", "reason_code")

    candidacy = fields.String(required=True)
    contest = fields.String(required=True)
    #: stood_down | removed
    reason_code = fields.String(required=True)


class BallotCandidate(Schema):
    """One line of a ballot."""

    candidacy = fields.String(required=True)
    name = fields.String(required=True)


class BallotFinalised(Event):
    """The candidates of one contest are final, in the order of the ballot."""

    consumers = ("voting",)
    public_fields = ("contest", "candidate_count")

    contest = fields.String(required=True)
    candidate_count = fields.Integer(required=True)
    candidates = fields.List(fields.Nested(BallotCandidate), required=True)


class RollFrozen(Event):
    """The electoral roll of one board is frozen and its credentials are made.

    A voting district has one board, or several when its roll is too long for one.
    """

    consumers = ("voting", "tally")
    public_fields = ("district", "board", "eligible_count", "roll_hash")

    district = fields.String(required=True)
    #: the board's id: the district's code, with -2, -3 … for further ones
    board = fields.String(required=True)
    #: the Belenios identifier of the board's election
    uuid = fields.String(required=True)
    eligible_count = fields.Integer(required=True)
    #: SHA-256 of the public credentials, one a line
    roll_hash = fields.String(required=True)
    #: sorted, so that their order tells nothing about the roll
    public_credentials = fields.List(fields.String(), required=True)


class CredentialsDestroyed(Event):
    """Registration has destroyed the private credentials of a sealed board."""

    public_fields = ("board",)

    board = fields.String(required=True)


class LotDrawn(Event):
    """Two officers have entered the public value that decides a lot."""

    consumers = ("campaign", "tally")
    public_fields = ("lot", "value", "source")

    #: what it decides: `debates` or `ties`
    lot = fields.String(required=True)
    #: the public value, as it was published
    value = fields.String(required=True)
    #: where anybody can look the value up
    source = fields.String(required=True)
