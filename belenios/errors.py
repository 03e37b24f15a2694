"""Everything that this package raises; the docstring of a class is its message.

BeleniosError
├── Malformed            not the one form the format allows
├── InvalidElement       not an element of the group
├── InvalidScalar        not an integer below the order of the group
├── UnknownGroup
├── InvalidCredential    a voter's secret that cannot be one
├── InvalidVote          choices that the question does not allow
├── InvalidElection      parameters that make no sense
├── InvalidProof         a zero-knowledge proof that does not hold
│   └── InvalidSignature
├── BallotRefused        a sound ballot in the wrong place
│   ├── WrongElection
│   ├── UnknownCredential
│   ├── RepeatedBallot
│   └── SpoiledBallot
├── InvalidTrustees
├── InvalidTally
├── InvalidPartialDecryption
├── InvalidResult
├── InvalidBoard         the chain of events or the archive around it
├── InvalidInclusion     a Merkle proof that leads elsewhere
├── InvalidOpening       a challenged ballot that is not what was opened
├── InvalidCeremony      a step of the threshold key generation that does not fit
├── UnusableCopy
└── Refused              an archive that verification turned down
"""

from __future__ import annotations


class BeleniosError(Exception):
    """The election data are not valid."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def code(self) -> str:
        """The name of the check that failed, stable, for machines."""
        return type(self).__name__

    def __str__(self) -> str:
        message = (type(self).__doc__ or "").strip()
        return f"{message.rstrip('.')}: {self.detail}" if self.detail else message


class Malformed(BeleniosError):
    """The text is not in the canonical form of the format."""


class InvalidElement(BeleniosError):
    """The text does not name an element of the group in its canonical form."""


class InvalidScalar(BeleniosError):
    """The text is not a canonical integer below the order of the group."""


class UnknownGroup(BeleniosError):
    """The group is not one that this package knows."""


class InvalidCredential(BeleniosError):
    """The credential has a wrong length, character or check digit."""


class InvalidVote(BeleniosError):
    """The choices are not ones that the question allows."""


class InvalidElection(BeleniosError):
    """The election's parameters are not valid."""


class InvalidProof(BeleniosError):
    """A proof does not hold."""


class InvalidSignature(InvalidProof):
    """The ballot's signature does not hold."""


class BallotRefused(BeleniosError):
    """The ballot cannot be accepted here."""


class WrongElection(BallotRefused):
    """The ballot was made for another election."""


class UnknownCredential(BallotRefused):
    """The ballot's credential is not one of this election's."""


class RepeatedBallot(BallotRefused):
    """The same ballot is already on the board."""


class SpoiledBallot(BallotRefused):
    """The ballot was opened to be checked, so it can never be cast."""


class InvalidTrustees(BeleniosError):
    """The trustees' public keys are not valid."""


class InvalidTally(BeleniosError):
    """The encrypted tally is not the sum of the ballots that count."""


class InvalidPartialDecryption(BeleniosError):
    """The partial decryption is not valid."""


class InvalidResult(BeleniosError):
    """The result is not the decryption of the encrypted tally."""


class InvalidBoard(BeleniosError):
    """The board breaks the rules of its format."""


class InvalidInclusion(BeleniosError):
    """The Merkle proof does not hold."""


class InvalidOpening(BeleniosError):
    """The ballot is not an encryption of what was opened."""


class InvalidCeremony(BeleniosError):
    """The step does not belong to this ceremony."""


class UnusableCopy(BeleniosError):
    """The older copy is not an archive."""


class Refused(BeleniosError):
    """The archive is refused."""

    def __init__(self, cause: BeleniosError, where: str) -> None:
        super().__init__(f"{where}: {cause}")
        self.cause = cause
        self.where = where

    @property
    def code(self) -> str:
        """The name of the check that failed."""
        return self.cause.code
