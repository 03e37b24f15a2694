"""What campaign refuses, and why."""

from __future__ import annotations

from chassis.errors import Conflict, Forbidden, Invalid, NotFound


class OutsideYourTerritory(Forbidden):
    """Your office does not reach {territory}."""


class UnknownCandidate(NotFound):
    """This primary has no candidate {candidacy}."""


class NotYourPage(Forbidden):
    """Only the candidate may edit this page."""


class CandidateHasWithdrawn(Conflict):
    """This candidate no longer stands."""


class PageChangedMeanwhile(Conflict):
    """The page has changed since you read it: it is at version {version} now."""


class UnknownProgramme(NotFound):
    """No programme of {territory} has been published."""


class UnknownProgrammeVersion(NotFound):
    """The programme of {territory} has no version {version}."""


class UnknownSection(Invalid):
    """The programme has no section {section}."""


class LanguageNotOffered(Invalid):
    """This primary is held in {languages}, not in {language}."""


class TooManySuggestions(Conflict):
    """A member may make {limit} suggestions a day. Come back tomorrow."""


class UnknownSuggestion(NotFound):
    """This primary has no suggestion {suggestion}."""


class SuggestionAlreadyDecided(Conflict):
    """The decision on this suggestion has been taken: {decision}."""


class ProgrammeRevisedMeanwhile(Conflict):
    """The programme has been revised since: it is at version {version} now."""


class LanguagesMissing(Invalid):
    """The languages are equal: section {section} needs {field} in {languages}."""


class SectionIncomplete(Invalid):
    """Section {section} would be left without a {field}."""


class SectionUnchanged(Invalid):
    """What is listed as a change of section {section} changes nothing."""


class LastSectionRemoved(Invalid):
    """A programme keeps at least one section."""


class ChangeUnaccounted(Invalid):
    """The change of section {section} follows from no suggestion.

    Link the accepted suggestions that caused it, or flag it as editorial.
    """


class SuggestionNotAccepted(Invalid):
    """A change may only follow from accepted suggestions of this programme.

    They must not have been carried out before; this one does not fit.
    """


class AcceptedSuggestionForgotten(Invalid):
    """Accepted suggestions that this version does not carry out: {suggestions}."""


class DebateLotNotDrawn(Conflict):
    """The public value that decides the lot of the debates is not known yet."""


class DebatesAlreadyDrawn(Conflict):
    """The groups of the debates have been drawn; a lot is drawn once."""


class UnknownDebate(NotFound):
    """This primary has no debate {debate}."""


class NotARegion(Invalid):
    """Debates are scheduled by region; {territory} is none, it lies in {region}."""


class CapacityShort(Conflict):
    """{debates} debates of {region} need a place, but there are only {places}.
    What is short: {limit}, over {slots} slots on {days} days.

    A slot takes as many debates as there are halls, moderators and streams for;
    a moderator leads no more a day than the rules allow; and a hall must hold the
    speakers of its debate. What is shortest is named.
    """


class TimetableImpossible(Conflict):
    """There are places enough in {region}, but no timetable fits them.

    Candidates in several debates, or debates that must come later, are in the way.
    """


class TimetableNotFound(Conflict):
    """No timetable of {region} was found in the time allowed, nor ruled out."""


class DebateNotScheduled(Conflict):
    """This debate has no time yet, or will not take place: it is {state}."""


class DebateNotStarted(Conflict):
    """This debate has not started: it begins at {opens_at}."""


class DebateAlreadyStarted(Conflict):
    """This debate has started: it can no longer be put off."""


class DebateAlreadyHeld(Conflict):
    """The attendance of this debate is on record."""


class AttendanceIncomplete(Invalid):
    """Every speaker was either present or absent; see which do not fit.

    `missing` speakers are in neither list, `unknown` ones do not speak here,
    `twice` are in both.
    """
