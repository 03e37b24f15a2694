"""What voting refuses, each reason a class of its own.

No message and no parameter names a voter, a credential, a tracker or a code.
"""

from __future__ import annotations

from chassis.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownBoard(NotFound):
    """There is no board {board} in this primary, or it is not set up yet."""


class UnknownRecord(NotFound):
    """The board {board} has no record at height {height}."""


class UnknownBallot(NotFound):
    """The board {board} holds no ballot with this tracker."""


class UnknownTree(NotFound):
    """The board {board} has {records} records, so it has no tree of {size} yet."""


class BoardDoesNotShrink(Invalid):
    """A board never shrinks: {older} records do not come before {newer}."""


class UnknownStation(NotFound):
    """This primary has no polling station {station}."""


class UnknownProtocol(NotFound):
    """The station {station} has no protocol of version {version}."""


# --- the voter ---------------------------------------------------------------


class NotAVoter(Forbidden):
    """Only who is on the frozen electoral roll of this primary has a ballot."""


class VotingNotOpenYet(Conflict):
    """Voting has not opened yet: it opens at {opens_at}."""


class VotingClosed(Conflict):
    """Voting is closed: it closed at {closes_at}."""


class BallotBoxIsSealed(Conflict):
    """The ballot box of {board} is sealed."""


class PaperIssued(Conflict):
    """A paper ballot was issued to you; you cannot vote online any more."""


# --- the confirmation code ---------------------------------------------------


class ConfirmationRequestedTooSoon(Conflict):
    """A code has just been sent. Ask for another after {again_at}."""


class ConfirmationsUsedUp(Conflict):
    """{limit} codes were sent to you and no vote followed: no more can be sent."""


class ConfirmationMissing(Conflict):
    """No code is waiting to be used. Ask for a confirmation code first."""


class ConfirmationExpired(Conflict):
    """The code has expired. Ask for another."""


class ConfirmationWrong(Invalid):
    """The code does not confirm this ballot. Attempts left: {attempts_left}."""


class ConfirmationExhausted(Conflict):
    """The code was entered wrongly too often. Ask for another."""


# --- the ballot --------------------------------------------------------------


class ArrivalNotCredible(Invalid):
    """The time of arrival does not fit the time at which the ballot came here."""


class BallotMalformed(Invalid):
    """This is not a ballot in the one form that the protocol allows."""


class BallotOfAnotherElection(Invalid):
    """The ballot was made for another election than that of your board."""


class BallotProofInvalid(Invalid):
    """A proof or the signature of the ballot does not hold ({check})."""


class CredentialUnknown(Invalid):
    """The ballot's credential is not on the list of your board."""


class CredentialOfAnotherVoter(Conflict):
    """The ballot's credential has been used by another voter."""


class CredentialChanged(Conflict):
    """You have voted with another credential before; use that one again."""


# --- a ballot opened instead of cast -----------------------------------------


class BallotWasOpened(Conflict):
    """This ballot was opened, so it cannot be cast any more. Seal a new one."""


class BallotWasCast(Conflict):
    """This ballot is cast; it stays sealed for ever."""


class OpeningMalformed(Invalid):
    """This is not what opens a ballot of your board."""


class OpeningDoesNotFit(Invalid):
    """What was revealed does not make this ballot ({place}). Do not trust the device.

    Show both to an observer: they prove that the device sealed something else.
    """


class BallotsOpenedOften(Conflict):
    """You have opened {most} ballots, and cannot open more. You can still vote."""


# --- polling stations --------------------------------------------------------


class OfficerOfAnotherTerritory(Forbidden):
    """Your office does not extend to {territory}."""


class NotYourStation(Forbidden):
    """You are not an officer of the station {station}."""


class StationsFixed(Conflict):
    """Stations can be changed only before voting opens, that is before {opens_at}."""


class StationTwice(Invalid):
    """The station {station} stands twice in the list."""


class VoterOfAnotherDistrict(Conflict):
    """This voter belongs to the voting district {district}, not to this station's."""


class AlreadyVotedOnline(Conflict):
    """This voter has cast a ballot online and cannot be given paper."""


class AlreadyMarked(Conflict):
    """A paper ballot was issued to this voter at {station}, at {marked_at}."""


class NotMarkedHere(Conflict):
    """No paper ballot is marked for this voter at the station {station}."""


class MarkStands(Conflict):
    """A mark can be taken back within {minutes} minutes, and this one is older."""


# --- protocols ---------------------------------------------------------------


class ProtocolTooEarly(Conflict):
    """A protocol can be entered after the stations have closed, at {closes_at}."""


class ProtocolTooLate(Conflict):
    """The results are published; protocols were final at {published_at}."""


class ProtocolDoesNotAddUp(Invalid):
    """The numbers of the protocol contradict each other; see the list of problems."""


class ProtocolSuperseded(Conflict):
    """There is a newer version of this protocol: {newest}."""


class SignedByItsAuthor(Conflict):
    """A protocol is signed by another station officer than the one who entered it."""


# --- what the count appends --------------------------------------------------


class RecordDoesNotFollow(Conflict):
    """The record does not continue the board {board}: {reason}."""


# --- what goes together ------------------------------------------------------

UNABLE_TO_VOTE = (
    NotAVoter,
    UnknownBoard,
    VotingNotOpenYet,
    VotingClosed,
    BallotBoxIsSealed,
    PaperIssued,
)
NO_CODE = (ConfirmationMissing, ConfirmationExpired, ConfirmationExhausted)
WRONG_BALLOT = (
    BallotMalformed,
    BallotOfAnotherElection,
    BallotProofInvalid,
    CredentialUnknown,
    CredentialOfAnotherVoter,
    CredentialChanged,
)
