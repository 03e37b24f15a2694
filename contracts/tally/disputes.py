"""What officers may decide about a disputed board, and how that is shown."""

from __future__ import annotations

from enum import StrEnum

from marshmallow import fields, validate

from chassis.wire import Schema
from contracts.fields import Instant


class Decision(StrEnum):
    """What becomes of a disputed board.

    `check_again`: the count forgets what it was told and reads the whole board again
    from voting; its own check decides, as before. `exclude`: nothing on the board
    counts; everything else is published without it.
    """

    CHECK_AGAIN = "check_again"
    EXCLUDE = "exclude"


class DisputeView(Schema):
    """Where tally's own check failed, and at what."""

    height = fields.Integer(required=True)
    reason = fields.String(required=True)


class ResolutionView(Schema):
    """What an officer proposes for a disputed board; a second one approves it."""

    board = fields.String(required=True)
    #: counts the proposals for a board; only the newest can be approved
    number = fields.Integer(required=True)
    decision = fields.String(required=True, validate=validate.OneOf(list(Decision)))
    reason = fields.String(required=True)
    proposed_at = Instant(required=True)
    approved_at = Instant(required=True, allow_none=True)


class ResolutionsView(Schema):
    """All proposals of a primary, board by board, the oldest of a board first."""

    items = fields.List(fields.Nested(ResolutionView), required=True)


class ExcludedBoardView(Schema):
    """A board on which nothing counts, and why."""

    board = fields.String(required=True)
    reason = fields.String(required=True)
