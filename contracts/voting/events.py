"""The facts that voting announces."""

from __future__ import annotations

from marshmallow import fields

from chassis.events import Event
from chassis.wire import Schema


class BoardRecord(Schema):
    """One event of a public board, with the data records it refers to.

    Texts are exactly the bytes of the archive; `hash` is the SHA-256 of `event`.
    """

    height = fields.Integer(required=True)
    #: Setup, Ballot, EndBallots, EncryptedTally, PartialDecryption or Result
    type = fields.String(required=True)
    hash = fields.String(required=True)
    event = fields.String(required=True)
    #: in the order of the archive, before the event's own record
    data = fields.List(fields.String(), required=True)


class BoardQuestion(Schema):
    """Which contest a question of a board decides, and who its answers are."""

    contest = fields.String(required=True)
    #: candidacies in the order of the question's answers (without the blank)
    candidacies = fields.List(fields.String(), required=True)


class DistrictSetUp(Event):
    """One board is ready: its election, trustees and credentials are published."""

    consumers = ("tally",)
    public_fields = ("district", "board", "uuid", "fingerprint", "head")

    district = fields.String(required=True)
    board = fields.String(required=True)
    uuid = fields.String(required=True)
    fingerprint = fields.String(required=True)
    head = fields.String(required=True)
    #: the archive's timestamp, in seconds
    timestamp = fields.Integer(required=True)
    #: the Setup record, whose data is election, trustees, credentials, setup data
    record = fields.Nested(BoardRecord, required=True)
    questions = fields.List(fields.Nested(BoardQuestion), required=True)


class BallotAccepted(Event):
    """A ballot is on the board. It says nothing about whose it is."""

    consumers = ("tally",)
    queue = "ballots"
    sharded_by = "district"

    district = fields.String(required=True)
    board = fields.String(required=True)
    record = fields.Nested(BoardRecord, required=True)


class BallotSpoiled(Event):
    """A sealed ballot was opened instead of cast, and stands in the board's log."""

    public_fields = ("district", "board", "tracker", "height", "entry_hash")

    district = fields.String(required=True)
    board = fields.String(required=True)
    tracker = fields.String(required=True)
    #: in the log of spoiled ballots, with the hash of its line
    height = fields.Integer(required=True)
    entry_hash = fields.String(required=True)


class BallotBoxSealed(Event):
    """No ballot will be added to this board any more."""

    consumers = ("tally", "registration")
    public_fields = ("district", "board", "height", "head", "ballots", "voters")

    district = fields.String(required=True)
    board = fields.String(required=True)
    #: of the EndBallots event, with its hash
    height = fields.Integer(required=True)
    head = fields.String(required=True)
    #: Ballot events on the board, and how many credentials cast them
    ballots = fields.Integer(required=True)
    voters = fields.Integer(required=True)
    record = fields.Nested(BoardRecord, required=True)


class TurnoutUpdated(Event):
    """How many have voted in a voting district so far."""

    public_fields = ("district", "eligible", "online", "paper")

    district = fields.String(required=True)
    eligible = fields.Integer(required=True)
    online = fields.Integer(required=True)
    paper = fields.Integer(required=True)


class FingerprintsDestroyed(Event):
    """Nobody may complain any more: nothing leads from voters to credentials now."""

    public_fields = ("board",)

    board = fields.String(required=True)


class PaperCount(Schema):
    """What one question of a paper ballot counted to."""

    contest = fields.String(required=True)
    #: ballots of this question that chose somebody, nobody, or cannot be read
    valid = fields.Integer(required=True)
    blank = fields.Integer(required=True)
    spoilt = fields.Integer(required=True)
    #: votes by candidacy
    votes = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ProtocolAccepted(Event):
    """A station's signed protocol of paper counts is accepted.

    A correction is a new version; only the newest of a station counts.
    """

    consumers = ("tally",)
    public_fields = ("station", "district", "version", "issued", "protocol_hash")

    station = fields.String(required=True)
    district = fields.String(required=True)
    version = fields.Integer(required=True)
    issued = fields.Integer(required=True)
    protocol_hash = fields.String(required=True)
    counts = fields.List(fields.Nested(PaperCount), required=True)


class StationsAnnounced(Event):
    """The stations whose protocols the count of a district must wait for."""

    consumers = ("tally",)
    public_fields = ("district", "stations")

    district = fields.String(required=True)
    stations = fields.List(fields.String(), required=True)


class CalendarChangeAccepted(Event):
    """Voting works by this version of the calendar now."""

    consumers = ("registration",)
    public_fields = ("version",)

    version = fields.Integer(required=True)


class CalendarChangeRefused(Event):
    """Voting cannot work by this version: something is sealed already."""

    consumers = ("registration",)
    public_fields = ("version", "reason")

    version = fields.Integer(required=True)
    reason = fields.String(required=True)
