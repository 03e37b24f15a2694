"""The facts that tally announces."""

from __future__ import annotations

from marshmallow import fields

from chassis.events import Event
from chassis.wire import Schema
from contracts.voting.events import BoardRecord


class TrusteesReady(Event):
    """All trustees have handed in their public keys: the election key is fixed."""

    consumers = ("voting",)
    public_fields = ("group", "public_key", "trustee_count")

    group = fields.String(required=True)
    public_key = fields.String(required=True)
    trustee_count = fields.Integer(required=True)
    #: the archive's trustees record
    trustees = fields.String(required=True)


class BallotDisputed(Event):
    """Tally's own check of a ballot on the board failed: the district waits."""

    consumers = ("voting",)
    public_fields = ("district", "board", "height", "reason")

    district = fields.String(required=True)
    board = fields.String(required=True)
    height = fields.Integer(required=True)
    reason = fields.String(required=True)


class DisputeResolved(Event):
    """Two officers have decided what becomes of a disputed board, and why."""

    consumers = ("voting",)
    public_fields = ("district", "board", "decision", "reason")

    district = fields.String(required=True)
    board = fields.String(required=True)
    #: `check_again` or `exclude` (`contracts.tally.disputes`)
    decision = fields.String(required=True)
    reason = fields.String(required=True)


class BoardRecordAppended(Event):
    """The count has added a record to a sealed board."""

    consumers = ("voting",)
    public_fields = ("district", "board", "height", "record_type", "head")

    district = fields.String(required=True)
    board = fields.String(required=True)
    height = fields.Integer(required=True)
    record_type = fields.String(required=True)
    head = fields.String(required=True)
    record = fields.Nested(BoardRecord, required=True)


class RatedCandidate(Schema):
    """A candidate's place in a rating."""

    candidacy = fields.String(required=True)
    rank = fields.Integer(required=True)
    votes = fields.Integer(required=True)


class RatingsPublished(Event):
    """The result of a contest is public: general, women's and young's ratings."""

    public_fields = ("contest", "ballots", "eligible", "general", "women", "young")

    contest = fields.String(required=True)
    ballots = fields.Integer(required=True)
    eligible = fields.Integer(required=True)
    general = fields.List(fields.Nested(RatedCandidate), required=True)
    women = fields.List(fields.Nested(RatedCandidate), required=True)
    young = fields.List(fields.Nested(RatedCandidate), required=True)


class PartyListComposed(Event):
    """The party list of a contest follows from its rating and the quotas."""

    public_fields = ("contest", "feasible", "places")

    contest = fields.String(required=True)
    feasible = fields.Boolean(required=True)
    #: candidacies, first place first
    places = fields.List(fields.String(), required=True)
