"""What voting can be asked about polling stations."""

from __future__ import annotations

from chassis.auth import Role
from chassis.errors import PrincipalRefused
from chassis.operations import Operation
from contracts.calendar import PhaseNotPlanned
from contracts.copies import PhaseClosed, UnknownPrimary
from contracts.definition import UnknownVotingDistrict
from contracts.voting import errors, forms, views

_STATION_OFFICERS = frozenset({Role.STATION_OFFICER})
_NOT_YOURS = (UnknownPrimary, errors.UnknownStation, errors.NotYourStation)
_NO_VOTER = (PrincipalRefused, errors.NotAVoter, errors.UnknownBoard)


class ImportStations(Operation):
    """Add polling stations or change them, before voting opens."""

    Request = forms.StationsToImport
    Response = views.StationPage
    roles = frozenset({Role.OFFICER})
    errors = (
        UnknownPrimary,
        PhaseNotPlanned,
        UnknownVotingDistrict,
        errors.OfficerOfAnotherTerritory,
        errors.StationsFixed,
        errors.StationTwice,
    )


class ListStations(Operation):
    """The polling stations, and whose protocols are accepted."""

    Request = forms.PageOfStations
    Response = views.StationPage
    errors = (UnknownPrimary,)


class MarkVoter(Operation):
    """Note in the marked register that a paper ballot was issued to a voter."""

    Request = forms.VoterAtStation
    Response = views.MarkView
    roles = _STATION_OFFICERS
    errors = (
        *_NOT_YOURS,
        PhaseClosed,
        *_NO_VOTER,
        errors.VoterOfAnotherDistrict,
        errors.AlreadyVotedOnline,
        errors.AlreadyMarked,
    )


class CheckVoter(Operation):
    """Whether a voter may be given a paper ballot at this station; marks nothing."""

    Request = forms.VoterAtStation
    Response = views.VoterAtStationView
    roles = _STATION_OFFICERS
    errors = (*_NOT_YOURS, *_NO_VOTER, errors.VoterOfAnotherDistrict)


class UndoMark(Operation):
    """Take back a mark made by mistake, within two minutes, at the same station."""

    Request = forms.MarkToUndo
    Response = views.MarksView
    roles = _STATION_OFFICERS
    errors = (
        *_NOT_YOURS,
        PhaseClosed,
        *_NO_VOTER,
        errors.NotMarkedHere,
        errors.MarkStands,
    )


class EnterProtocol(Operation):
    """Enter a station's paper counts, or a correction of them; one officer's act.

    The same numbers entered again are the same version.
    """

    Request = forms.ProtocolToEnter
    Response = views.ProtocolView
    roles = _STATION_OFFICERS
    errors = (
        *_NOT_YOURS,
        PhaseNotPlanned,
        errors.ProtocolTooEarly,
        errors.ProtocolTooLate,
        errors.ProtocolDoesNotAddUp,
    )


class SignProtocol(Operation):
    """Accept a protocol by the signature of a second officer of the station."""

    Request = forms.OneProtocol
    Response = views.ProtocolView
    roles = _STATION_OFFICERS
    errors = (
        *_NOT_YOURS,
        errors.UnknownProtocol,
        errors.ProtocolSuperseded,
        errors.ProtocolTooLate,
        errors.SignedByItsAuthor,
    )


class ListProtocols(Operation):
    """All versions of a station's protocol; for its officers, as it holds counts."""

    Request = forms.OfStation
    Response = views.ProtocolList
    roles = _STATION_OFFICERS
    errors = _NOT_YOURS
