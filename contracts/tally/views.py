"""What tally shows. `results.json` and `lists.json` are two of these forms."""

from __future__ import annotations

from enum import StrEnum

from marshmallow import fields

from chassis.wire import Schema
from contracts.fields import Instant
from contracts.tally.disputes import DisputeView, ExcludedBoardView


class TrusteeView(Schema):
    """A trustee's public key, as it stands on every board."""

    trustee = fields.Integer(required=True)
    public_key = fields.String(required=True)
    #: to be compared with what the trustee's own machine showed
    fingerprint = fields.String(required=True)
    #: SHA-256 of the threshold keys handed in with it; the same for all trustees
    threshold_keys_hash = fields.String(required=True, allow_none=True)
    handed_in_at = Instant(required=True)


class TrusteesView(Schema):
    """Who holds the keys of a primary; `public_key` is null until all are in."""

    primary = fields.String(required=True)
    group = fields.String(required=True)
    #: trustees in all, and how many of them suffice to decrypt
    needed = fields.Integer(required=True)
    threshold = fields.Integer(required=True)
    trustees = fields.List(fields.Nested(TrusteeView), required=True)
    public_key = fields.String(required=True, allow_none=True)


class TallyView(Schema):
    """What a trustee decrypts for one board; `district` is the board's id."""

    district = fields.String(required=True)
    election = fields.String(required=True)
    encrypted_tally = fields.String(required=True)
    num_tallied = fields.Integer(required=True)


class TalliesView(Schema):
    """The bundle for `primaries trustee decrypt`, or a page of it."""

    primary = fields.String(required=True)
    min_ballots = fields.Integer(required=True)
    districts = fields.List(fields.Nested(TallyView), required=True)
    next = fields.String(required=True, allow_none=True)


class DecryptionsView(Schema):
    """What became of a trustee's upload."""

    trustee = fields.Integer(required=True)
    #: boards whose decryption was taken now, and those that did not need it any more
    accepted = fields.Integer(required=True)
    known = fields.Integer(required=True)
    #: tallied boards that still lack this trustee's decryption
    missing = fields.Integer(required=True)


class BoardState(StrEnum):
    """How far the count of a board is."""

    SETTING_UP = "setting_up"
    CHECKING = "checking"
    WAITING_FOR_SEAL = "waiting_for_seal"
    TALLYING = "tallying"
    WAITING_FOR_TRUSTEES = "waiting_for_trustees"
    DECRYPTING = "decrypting"
    COUNTED = "counted"
    DISPUTED = "disputed"
    EXCLUDED = "excluded"


class BoardProgressView(Schema):
    """How far the count of one board is. No count of votes is in it."""

    board = fields.String(required=True)
    district = fields.String(required=True)
    state = fields.Enum(BoardState, by_value=True, required=True)
    #: records of the board that tally has checked, the set-up included
    records_checked = fields.Integer(required=True)
    #: trustees who have given their partial decryption
    decryptions = fields.Integer(required=True)
    dispute = fields.Nested(DisputeView, required=True, allow_none=True)
    #: why two officers have excluded the board, if they have
    exclusion = fields.String(required=True, allow_none=True)


class CountView(Schema):
    """How far the count of a primary is."""

    primary = fields.String(required=True)
    #: how many trustees have to decrypt each board
    trustees = fields.Integer(required=True)
    boards = fields.List(fields.Nested(BoardProgressView), required=True)
    #: how many boards are in each state
    states = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    #: polling stations announced, and those whose signed protocol is in
    stations = fields.Integer(required=True)
    protocols = fields.Integer(required=True)
    #: from when on results may be published, and when they were
    publication = Instant(required=True)
    published_at = Instant(required=True, allow_none=True)


class BoardQuestionView(Schema):
    """Which question of which archive decided a contest."""

    file = fields.String(required=True)
    question = fields.Integer(required=True)


class CandidateResultView(Schema):
    """What a candidate received. Who withdrew keeps votes and rank.

    `rank` is strict: equal votes are put in order by `lot`, the key of the draw,
    null where nobody else has as many votes.
    """

    candidate = fields.String(required=True)
    #: index among the answers of the boards' question, the blank not counted
    answer = fields.Integer(required=True)
    name = fields.String(required=True)
    votes = fields.Integer(required=True)
    online = fields.Integer(required=True)
    paper = fields.Integer(required=True)
    #: votes by (ballots - blank - spoilt); adds up to more than 1 with two choices
    share = fields.Float(required=True)
    rank = fields.Integer(required=True)
    lot = fields.String(required=True, allow_none=True)
    woman = fields.Boolean(required=True)
    young = fields.Boolean(required=True)
    withdrawn = fields.Boolean(required=True)


