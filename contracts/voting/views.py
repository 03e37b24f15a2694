"""What voting shows. Nothing here holds a voter beside a ballot."""

from __future__ import annotations

from marshmallow import fields

from chassis.wire import Schema
from contracts.fields import Instant
from contracts.voting.events import BoardQuestion, BoardRecord, PaperCount


class DisputeView(Schema):
    """Which record of a board the count could not accept."""

    height = fields.Integer(required=True)
    reason = fields.String(required=True)


class BoardView(Schema):
    """A board as a whole."""

    board = fields.String(required=True)
    district = fields.String(required=True)
    uuid = fields.String(required=True)
    name = fields.String(required=True)
    group = fields.String(required=True)
    rehearsal = fields.Boolean(required=True)
    #: of the election's parameters; it is in every ballot
    fingerprint = fields.String(required=True)
    #: voting (set up, not sealed), sealed, counted (the result is on it)
    state = fields.String(required=True)
    #: the last record's height and hash
    height = fields.Integer(required=True)
    head = fields.String(required=True)
    #: ballots on the board, and how many credentials cast them
    ballots = fields.Integer(required=True)
    voters = fields.Integer(required=True)
    #: voters on the frozen roll of this board
    eligible = fields.Integer(required=True)
    sealed_at = Instant(allow_none=True)
    dispute = fields.Nested(DisputeView, allow_none=True)


class BoardPage(Schema):
    """Boards in the order of their ids."""

    items = fields.List(fields.Nested(BoardView), required=True)
    next = fields.String(allow_none=True)


class RecordLine(Schema):
    """A record of a board, without its content."""

    height = fields.Integer(required=True)
    type = fields.String(required=True)
    hash = fields.String(required=True)
    #: the ballot's, on Ballot records
    tracker = fields.String(allow_none=True)


class RecordPage(Schema):
    """Records in the order of the chain; `next` is the height to go on after."""

    items = fields.List(fields.Nested(RecordLine), required=True)
    next = fields.Integer(allow_none=True)


class FullRecordPage(Schema):
    """Whole records in the order of the chain."""

    items = fields.List(fields.Nested(BoardRecord), required=True)
    next = fields.Integer(allow_none=True)


class ArchiveChunk(Schema):
    """Some bytes of an archive, in base64, and the height to go on after."""

    chunk = fields.String(required=True)
    next = fields.Integer(allow_none=True)


class BallotStatus(Schema):
    """What the board knows of a tracker."""

    tracker = fields.String(required=True)
    #: recorded, replaced (by a later vote of the same credential), spoiled (opened
    #: instead of cast), or unknown
    status = fields.String(required=True)
    height = fields.Integer(allow_none=True)


class LocatedBallot(BallotStatus):
    """The same, and on which board."""

    board = fields.String(allow_none=True)


class TreeHeadView(Schema):
    """The signed head of the Merkle tree (RFC 6962) over a board's events by height.

    Whoever keeps one can later ask for the proof that the board has only grown.
    """

    board = fields.String(required=True)
    size = fields.Integer(required=True)
    #: in hexadecimal digits
    root = fields.String(required=True)
    #: exactly what is signed: size and root as canonical JSON
    signed = fields.String(required=True)
    #: Ed25519 (RFC 8032), like the key in base64; voting signs nothing else with it
    signature = fields.String(required=True)
    public_key = fields.String(required=True)


class InclusionView(Schema):
    """The proof that a ballot is on the board that a head stands for."""

    tracker = fields.String(required=True)
    height = fields.Integer(required=True)
    #: the leaf, as the archive holds it: it names the ballot by its hash
    event = fields.String(required=True)
    #: hashes from the leaf to the root, in hexadecimal digits
    path = fields.List(fields.String(), required=True)
    tree_head = fields.Nested(TreeHeadView, required=True)


class ConsistencyView(Schema):
    """The proof that a board has only grown from one head to another."""

    older = fields.Nested(TreeHeadView, required=True)
    newer = fields.Nested(TreeHeadView, required=True)
    #: as RFC 6962 orders them, in hexadecimal digits
    path = fields.List(fields.String(), required=True)


class ElectionView(Schema):
    """All that a booth needs to seal a ballot for a board."""

    board = fields.String(required=True)
    district = fields.String(required=True)
    uuid = fields.String(required=True)
    #: the election's parameters, exactly the text that was hashed
    election = fields.String(required=True)
    fingerprint = fields.String(required=True)
    questions = fields.List(fields.Nested(BoardQuestion), required=True)
    #: candidacies that have been withdrawn since the ballot was made
    withdrawn = fields.List(fields.String(), required=True)


