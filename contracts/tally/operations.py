"""What tally can be asked."""

from __future__ import annotations

from marshmallow import fields, validate

from chassis.auth import Role
from chassis.operations import Operation
from chassis.wire import Schema
from contracts.copies import UnknownPrimary
from contracts.definition import UnknownContest
from contracts.fields import A_REASON, page_size
from contracts.tally import disputes, errors, views

#: boards in one page of tallies, at most: an answer must fit into a message
MOST_TALLIES = 100
#: characters of threshold keys: 30 trustees with keys of 2048 bits
LARGEST_KEYS = 2**20
_LONG_NUMBER = validate.Length(min=1, max=700)
_LONG_TEXT = validate.Length(min=2, max=2 * 2**20)


class OfPrimary(Schema):
    """Which primary."""

    primary = fields.String(required=True)


class OfContest(OfPrimary):
    """Which contest of which primary."""

    contest = fields.String(required=True)


class OfBoard(OfPrimary):
    """Which board of which primary."""

    board = fields.String(required=True, validate=validate.Length(max=64))


class ProofOfKnowledge(Schema):
    """That the trustee knows the private key."""

    challenge = fields.String(required=True, validate=_LONG_NUMBER)
    response = fields.String(required=True, validate=_LONG_NUMBER)


class TrusteePublicKey(Schema):
    """The file `trustee.pubkey` that `primaries trustee keygen` wrote."""

    pok = fields.Nested(ProofOfKnowledge, required=True)
    public_key = fields.String(required=True, validate=_LONG_NUMBER)


class HandInKeyRequest(OfPrimary):
    """A trustee's public key, and what all of them made together."""

    public_key = fields.Nested(TrusteePublicKey, required=True)
    #: where fewer trustees than all suffice: the threshold keys that the trustees
    #: published at the end of their ceremony, the same text from each of them
    threshold_keys = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=2, max=LARGEST_KEYS),
    )


class HandInKey(Operation):
    """Take a trustee's public key; the same again changes nothing.

    Who asks says which trustee it is: the scope of their grant, from "1" on. When
    the last key is in, the key of the elections is fixed for good.

    Where fewer trustees than all suffice, each hands in the threshold keys too, and
    nothing is fixed until all have handed in the same ones. Until then a trustee may
    replace them, as the trustees may have to repeat their ceremony.
    """

    Request = HandInKeyRequest
    Response = views.TrusteeView
    roles = frozenset({Role.TRUSTEE})
    errors = (
        UnknownPrimary,
        errors.NotOneTrustee,
        errors.TrusteeKeyInvalid,
        errors.ThresholdKeysMissing,
        errors.ThresholdKeysNotWanted,
        errors.ThresholdKeysInvalid,
        errors.TrusteeKeyGiven,
        errors.TrusteeKeyTaken,
        errors.TrusteeKeysClosed,
    )


class ListTrustees(Operation):
    """The trustees' public keys handed in so far."""

    Request = OfPrimary
    Response = views.TrusteesView
    errors = (UnknownPrimary,)


class ListTalliesRequest(OfPrimary):
    """Which page."""

    after = fields.String(load_default="")
    limit = page_size(most=MOST_TALLIES)


class ListTallies(Operation):
    """The encrypted tallies there are, for trustees to decrypt offline.

    The answer is the file that `primaries trustee decrypt` reads. Where `next` is
    not null there are more: ask again with `after=<next>` and put the `districts`
    of all pages into one file, or decrypt page by page.
    """

    Request = ListTalliesRequest
    Response = views.TalliesView
    roles = frozenset({Role.TRUSTEE})
    errors = (UnknownPrimary,)


class PartialDecryptionOfBoard(Schema):
    """One board's partial decryption."""

    district = fields.String(required=True, validate=validate.Length(max=64))
    fingerprint = fields.String(required=True, validate=validate.Length(max=64))
    partial_decryption = fields.String(required=True, validate=_LONG_TEXT)


