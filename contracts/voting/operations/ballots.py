"""What voting can be asked about boards, ballots and the turnout."""

from __future__ import annotations

from chassis.auth import Role
from chassis.errors import SimultaneousChange
from chassis.operations import Operation
from contracts.copies import UnknownPrimary
from contracts.registration.errors import NotADemonstration
from contracts.registration.views import TelephoneInboxView
from contracts.voting import errors, forms, views

_VOTERS = frozenset({Role.MEMBER, Role.VOTER})
_NO_BOARD = (UnknownPrimary, errors.UnknownBoard)


class ListBoards(Operation):
    """The public boards, with how far each has come."""

    Request = forms.PageOfBoards
    Response = views.BoardPage
    errors = (UnknownPrimary,)


class ShowBoard(Operation):
    """One public board: its head, its counts, whether it is sealed or disputed."""

    Request = forms.OfBoard
    Response = views.BoardView
    errors = _NO_BOARD


class ShowElection(Operation):
    """The parameters of a board's election, which a booth seals ballots for."""

    Request = forms.OfBoard
    Response = views.ElectionView
    errors = _NO_BOARD


class ListRecords(Operation):
    """The records of a board in the order of the chain, without their content."""

    Request = forms.PageOfRecords
    Response = views.RecordPage
    errors = _NO_BOARD


class ReadRecords(Operation):
    """The whole records of a board; for tally, which reads its gaps again.

    A page ends early when it grows long; go on after `next` until it is null.
    """

    Request = forms.PageOfRecords
    Response = views.FullRecordPage
    errors = _NO_BOARD


class ShowRecord(Operation):
    """One whole record of a board."""

    Request = forms.OneRecord
    Response = views.BoardRecord
    errors = (*_NO_BOARD, errors.UnknownRecord)


class ReadArchive(Operation):
    """A stretch of a board's archive; the gateway joins them into one download."""

    Request = forms.PageOfRecords
    Response = views.ArchiveChunk
    errors = _NO_BOARD


class FindBallot(Operation):
    """What a board knows of a tracker: recorded, replaced, spoiled or unknown."""

    Request = forms.BallotSearch
    Response = views.BallotStatus
    errors = _NO_BOARD


class FindTracker(Operation):
    """What the boards of a primary know of a tracker, and which board it is."""

    Request = forms.TrackerSearch
    Response = views.LocatedBallot
    errors = (UnknownPrimary,)


class ShowTreeHead(Operation):
    """The signed head of a board's Merkle tree; keep it to check the board later."""

    Request = forms.OfBoard
    Response = views.TreeHeadView
    errors = _NO_BOARD


class ShowInclusion(Operation):
    """The proof that the ballot with a tracker is on the board."""

    Request = forms.BallotSearch
    Response = views.InclusionView
    errors = (*_NO_BOARD, errors.UnknownBallot)


class ShowConsistency(Operation):
    """The proof that a board has only grown between two sizes."""

    Request = forms.GrownBoard
    Response = views.ConsistencyView
    errors = (*_NO_BOARD, errors.UnknownTree, errors.BoardDoesNotShrink)


class RequestConfirmation(Operation):
    """Send the voter a code that confirms this very ballot and no other."""

    Request = forms.SealedBallot
    Response = views.ConfirmationView
    roles = _VOTERS
    errors = (
        UnknownPrimary,
        *errors.UNABLE_TO_VOTE,
        errors.ConfirmationRequestedTooSoon,
        errors.ConfirmationsUsedUp,
    )


class CastBallot(Operation):
    """Put a sealed ballot into the ballot box of the voter's board.

    The same ballot sent again gets the same answer and changes nothing. A later
    ballot of the same voter replaces the earlier one in the count.
    """

    Request = forms.BallotToCast
    Response = views.ReceiptView
    roles = _VOTERS
    errors = (
        UnknownPrimary,
        *errors.UNABLE_TO_VOTE,
        *errors.NO_CODE,
        *errors.WRONG_BALLOT,
        errors.ArrivalNotCredible,
        errors.BallotWasOpened,
        errors.ConfirmationWrong,
    )


class SpoilBallot(Operation):
    """Open a sealed ballot instead of casting it, to test what sealed it.

    Ask for the confirmation code first: with that the voter has the ballot's tracker
    before the device learns that it is tested. The ballot is encrypted again from
    what is revealed and compared; then it stands in the public log of spoiled
    ballots, which names no voter, and can never be cast. The same again gets the same
    answer. It takes the waiting code along, and the voter has not voted by it.
    """

    Request = forms.BallotToSpoil
    Response = views.SpoiledView
    roles = _VOTERS
    errors = (
        UnknownPrimary,
        *errors.UNABLE_TO_VOTE,
        *errors.NO_CODE,
        *errors.WRONG_BALLOT,
        errors.BallotWasCast,
        errors.BallotsOpenedOften,
        errors.OpeningMalformed,
        errors.OpeningDoesNotFit,
        SimultaneousChange,
    )


class ListSpoiledBallots(Operation):
    """The log of ballots that were opened instead of cast, each with its opening."""

    Request = forms.PageOfRecords
    Response = views.SpoiledPage
    errors = _NO_BOARD


class ShowMyVote(Operation):
    """Whether a vote is recorded in the asking voter's name; never which."""

    Request = forms.OfPrimary
    Response = views.MyVoteView
    roles = _VOTERS
    errors = (UnknownPrimary, errors.NotAVoter, errors.UnknownBoard)


class ShowTurnout(Operation):
    """How many have voted, by voting district, as last announced.

    These numbers never fall: a mark at a station counts two minutes later, when it
    cannot be taken back any more.
    """

    Request = forms.OfPrimary
    Response = views.TurnoutView
    errors = (UnknownPrimary,)


class ReadTelephoneInbox(Operation):
    """What voting has sent to a telephone; in a demonstration only."""

    Request = forms.Telephone
    Response = TelephoneInboxView
    errors = (NotADemonstration,)
