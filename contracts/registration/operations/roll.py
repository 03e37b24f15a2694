"""What registration can be asked about the electoral roll and the final ballot."""

from __future__ import annotations

from marshmallow import fields

from chassis.auth import Role
from chassis.operations import Operation
from contracts.copies import UnknownPrimary
from contracts.fields import page_size
from contracts.registration import errors, views
from contracts.registration.operations.people import A_NUMBER
from contracts.registration.operations.primaries import PrimaryRequest


class FreezeRoll(Operation):
    """Freeze the roll: every member in good standing, each on one board.

    The credentials follow board by board; a roll that is frozen stays as it is.
    """

    Request = PrimaryRequest
    Response = views.RollView
    roles = frozenset({Role.OFFICER})
    errors = (UnknownPrimary, errors.TooEarly, errors.NotYourTerritory)
    timeout = 60.0


class ShowRoll(Operation):
    """Show the roll in numbers: boards, how many each has, how far they are."""

    Request = PrimaryRequest
    Response = views.RollView
    errors = (UnknownPrimary,)


class FinaliseBallot(Operation):
    """Fix the candidates of every contest, in the order of the ballot: by name."""

    Request = PrimaryRequest
    Response = views.FinalisedBallotView
    roles = frozenset({Role.OFFICER})
    errors = (UnknownPrimary, errors.TooEarly, errors.NotYourTerritory)
    timeout = 60.0


class ReadCredential(Operation):
    """Hand a voter their own voting credential."""

    Request = PrimaryRequest
    Response = views.CredentialView
    roles = frozenset({Role.MEMBER, Role.VOTER})
    errors = (UnknownPrimary, errors.NotOnRoll, errors.CredentialsAreDestroyed)


class ListRollRequest(PrimaryRequest):
    """A page of one board's roll."""

    board = fields.String(required=True)
    after = fields.String(load_default=None)
    limit = page_size(usual=500, most=1000)


class ListRoll(Operation):
    """Show voting the references and encrypted telephones of a board's voters."""

    Request = ListRollRequest
    Response = views.RollPageView
    errors = (UnknownPrimary,)


class ResolveVoterRequest(PrimaryRequest):
    """Who stands before the station's officer."""

    iin = fields.String(required=True, validate=A_NUMBER)


class ResolveVoter(Operation):
    """Name a member on the roll to voting, for a polling station."""

    Request = ResolveVoterRequest
    Response = views.VoterView
    roles = frozenset({Role.STATION_OFFICER})
    errors = (UnknownPrimary, errors.InvalidNumber, errors.NotOnRoll)
