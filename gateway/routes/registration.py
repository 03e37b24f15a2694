"""The API of registration."""

from __future__ import annotations

from contracts.registration import operations as ask
from gateway.route import PRIMARY, Route

_MIB = 1024 * 1024

ROUTES: tuple[Route, ...] = (
    # The primary
    Route("POST", "/primaries", ask.DefinePrimary, status=201, max_body=4 * _MIB),
    Route("GET", "/primaries", ask.ListPrimaries, cache=1.0),
    Route("GET", PRIMARY, ask.ShowPrimary, cache=1.0),
    Route("GET", f"{PRIMARY}/definition", ask.ReadDefinition, cache=30.0),
    Route("GET", f"{PRIMARY}/territories", ask.ListTerritories, cache=30.0),
    Route("GET", f"{PRIMARY}/territories/<territory>", ask.ShowTerritory, cache=30.0),
    Route("GET", f"{PRIMARY}/contests", ask.ListContests, cache=30.0),
    Route("GET", f"{PRIMARY}/contests/<contest>", ask.ShowContest, cache=30.0),
    Route("GET", f"{PRIMARY}/calendar", ask.ShowCalendar, cache=1.0),
    Route("POST", f"{PRIMARY}/calendar-changes", ask.ProposeCalendarChange, status=201),
    Route(
        "POST",
        f"{PRIMARY}/calendar-changes/<version>/approval",
        ask.ApproveCalendarChange,
    ),
    Route("GET", f"{PRIMARY}/lots", ask.ListLots, cache=1.0),
    Route("POST", f"{PRIMARY}/lots", ask.EnterLot, status=201),
    Route("POST", f"{PRIMARY}/lots/<lot>/approval", ask.ApproveLot),
    # People
    Route("POST", f"{PRIMARY}/imports/ppos", ask.ImportPpos, max_body=8 * _MIB),
    Route("POST", f"{PRIMARY}/imports/members", ask.ImportMembers, max_body=8 * _MIB),
    Route("POST", f"{PRIMARY}/imports/officers", ask.ImportOfficers, max_body=8 * _MIB),
    Route("GET", f"{PRIMARY}/ppos", ask.ListPpos, cache=5.0),
    Route("POST", f"{PRIMARY}/membership-endings", ask.EndMembership, status=201),
    Route("POST", f"{PRIMARY}/sign-in-codes", ask.RequestSignInCode, status=202),
    Route("POST", f"{PRIMARY}/sessions", ask.SignIn, status=201),
    Route("POST", "/sessions/administrator", ask.OpenAdministratorSession, status=201),
    Route("POST", f"{PRIMARY}/voting-tokens", ask.OpenVotingToken, status=201),
    Route("DELETE", f"{PRIMARY}/session", ask.EndSession),
    Route("GET", f"{PRIMARY}/me", ask.ShowMe),
    # Nominations
    Route("POST", f"{PRIMARY}/nominations", ask.SubmitNomination, status=201),
    Route("GET", f"{PRIMARY}/nominations", ask.ListNominations),
    Route("GET", f"{PRIMARY}/me/nominations", ask.ListMyNominations),
    Route("GET", f"{PRIMARY}/ppos/<ppo>/members", ask.ListPpoMembers),
    Route("GET", f"{PRIMARY}/ppos/<ppo>/nominations", ask.ListPpoNominations),
    Route("POST", f"{PRIMARY}/nominations/<nomination>/decision", ask.DecideNomination),
    Route(
        "POST", f"{PRIMARY}/nomination-decisions", ask.DecideNominations, max_body=_MIB
    ),
    Route(
        "POST", f"{PRIMARY}/nominations/<nomination>/withdrawal", ask.WithdrawNomination
    ),
    Route("GET", f"{PRIMARY}/statistics", ask.ShowStatistics, cache=1.0),
    # The roll and the ballot
    Route("POST", f"{PRIMARY}/roll", ask.FreezeRoll),
    Route("GET", f"{PRIMARY}/roll", ask.ShowRoll, cache=1.0),
    Route("POST", f"{PRIMARY}/ballot", ask.FinaliseBallot),
    Route("GET", f"{PRIMARY}/me/credential", ask.ReadCredential),
    Route("POST", f"{PRIMARY}/voter-references", ask.ResolveVoter, status=201),
)
