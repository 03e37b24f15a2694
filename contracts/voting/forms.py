"""The forms of what voting is asked."""

from __future__ import annotations

from enum import StrEnum

from marshmallow import fields, validate

from chassis.wire import Schema
from contracts.fields import Instant, Slug, Whole, page_size

_COUNT = validate.Range(min=0, max=1_000_000)
_TRACKER = validate.Regexp(r"\A[A-Za-z0-9+/]{43}\Z", error="A tracker is 43 letters.")
_CODE = validate.Regexp(r"\A[0-9]{6}\Z", error="The code is six digits.")
_NAME = validate.Length(min=1, max=200)

#: characters of a ballot at most: 200 candidates in each of three large questions
LARGEST_BALLOT = 4 * 2**20
#: of its opening: less than a hundred for each choice
LARGEST_OPENING = 2**19


class OfPrimary(Schema):
    """Something in a primary."""

    primary = fields.String(required=True)


class OfBoard(OfPrimary):
    """Something of one board."""

    board = fields.String(required=True)


class OfStation(OfPrimary):
    """Something of one polling station."""

    station = fields.String(required=True)


class PageOfBoards(OfPrimary):
    """Which page of the boards."""

    after = fields.String(load_default="")
    limit = page_size()
    district = fields.String(load_default=None, allow_none=True)


class PageOfRecords(OfBoard):
    """Which part of a board."""

    after = fields.Integer(load_default=-1, validate=validate.Range(min=-1))
    limit = page_size()


class OneRecord(OfBoard):
    """A record by its height."""

    height = fields.Integer(required=True, validate=validate.Range(min=0))


class BallotSearch(OfBoard):
    """A tracker to look for."""

    tracker = fields.String(required=True, validate=_TRACKER)


class TrackerSearch(OfPrimary):
    """A tracker to look for on all boards."""

    tracker = fields.String(required=True, validate=_TRACKER)


class GrownBoard(OfBoard):
    """A board at two sizes, the later of which is the present one if not told."""

    older = fields.Integer(
        required=True, data_key="from", validate=validate.Range(min=1)
    )
    newer = fields.Integer(
        load_default=None,
        allow_none=True,
        data_key="to",
        validate=validate.Range(min=1),
    )


class SealedBallot(OfPrimary):
    """The tracker of a ballot that is sealed but not cast."""

    tracker = fields.String(required=True, validate=_TRACKER)


class BallotToCast(OfPrimary):
    """A sealed ballot, its confirmation code, and when the gateway received it."""

    ballot = fields.String(required=True, validate=validate.Length(max=LARGEST_BALLOT))
    code = fields.String(required=True, validate=_CODE)
    #: stamped by the gateway; whoever casts cannot set it
    arrived_at = Instant(required=True)


class BallotToSpoil(OfPrimary):
    """A sealed ballot with what it was sealed with."""

    ballot = fields.String(required=True, validate=validate.Length(max=LARGEST_BALLOT))
    #: {"votes": …, "randomness": …}, by question and choice, as canonical JSON
    opening = fields.String(
        required=True, validate=validate.Length(max=LARGEST_OPENING)
    )


class NewStation(Schema):
    """A polling station of a voting district."""

    station = fields.String(required=True, validate=[Slug, validate.Length(max=64)])
    district = fields.String(required=True)
    name = fields.String(required=True, validate=_NAME)
    address = fields.String(required=True, validate=_NAME)


class StationsToImport(OfPrimary):
    """Polling stations; one that is known already is changed."""

    stations = fields.List(
        fields.Nested(NewStation),
        required=True,
        validate=validate.Length(min=1, max=2000),
    )


class PageOfStations(OfPrimary):
    """Which page of the stations."""

    after = fields.String(load_default="")
    limit = page_size()
    district = fields.String(load_default=None, allow_none=True)


class VoterAtStation(OfStation):
    """A voter who has shown their papers at a station."""

    #: what registration's ResolveVoter answered for this voter
    voter = fields.String(required=True)


class UndoReason(StrEnum):
    """Why a mark is taken back."""

    WRONG_PERSON = "wrong_person"
    NO_PAPER_GIVEN = "no_paper_given"


class MarkToUndo(VoterAtStation):
    """A mark that was a mistake; the paper ballot, if any, is back in the hand."""

    reason = fields.Enum(UndoReason, by_value=True, required=True)


class CountOfQuestion(Schema):
    """What one question counted to on paper."""

    contest = fields.String(required=True)
    valid = Whole(required=True, validate=_COUNT)
    blank = Whole(required=True, validate=_COUNT)
    spoilt = Whole(required=True, validate=_COUNT)
    #: votes by candidacy; who is left out has none
    votes = fields.Dict(
        keys=fields.String(), values=Whole(validate=_COUNT), required=True
    )


class ProtocolToEnter(OfStation):
    """A protocol: of `issued` papers, `cast` lay in the box, `returned` did not."""

    issued = Whole(required=True, validate=_COUNT)
    cast = Whole(required=True, validate=_COUNT)
    #: handed back, replaced or taken away: issued = cast + returned
    returned = Whole(load_default=0, validate=_COUNT)
    counts = fields.List(fields.Nested(CountOfQuestion), required=True)


class OneProtocol(OfStation):
    """A version of a station's protocol."""

    version = fields.Integer(required=True, validate=validate.Range(min=1))


class Telephone(OfPrimary):
    """A telephone of the demonstration."""

    telephone = fields.String(required=True)
