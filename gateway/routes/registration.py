"""The API of registration."""

from __future__ import annotations

from contracts.registration import operations as ask
from gateway.route import PRIMARY as P
from gateway.route import Route

_MIB = 1024 * 1024

ROUTES: tuple[Route, ...] = (
    # The primary
    Route("POST", "/primaries", ask.DefinePrimary, status=201, max_body=4 * _MIB),
    Route("GET", "/primaries", ask.ListPrimaries, cache=1.0),
    Route("GET", P, ask.ShowPrimary, cache=1.0),
    Route("GET", f"{P}/definition", ask.ReadDefinition, cache=30.0),
    Route("GET", f"{P}/territories", ask.ListTerritories, cache=30.0),
    Route("GET", f"{P}/territories/<territory>", ask.ShowTerritory, cache=30.0),
    Route("GET", f"{P}/contests", ask.ListContests, cache=30.0),
    Route("GET", f"{P}/contests/<contest>", ask.ShowContest, cache=30.0),
    Route("GET", f"{P}/calendar", ask.ShowCalendar, cache=1.0),
    Route("POST", f"{P}/calendar-changes", ask.ProposeCalendarChange, status=201),
    Route(
        "POST",
        f"{P}/calendar-changes/<version>/approval",
        ask.ApproveCalendarChange,
    ),
    Route("GET", f"{P}/lots", ask.ListLots, cache=1.0),
    Route("POST", f"{P}/lots", ask.EnterLot, status=201),
    Route("POST", f"{P}/lots/<lot>/approval", ask.ApproveLot),
    # People
    Route("POST", f"{P}/imports/ppos", ask.ImportPpos, max_body=8 * _MIB),
    Route("POST", f"{P}/imports/members", ask.ImportMembers, max_body=8 * _MIB),
    Route("POST", f"{P}/imports/officers", ask.ImportOfficers, max_body=8 * _MIB),
    Route("GET", f"{P}/ppos", ask.ListPpos, cache=5.0),
    Route("POST", f"{P}/membership-endings", ask.EndMembership, status=201),
    Route("POST", f"{P}/sign-in-codes", ask.RequestSignInCode, status=202),
    Route("POST", f"{P}/sessions", ask.SignIn, status=201),
    Route("POST", "/sessions/administrator", ask.OpenAdministratorSession, status=201),
    Route("POST", f"{P}/voting-tokens", ask.OpenVotingToken, status=201),
    Route("DELETE", f"{P}/session", ask.EndSession),
    Route("GET", f"{P}/me", ask.ShowMe),
    # Nominations
    Route("POST", f"{P}/nominations", ask.SubmitNomination, status=201),
    Route("GET", f"{P}/nominations", ask.ListNominations),
    Route("GET", f"{P}/me/nominations", ask.ListMyNominations),
    Route("GET", f"{P}/ppos/<ppo>/members", ask.ListPpoMembers),
    Route("GET", f"{P}/ppos/<ppo>/nominations", ask.ListPpoNominations),
    Route("POST", f"{P}/nominations/<nomination>/decision", ask.DecideNomination),
    Route("POST", f"{P}/nomination-decisions", ask.DecideNominations, max_body=_MIB),
    Route("POST", f"{P}/nominations/<nomination>/withdrawal", ask.WithdrawNomination),
    Route("GET", f"{P}/statistics", ask.ShowStatistics, cache=1.0),
    # The roll and the ballot
    Route("POST", f"{P}/roll", ask.FreezeRoll),
    Route("GET", f"{P}/roll", ask.ShowRoll, cache=1.0),
    Route("POST", f"{P}/ballot", ask.FinaliseBallot),
    Route("GET", f"{P}/me/credential", ask.ReadCredential),
    Route("POST", f"{P}/voter-references", ask.ResolveVoter, status=201),
)