class SubmitPartialDecryptionsRequest(OfPrimary):
    """The file that `primaries trustee decrypt` wrote."""

    trustee_public_key = fields.String(required=True, validate=_LONG_NUMBER)
    partial_decryptions = fields.List(
        fields.Nested(PartialDecryptionOfBoard),
        required=True,
        validate=validate.Length(min=1, max=1000),
    )


class SubmitPartialDecryptions(Operation):
    """Take a trustee's partial decryptions of all boards, or of some of them.

    The body is the file without its `primary`, which the path says already. Every
    decryption is checked before any is kept: one wrong refuses all of them. What was
    given before stays as it was, so sending the same again changes nothing.
    """

    Request = SubmitPartialDecryptionsRequest
    Response = views.DecryptionsView
    roles = frozenset({Role.TRUSTEE})
    errors = (
        UnknownPrimary,
        errors.NotOneTrustee,
        errors.UnknownTally,
        errors.BoardNotTallied,
        errors.WrongTrusteeKey,
        errors.WrongPartialDecryption,
    )
    timeout = 120.0


class OfOneOrAllBoards(OfPrimary):
    """Which board alone, where not all of them are wanted."""

    board = fields.String(load_default=None, validate=validate.Length(max=64))


class ReadCount(Operation):
    """How far the count is, board by board; no count of votes is shown."""

    Request = OfOneOrAllBoards
    Response = views.CountView
    errors = (UnknownPrimary, errors.UnknownTally)


class ProposeResolutionRequest(OfBoard):
    """What shall become of a disputed board, and why."""

    decision = fields.Enum(disputes.Decision, by_value=True, required=True)
    reason = fields.String(required=True, validate=A_REASON)


class ProposeResolution(Operation):
    """Propose what becomes of a disputed board; a second officer approves it.

    `check_again` reads the whole board once more; the count's own check decides, as
    before. `exclude` leaves the board out of the results, which say so with the
    reason; it can be proposed when voting has closed.
    """

    Request = ProposeResolutionRequest
    Response = disputes.ResolutionView
    roles = frozenset({Role.OFFICER})
    errors = (
        UnknownPrimary,
        errors.NoCentralOffice,
        errors.UnknownTally,
        errors.BoardNotDisputed,
        errors.TooEarlyToExclude,
        errors.CountIsPublished,
    )


class ApproveResolutionRequest(OfBoard):
    """Which proposal for which board."""

    number = fields.Integer(required=True, validate=validate.Range(min=1, max=10**6))


class ApproveResolution(Operation):
    """Carry out a colleague's proposal for a disputed board, and say so in public."""

    Request = ApproveResolutionRequest
    Response = disputes.ResolutionView
    roles = frozenset({Role.OFFICER})
    errors = (
        *ProposeResolution.errors,
        errors.UnknownResolution,
        errors.ResolutionOutdated,
        errors.OtherOfficerNeeded,
    )


class ListResolutions(Operation):
    """What officers have proposed and approved for disputed boards."""

    Request = OfOneOrAllBoards
    Response = disputes.ResolutionsView
    roles = frozenset({Role.OFFICER, Role.OBSERVER})
    errors = (UnknownPrimary,)


class ReadResults(Operation):
    """`results.json`: the results of all contests, once they are published."""

    Request = OfPrimary
    Response = views.ResultsView
    errors = (UnknownPrimary, errors.ResultsNotPublished)


class ReadContestResult(Operation):
    """One contest's result with its general, women's and young's ratings."""

    Request = OfContest
    Response = views.ContestRatingsView
    errors = (
        UnknownPrimary,
        UnknownContest,
        errors.ResultsNotPublished,
        errors.ContestNotVoted,
    )


class ReadPartyLists(Operation):
    """`lists.json`: the party lists of all contests, once published."""

    Request = OfPrimary
    Response = views.PartyListsView
    errors = (UnknownPrimary, errors.ResultsNotPublished)


class ReadPartyList(Operation):
    """One contest's newest party list."""

    Request = OfContest
    Response = views.PartyListVersionView
    errors = (
        UnknownPrimary,
        UnknownContest,
        errors.ResultsNotPublished,
        errors.ContestNotVoted,
    )
