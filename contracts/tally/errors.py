"""What tally refuses."""

from __future__ import annotations

from chassis.errors import Conflict, Forbidden, Invalid, NotFound


class NotOneTrustee(Forbidden):
    """You must be exactly one of the trustees of this primary."""


class TrusteeKeyInvalid(Invalid):
    """This is no trustee's public key with a proof that holds: {reason}."""


class ThresholdKeysMissing(Invalid):
    """{threshold} trustees suffice here: hand in the keys you made together too."""


class ThresholdKeysNotWanted(Invalid):
    """All trustees are needed here, so there are no threshold keys to hand in."""


class ThresholdKeysInvalid(Invalid):
    """These threshold keys cannot be used: {reason}."""


class TrusteeKeyGiven(Conflict):
    """Trustee {trustee} has handed in another key already."""


class TrusteeKeyTaken(Conflict):
    """Another trustee has handed in this very key: make one of your own."""


class TrusteeKeysClosed(Conflict):
    """Keys are handed in before voting opens, which was at {opens_at}."""


class UnknownTally(NotFound):
    """No count of a board {board} is known in this primary."""


class BoardNotTallied(Conflict):
    """There is no encrypted tally of board {board} to decrypt yet."""


class WrongTrusteeKey(Invalid):
    """These decryptions were made with another key than trustee {trustee}'s."""


class WrongPartialDecryption(Invalid):
    """The partial decryption of board {board} is wrong, nothing was taken: {reason}."""


class NoCentralOffice(Forbidden):
    """Only officers whose office reaches the whole country decide this."""


class BoardNotDisputed(Conflict):
    """Board {board} is not disputed, or is excluded already."""


class TooEarlyToExclude(Conflict):
    """No board can be excluded before voting closes, at {closes_at}."""


class CountIsPublished(Conflict):
    """The results are published: nothing is decided about their boards any more."""


class UnknownResolution(NotFound):
    """Nobody has made a proposal {number} for board {board}."""


class ResolutionOutdated(Conflict):
    """Proposal {number} for board {board} is approved, or there is a newer one."""


class OtherOfficerNeeded(Forbidden):
    """Another officer than the one who proposed this must approve it."""


class ResultsNotPublished(NotFound):
    """The results are not published yet. They may be from {publication} on."""


class ContestNotVoted(NotFound):
    """No ballot of this primary asked about the contest {contest}."""
