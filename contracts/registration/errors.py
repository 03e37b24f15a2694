"""What registration refuses, each reason its own class.

None of them ever carries a national number, a telephone number, a code, a name or
a voter.
"""

from __future__ import annotations

from chassis.errors import Conflict, Forbidden, Invalid, NotFound, Unauthorized

# The primary, its calendar and its lots


class PrimaryExists(Conflict):
    """There is another primary {primary} already; a definition never changes."""


class TooEarly(Conflict):
    """This cannot be done before the instant {instant}, {at}."""


class NotYourTerritory(Forbidden):
    """Your office does not reach {territory}."""


class SecondOfficerNeeded(Forbidden):
    """Another officer than the one who proposed this must approve it."""


class UnknownCalendarChange(NotFound):
    """Nobody has proposed a version {version} of the calendar."""


class CalendarChangeDecided(Conflict):
    """Version {version} of the calendar is approved already."""


class CalendarChangeOutdated(Conflict):
    """A later version than {version} is in force; propose the change again."""


class ClosesInThePast(Invalid):
    """A phase can only be made to close in the future, not at {closes_at}."""


class UnknownLot(NotFound):
    """No value for the lot of {lot} has been entered."""


class LotIsDrawn(Conflict):
    """The lot of {lot} is drawn, once and for all."""


class LotValuesDiffer(Conflict):
    """The value differs from the one that the first officer entered for {lot}."""


# People


class InvalidNumber(Invalid):
    """This is not a valid national number: {reason}."""


class InvalidTelephone(Invalid):
    """Write a telephone number with its country code, like +77010000000."""


class UnreadableFile(Invalid):
    """The file cannot be used: {reason}."""


class UnknownMember(NotFound):
    """The register has no member with this number."""


class MembershipIsOver(Conflict):
    """This person's membership has ended."""


class UnknownPpo(NotFound):
    """The register has no primary party organisation {ppo}."""


class SignInRefused(Unauthorized):
    """The code is wrong, has expired, or was never asked for. Ask for a new one.

    While `attempts_left` is not 0 a wrong code may be mended instead.
    """


class SecretRefused(Unauthorized):
    """This is not the administrator's secret."""


class SessionEnded(Unauthorized):
    """This session has ended or never was. Sign in again."""


class NotADemonstration(NotFound):
    """Telephones can be looked at in a demonstration only."""


# Nominations


class UnknownNomination(NotFound):
    """There is no nomination {nomination}."""


class RouteClosed(Conflict):
    """This primary has no nominations by the route {route}."""


class NotSecretaryOfPpo(Forbidden):
    """Only the secretary of {ppo} puts its members forward."""


class MemberOfAnotherPpo(Conflict):
    """This member belongs to another primary party organisation than {ppo}."""


class TooYoung(Conflict):
    """To stand in {contest} one must be {min_age} on {reference_date}."""


class LivesElsewhere(Conflict):
    """To stand in {contest} one must belong to its {residence}."""


class ResidenceTooShort(Conflict):
    """To stand one must have lived in the country for {residence_years} years."""


class DocumentsMissing(Invalid):
    """These documents of the checklist are missing: {documents}."""


class UnknownDocuments(Invalid):
    """These documents are not on the checklist: {documents}."""


class AlreadyNominated(Conflict):
    """This member is nominated already: one nomination in the whole primary."""


class NominationDecided(Conflict):
    """The nomination {nomination} is not waiting for a decision: it is {state}."""


class NotYourNomination(Forbidden):
    """Only the nominee withdraws a nomination."""


class NominationNotStanding(Conflict):
    """The nomination {nomination} does not stand any more: it is {state}."""


class NotACandidate(Conflict):
    """Nomination {nomination} is not registered: refuse it, do not remove it."""


# The roll


class RollIsFrozen(Conflict):
    """The electoral roll is frozen; the register cannot change any more."""


class NotOnRoll(NotFound):
    """This person is not on the electoral roll."""


class CredentialsAreDestroyed(Conflict):
    """The ballot box of {board} is sealed and its credentials are destroyed."""
