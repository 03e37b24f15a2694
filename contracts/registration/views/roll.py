"""How registration shows the frozen roll, its credentials and the final ballot."""

from __future__ import annotations

from marshmallow import fields

from chassis.wire import Schema
from contracts.fields import Instant


class RollBoardView(Schema):
    """The part of the roll whose ballots go to one board."""

    board = fields.String()
    district = fields.String()
    eligible_count = fields.Integer()
    #: planned | frozen | destroyed (the private credentials are)
    state = fields.String()
    uuid = fields.String()
    roll_hash = fields.String(allow_none=True)


class RollView(Schema):
    """The frozen roll in numbers."""

    primary = fields.String()
    frozen_at = Instant(allow_none=True)
    eligible_count = fields.Integer()
    boards = fields.List(fields.Nested(RollBoardView))


class CredentialView(Schema):
    """A voter's own voting credential."""

    board = fields.String()
    uuid = fields.String()
    credential = fields.String()


class RollEntryView(Schema):
    """A voter for voting's register: no name, no number."""

    voter = fields.String()
    #: encrypted under the key that registration and voting share, in base64
    telephone = fields.String()


class RollPageView(Schema):
    """A page of a board's roll, in the order of the references."""

    items = fields.List(fields.Nested(RollEntryView))
    next = fields.String(allow_none=True)


class VoterView(Schema):
    """A voter as a station names them to voting, for ten minutes."""

    voter = fields.String()


class FinalisedBallotView(Schema):
    """How many contests and candidates the ballot has."""

    finalised_at = Instant()
    contests = fields.Integer()
    candidates = fields.Integer()
