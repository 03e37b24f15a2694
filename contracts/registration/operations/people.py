"""What registration can be asked about people: registers, sign-in, sessions."""

from __future__ import annotations

from marshmallow import fields, validate

from chassis.auth import Role
from chassis.operations import Operation
from chassis.wire import Schema
from contracts.copies import UnknownPrimary
from contracts.definition import UnknownTerritory
from contracts.fields import A_REASON, YesNo, page_size
from contracts.registration import errors, views
from contracts.registration.operations.primaries import PrimaryRequest

ANYBODY = frozenset(Role) - {Role.VOTER}
A_NUMBER = validate.Length(min=1, max=64)


class ImportRequest(PrimaryRequest):
    """A file as text, to be tried or to be applied."""

    csv = fields.String(required=True)
    dry_run = YesNo(load_default=False)


class ImportPpos(Operation):
    """Take in primary party organisations: `ppo,name,territory`."""

    Request = ImportRequest
    Response = views.ImportView
    roles = frozenset({Role.ADMINISTRATOR})
    errors = (UnknownPrimary, errors.UnreadableFile)
    timeout = 60.0


class ImportMembers(Operation):
    """Take in members, all of the file or nothing of it.

    Columns: `iin,name,birth_date,sex,telephone,ppo,territory,joined_on,
    resident_since,occupation`, and at the end, if wanted, `shared_telephone`
    (`yes` lets a member share a telephone with others).
    """

    Request = ImportRequest
    Response = views.ImportView
    roles = frozenset({Role.ADMINISTRATOR})
    errors = (UnknownPrimary, errors.UnreadableFile)
    timeout = 60.0


class ImportOfficers(Operation):
    """Give members their offices: `iin,role,scope`."""

    Request = ImportRequest
    Response = views.ImportView
    roles = frozenset({Role.ADMINISTRATOR})
    errors = (UnknownPrimary, errors.UnreadableFile)
    timeout = 60.0


class ListPposRequest(PrimaryRequest):
    """All organisations, or those of one territory and what lies in it."""

    territory = fields.String(load_default=None)
    after = fields.String(load_default=None)
    limit = page_size()


class ListPpos(Operation):
    """Show primary party organisations in the order of their ids."""

    Request = ListPposRequest
    Response = views.PposView
    errors = (UnknownPrimary, UnknownTerritory)


class EndMembershipRequest(PrimaryRequest):
    """Whose membership ends, and why."""

    iin = fields.String(required=True, validate=A_NUMBER)
    reason = fields.String(required=True, validate=A_REASON)


class EndMembership(Operation):
    """End a membership before the roll is frozen; the person's sessions end too."""

    Request = EndMembershipRequest
    roles = frozenset({Role.OFFICER})
    errors = (
        UnknownPrimary,
        errors.InvalidNumber,
        errors.UnknownMember,
        errors.MembershipIsOver,
        errors.RollIsFrozen,
        errors.NotYourTerritory,
    )


class RequestSignInCodeRequest(PrimaryRequest):
    """Whose telephone shall get a code."""

    iin = fields.String(required=True, validate=A_NUMBER)


class RequestSignInCode(Operation):
    """Send a sign-in code; the answer is the same whether or not we know the person.

    At most one code a minute is sent: asking again earlier changes nothing.
    """

    Request = RequestSignInCodeRequest
    Response = views.CodeSentView
    errors = (UnknownPrimary, errors.InvalidNumber)


class SignInRequest(RequestSignInCodeRequest):
    """A number with the code that its telephone received."""

    code = fields.String(required=True, validate=validate.Length(max=16))


class SignIn(Operation):
    """Open a session with the code from the telephone."""

    Request = SignInRequest
    Response = views.SessionView
    errors = (UnknownPrimary, errors.InvalidNumber, errors.SignInRefused)


class OpenAdministratorSessionRequest(Schema):
    """The secret that the installation was started with."""

    secret = fields.String(required=True, validate=validate.Length(max=500))


class OpenAdministratorSession(Operation):
    """Open an administrator's session, which belongs to no primary."""

    Request = OpenAdministratorSessionRequest
    Response = views.SessionView
    errors = (errors.SecretRefused,)


class EndSession(Operation):
    """Sign out: all sessions of the person who asks end, on every device."""

    Request = PrimaryRequest
    roles = ANYBODY


class OpenVotingToken(Operation):
    """Open a voting token: a session of 15 minutes that can vote and nothing else.

    A booth keeps it in memory, so that the session that a browser keeps does not
    travel with the ballot. It ends with the person's sessions.
    """

    Request = PrimaryRequest
    Response = views.VotingTokenView
    roles = frozenset({Role.MEMBER})
    errors = (UnknownPrimary,)


class ReadSessionRequest(Schema):
    """A session's secret."""

    session = fields.String(required=True, validate=validate.Length(max=200))


class ReadSession(Operation):
    """Exchange a session for a signed principal (the gateway asks, nobody else)."""

    Request = ReadSessionRequest
    Response = views.PrincipalView
    errors = (errors.SessionEnded,)


class CloseSession(Operation):
    """End one session and no other (the gateway asks, nobody else)."""

    Request = ReadSessionRequest


class KeepSession(Operation):
    """Let a session last eight hours from now (the gateway asks, nobody else).

    A day after signing in it ends all the same. A voting token is not kept.
    """

    Request = ReadSessionRequest
    Response = views.KeptSessionView
    errors = (errors.SessionEnded,)


class ShowMe(Operation):
    """Show a person what the register says about them."""

    Request = PrimaryRequest
    Response = views.MeView
    roles = ANYBODY - {Role.ADMINISTRATOR}
    errors = (UnknownPrimary,)


class FindTelephoneRequest(PrimaryRequest):
    """Whose telephone."""

    iin = fields.String(required=True, validate=A_NUMBER)


class FindTelephone(Operation):
    """Tell which telephone is a member's; in a demonstration only."""

    Request = FindTelephoneRequest
    Response = views.TelephoneView
    errors = (
        UnknownPrimary,
        errors.NotADemonstration,
        errors.InvalidNumber,
        errors.UnknownMember,
    )


class ReadTelephoneInboxRequest(PrimaryRequest):
    """Which telephone of the demonstration."""

    telephone = fields.String(required=True, validate=A_NUMBER)


class ReadTelephoneInbox(Operation):
    """Show what a demonstration's telephone has received from registration."""

    Request = ReadTelephoneInboxRequest
    Response = views.TelephoneInboxView
    errors = (errors.NotADemonstration, errors.InvalidTelephone)