class ContestResultView(Schema):
    """The result of one contest: all its boards and stations added up."""

    contest = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    territory = fields.String(required=True)
    level = fields.String(required=True)
    seats = fields.Integer(required=True)
    #: voters on the frozen roll of the contest's boards: turnout's denominator
    eligible = fields.Integer(required=True)
    ballots = fields.Integer(required=True)
    online = fields.Integer(required=True)
    paper = fields.Integer(required=True)
    blank = fields.Integer(required=True)
    spoilt = fields.Integer(required=True)
    turnout = fields.Float(required=True)
    boards = fields.List(fields.Nested(BoardQuestionView), required=True)
    #: boards that two officers have excluded: their voters are eligible all the same
    excluded = fields.List(fields.Nested(ExcludedBoardView), required=True)
    candidates = fields.List(fields.Nested(CandidateResultView), required=True)


class ResultsView(Schema):
    """`results.json`: every contest that a ballot asked about."""

    primary = fields.String(required=True)
    published_at = Instant(required=True)
    contests = fields.List(fields.Nested(ContestResultView), required=True)


class RatedView(Schema):
    """A candidate's place in one rating; `rank` counts within it."""

    candidate = fields.String(required=True)
    name = fields.String(required=True)
    rank = fields.Integer(required=True)
    votes = fields.Integer(required=True)
    share = fields.Float(required=True)
    lot = fields.String(required=True, allow_none=True)
    withdrawn = fields.Boolean(required=True)


class RatingsView(Schema):
    """The three ratings of a contest."""

    general = fields.List(fields.Nested(RatedView), required=True)
    women = fields.List(fields.Nested(RatedView), required=True)
    young = fields.List(fields.Nested(RatedView), required=True)


class LotView(Schema):
    """The public value that put equal votes in order, and where to look it up."""

    value = fields.String(required=True)
    source = fields.String(required=True)


class ContestRatingsView(Schema):
    """One contest's result with its ratings."""

    primary = fields.String(required=True)
    published_at = Instant(required=True)
    result = fields.Nested(ContestResultView, required=True)
    ratings = fields.Nested(RatingsView, required=True)
    lot = fields.Nested(LotView, required=True, allow_none=True)


class BecauseView(Schema):
    """Why a candidate is on the list, or is not: a code and its certificate.

    Places: `rating` (among the best of the list's length), `women_quota`,
    `young_quota`, `women_and_young_quota` (better-rated ones were passed over for
    the quota). Passed over: `places_needed_for_women`, `places_needed_for_young`,
    `places_needed_for_both` (with this candidate the quotas could not be met as
    well as without), `list_full`, `withdrawn`. The parameters are the state in
    which it was decided: `rank`; `free` places; `women_needed`, `young_needed`;
    and who was still to come, by kind: `both`, `women` only, `young` only, `neither`.
    """

    code = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class PlaceView(Schema):
    """One place of a party list."""

    place = fields.Integer(required=True)
    candidate = fields.String(required=True)
    because = fields.Nested(BecauseView, required=True)


class PassedOverView(Schema):
    """A candidate of the contest who is not on its list."""

    candidate = fields.String(required=True)
    because = fields.Nested(BecauseView, required=True)


class QuotaView(Schema):
    """How many places a quota asks for (rounded up), and how many it got."""

    percent = fields.Integer(required=True)
    places = fields.Integer(required=True)
    filled = fields.Integer(required=True)


class QuotasView(Schema):
    """Both quotas; a young woman counts for both."""

    women = fields.Nested(QuotaView, required=True)
    young = fields.Nested(QuotaView, required=True)


class PartyListView(Schema):
    """A party list by rule A, with the reason of every place and every absence.

    `length` is what the definition asks for. `feasible` is false where it or a
    quota cannot be reached with those who stand; the list then comes as near to
    the quotas as anybody can.
    """

    contest = fields.String(required=True)
    length = fields.Integer(required=True)
    quotas = fields.Nested(QuotasView, required=True)
    feasible = fields.Boolean(required=True)
    places = fields.List(fields.Nested(PlaceView), required=True)
    passed_over = fields.List(fields.Nested(PassedOverView), required=True)


class PartyListsView(Schema):
    """`lists.json`: the newest list of every contest."""

    lists = fields.List(fields.Nested(PartyListView), required=True)


class PartyListVersionView(Schema):
    """One contest's newest list; a withdrawal after publication makes another."""

    primary = fields.String(required=True)
    version = fields.Integer(required=True)
    composed_at = Instant(required=True)
    list = fields.Nested(PartyListView, required=True)
