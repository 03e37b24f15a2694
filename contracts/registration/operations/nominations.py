"""What registration can be asked about nominations and candidacies."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from chassis.auth import Role
from chassis.operations import Operation
from chassis.wire import Schema
from contracts.copies import PhaseClosed, UnknownPrimary
from contracts.definition import Route, UnknownContest, UnknownTerritory
from contracts.fields import A_REASON, page_size
from contracts.registration import errors, views
from contracts.registration.operations.people import A_NUMBER
from contracts.registration.operations.primaries import PrimaryRequest

LONGEST_STATEMENT = 4000
LONGEST_MINUTES = 1000


class RefusalReason(StrEnum):
    """Why vetting refuses a nomination."""

    CONVICTION = "conviction"  # unspent
    CORRUPTION_CRIME = "corruption_crime"
    EXPELLED = "expelled"  # from the party, earlier
    RESIDENCE = "residence"
    DOCUMENTS = "documents"
    FALSE_INFORMATION = "false_information"
    FILED_WRONGLY = "filed_wrongly"


class NominationState(StrEnum):
    """How far a nomination has come."""

    SUBMITTED = "submitted"
    REGISTERED = "registered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


class Decision(StrEnum):
    """What vetting does with a nomination."""

    REGISTER = "register"
    REFUSE = "refuse"


class SubmitNominationRequest(PrimaryRequest):
    """Who is put forward, for what, and by whom.

    By the route `self` the member who asks; by the route `ppo` the secretary of
    `ppo` names the member by national number.
    """

    route = fields.Enum(Route, by_value=True, required=True)
    contest = fields.String(required=True)
    member = fields.String(load_default=None, validate=A_NUMBER)
    ppo = fields.String(load_default=None, validate=validate.Length(max=64))
    statement = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_STATEMENT)
    )
    documents = fields.List(
        fields.String(validate=validate.Length(max=64)),
        load_default=list,
        validate=validate.Length(max=50),
    )
    minutes = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_MINUTES)
    )

    @validates_schema
    def check_route(self, facts: dict[str, Any], **_: object) -> None:
        """The two routes need different facts."""
        for name in ("member", "ppo"):
            if (facts.get("route") is Route.PPO) != (facts.get(name) is not None):
                detail = "Give this for the route ppo, and only for it."
                raise ValidationError(detail, field_name=name)


class SubmitNomination(Operation):
    """Put a member forward for a contest, once in the whole primary."""

    Request = SubmitNominationRequest
    Response = views.NominationView
    roles = frozenset({Role.MEMBER, Role.SECRETARY})
    errors = (
        UnknownPrimary,
        PhaseClosed,
        UnknownContest,
        errors.RouteClosed,
        errors.UnknownPpo,
        errors.NotSecretaryOfPpo,
        errors.InvalidNumber,
        errors.UnknownMember,
        errors.MembershipIsOver,
        errors.MemberOfAnotherPpo,
        errors.TooYoung,
        errors.LivesElsewhere,
        errors.ResidenceTooShort,
        errors.DocumentsMissing,
        errors.UnknownDocuments,
        errors.AlreadyNominated,
    )


class ListNominationsRequest(PrimaryRequest):
    """Nominations in the asking officer's territories, oldest first."""

    state = fields.Enum(NominationState, by_value=True, load_default=None)
    contest = fields.String(load_default=None)
    territory = fields.String(load_default=None)
    after = fields.String(load_default=None)
    limit = page_size()


class ListNominations(Operation):
    """Show nominations to the officers who decide on them."""

    Request = ListNominationsRequest
    Response = views.NominationsView
    roles = frozenset({Role.OFFICER})
    errors = (UnknownPrimary, UnknownTerritory, errors.NotYourTerritory)


class ListMyNominations(Operation):
    """Show a member their own nominations, newest first."""

    Request = PrimaryRequest
    Response = views.MyNominationsView
    roles = frozenset({Role.MEMBER})


class PpoRequest(PrimaryRequest):
    """Which party organisation."""

    ppo = fields.String(required=True, validate=validate.Length(max=64))


class ListPpoNominations(Operation):
    """Show a secretary whom their organisation has put forward, newest first."""

    Request = PpoRequest
    Response = views.PpoNominationsView
    roles = frozenset({Role.SECRETARY})
    errors = (UnknownPrimary, errors.UnknownPpo, errors.NotSecretaryOfPpo)


class ListPpoMembersRequest(PpoRequest):
    """Which page of an organisation's members, by name."""

    after = fields.String(load_default=None)
    limit = page_size()


class ListPpoMembers(Operation):
    """Show a secretary the members of their organisation, without their numbers."""

    Request = ListPpoMembersRequest
    Response = views.PpoMembersView
    roles = frozenset({Role.SECRETARY})
    errors = (
        UnknownPrimary,
        errors.UnknownPpo,
        errors.NotSecretaryOfPpo,
        errors.UnknownMember,
    )


class DecisionSchema(Schema):
    """Register, or refuse for a reason."""

    decision = fields.Enum(Decision, by_value=True, required=True)
    reason_code = fields.Enum(RefusalReason, by_value=True, load_default=None)
    reason = fields.String(load_default=None, validate=A_REASON)

    @validates_schema
    def check_reason(self, facts: dict[str, Any], **_: object) -> None:
        """A refusal needs its reason; a registration has none."""
        for name in ("reason_code", "reason"):
            refusing = facts.get("decision") is Decision.REFUSE
            if refusing != (facts.get(name) is not None):
                detail = "Give this to refuse, and only then."
                raise ValidationError(detail, field_name=name)


class DecideNominationRequest(DecisionSchema, PrimaryRequest):
    """The decision on one nomination."""

    nomination = fields.String(required=True)


class DecideNomination(Operation):
    """Register a nomination as a candidacy, or refuse it with a reason."""

    Request = DecideNominationRequest
    Response = views.NominationView
    roles = frozenset({Role.OFFICER})
    errors = (
        UnknownPrimary,
        PhaseClosed,
        errors.UnknownNomination,
        errors.NominationDecided,
        errors.MembershipIsOver,
        errors.NotYourTerritory,
    )


class OneDecision(DecisionSchema):
    """One of several decisions."""

    nomination = fields.String(required=True)


class DecideNominationsRequest(PrimaryRequest):
    """Up to 200 decisions, taken together or not at all."""

    decisions = fields.List(
        fields.Nested(OneDecision),
        required=True,
        validate=validate.Length(min=1, max=200),
    )


class DecideNominations(Operation):
    """Decide several nominations, all of them or none."""

    Request = DecideNominationsRequest
    Response = views.DecisionsView
    roles = frozenset({Role.OFFICER})
    errors = DecideNomination.errors
    timeout = 30.0


class WithdrawNominationRequest(PrimaryRequest):
    """Which nomination ends, and why."""

    nomination = fields.String(required=True)
    reason = fields.String(required=True, validate=A_REASON)


class WithdrawNomination(Operation):
    """End a nomination: the nominee stands down, or an officer removes a candidate."""

    Request = WithdrawNominationRequest
    Response = views.NominationView
    roles = frozenset({Role.MEMBER, Role.OFFICER})
    errors = (
        UnknownPrimary,
        errors.UnknownNomination,
        errors.NotYourNomination,
        errors.NotYourTerritory,
        errors.NominationNotStanding,
        errors.NotACandidate,
    )


class ShowStatistics(Operation):
    """Show how many were nominated, registered and refused: total, by day, by place."""

    Request = PrimaryRequest
    Response = views.StatisticsView
    errors = (UnknownPrimary,)
