"""Candidates, programmes and debates."""

from __future__ import annotations

from contracts.campaign import operations as campaign
from gateway.route import PRIMARY, Route

_CANDIDATE = f"{PRIMARY}/candidates/<candidacy>"
_PROGRAMMES = f"{PRIMARY}/programmes"
_PROGRAMME = f"{_PROGRAMMES}/<territory>"
_SUGGESTIONS = f"{_PROGRAMME}/suggestions"
_SUGGESTION = f"{PRIMARY}/suggestions/<suggestion>"
_DEBATES = f"{PRIMARY}/debates"
_DEBATE = f"{_DEBATES}/<debate>"

#: a revision may bring every section in every language
_REVISION = 2 * 1024 * 1024

ROUTES: tuple[Route, ...] = (
    Route("GET", f"{PRIMARY}/candidates", campaign.ListCandidates, cache=5),
    Route("GET", _CANDIDATE, campaign.ReadCandidate, cache=5),
    Route("PUT", f"{_CANDIDATE}/page", campaign.EditCandidatePage),
    Route("POST", _PROGRAMMES, campaign.PublishProgrammes, status=201),
    Route("GET", _PROGRAMMES, campaign.ListProgrammes, cache=5),
    Route("GET", _PROGRAMME, campaign.ReadProgramme, cache=5),
    Route("POST", _SUGGESTIONS, campaign.SuggestChange, status=201),
    Route("GET", _SUGGESTIONS, campaign.ListSuggestions, cache=2),
    Route("PUT", f"{_SUGGESTION}/support", campaign.SupportSuggestion),
    Route("DELETE", f"{_SUGGESTION}/support", campaign.WithdrawSupport),
    Route("GET", f"{PRIMARY}/me/supports", campaign.ListMySupports),
    Route("POST", f"{_SUGGESTION}/decision", campaign.DecideSuggestion),
    Route(
        "POST",
        f"{_PROGRAMME}/versions",
        campaign.ReviseProgramme,
        status=201,
        max_body=_REVISION,
    ),
    Route(
        "GET",
        f"{_PROGRAMME}/versions/<version>",
        campaign.ReadProgrammeVersion,
        cache=60,
    ),
    Route("POST", f"{_DEBATES}/groups", campaign.DrawDebates, status=201),
    Route("POST", f"{_DEBATES}/timetable", campaign.ScheduleDebates),
    Route("GET", _DEBATES, campaign.ListDebates, cache=5),
    Route("GET", _DEBATE, campaign.ReadDebate, cache=5),
    Route("POST", f"{_DEBATE}/postponement", campaign.PostponeDebate),
    Route("POST", f"{_DEBATE}/attendance", campaign.RecordAttendance),
)