class ConfirmationView(Schema):
    """A code is on its way to the telephone on the roll."""

    expires_at = Instant(required=True)
    attempts = fields.Integer(required=True)


class ReceiptView(Schema):
    """The answer to a cast: where the ballot stands on the public board."""

    tracker = fields.String(required=True)
    board = fields.String(required=True)
    height = fields.Integer(required=True)
    #: to the minute
    recorded_at = Instant(required=True)


class SpoiledView(Schema):
    """A ballot was opened and is spoiled. Nothing has been cast by that."""

    tracker = fields.String(required=True)
    board = fields.String(required=True)
    #: in the log of spoiled ballots, from 0, and the hash of its line
    height = fields.Integer(required=True)
    hash = fields.String(required=True)
    #: to the minute
    recorded_at = Instant(required=True)


class SpoiledLine(Schema):
    """A line of the log of spoiled ballots, with its ballot and what opens it."""

    height = fields.Integer(required=True)
    tracker = fields.String(required=True)
    #: SHA-256 of the entry
    hash = fields.String(required=True)
    #: canonical JSON: the hash of the line before, the ballot, the opening
    entry = fields.String(required=True)


class SpoiledPage(Schema):
    """Spoiled ballots in the order of the log; `next` is the height to go on after."""

    items = fields.List(fields.Nested(SpoiledLine), required=True)
    next = fields.Integer(allow_none=True)


class MyVoteView(Schema):
    """What the marked register says to the voter."""

    #: not_voted, recorded_online or paper_issued
    status = fields.String(required=True)
    #: of the last ballot or of the mark, to the hour
    at = Instant(allow_none=True)


class StationView(Schema):
    """A polling station."""

    station = fields.String(required=True)
    district = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    #: the version of its newest accepted protocol, and that version's hash
    protocol = fields.Integer(allow_none=True)
    protocol_hash = fields.String(allow_none=True)


class StationPage(Schema):
    """Polling stations in the order of their ids."""

    items = fields.List(fields.Nested(StationView), required=True)
    next = fields.String(allow_none=True)


class MarkView(Schema):
    """A paper ballot was issued."""

    station = fields.String(required=True)
    marked_at = Instant(required=True)
    #: how many have been issued at this station
    marks = fields.Integer(required=True)


class VoterAtStationView(Schema):
    """What the marked register says to a station about a voter before it."""

    station = fields.String(required=True)
    #: may_vote (on paper), voted_online or marked
    status = fields.String(required=True)
    #: where and when, if a paper ballot was issued
    marked_at_station = fields.String(required=True, allow_none=True)
    marked_at = Instant(required=True, allow_none=True)
    #: how many paper ballots have been issued at this station
    marks = fields.Integer(required=True)


class MarksView(Schema):
    """How many paper ballots have been issued at a station."""

    station = fields.String(required=True)
    marks = fields.Integer(required=True)


class ProtocolView(Schema):
    """A version of a station's protocol; for the station's officers only."""

    station = fields.String(required=True)
    district = fields.String(required=True)
    version = fields.Integer(required=True)
    #: entered or accepted
    state = fields.String(required=True)
    issued = fields.Integer(required=True)
    cast = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    counts = fields.List(fields.Nested(PaperCount), required=True)
    protocol_hash = fields.String(required=True)
    entered_at = Instant(required=True)
    accepted_at = Instant(allow_none=True)


class ProtocolList(Schema):
    """All versions of a station's protocol, newest first."""

    items = fields.List(fields.Nested(ProtocolView), required=True)


class TurnoutNumbers(Schema):
    """How many have voted; null while so few have that a number would tell."""

    #: the denominator: voters on the frozen roll
    eligible = fields.Integer(required=True)
    online = fields.Integer(allow_none=True)
    paper = fields.Integer(allow_none=True)


class DistrictTurnout(TurnoutNumbers):
    """The turnout of a voting district, as last announced."""

    district = fields.String(required=True)
    announced_at = Instant(allow_none=True)


class TurnoutView(Schema):
    """Turnout by voting district, and all together."""

    primary = fields.String(required=True)
    #: what `eligible` counts, in words
    denominator = fields.String(required=True)
    total = fields.Nested(TurnoutNumbers, required=True)
    districts = fields.List(fields.Nested(DistrictTurnout), required=True)
