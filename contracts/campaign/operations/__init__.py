"""What campaign can be asked."""

from __future__ import annotations

from contracts.campaign.operations.candidates import (
    EditCandidatePage,
    ListCandidates,
    ReadCandidate,
)
from contracts.campaign.operations.debates import (
    DrawDebates,
    ListDebates,
    PostponeDebate,
    ReadDebate,
    RecordAttendance,
    ScheduleDebates,
)
from contracts.campaign.operations.programmes import (
    ListProgrammes,
    PublishProgrammes,
    ReadProgramme,
    ReadProgrammeVersion,
    ReviseProgramme,
)
from contracts.campaign.operations.suggestions import (
    DecideSuggestion,
    ListMySupports,
    ListSuggestions,
    SuggestChange,
    SupportSuggestion,
    WithdrawSupport,
)

__all__ = [
    "DecideSuggestion",
    "DrawDebates",
    "EditCandidatePage",
    "ListCandidates",
    "ListDebates",
    "ListMySupports",
    "ListProgrammes",
    "ListSuggestions",
    "PostponeDebate",
    "PublishProgrammes",
    "ReadCandidate",
    "ReadDebate",
    "ReadProgramme",
    "ReadProgrammeVersion",
    "RecordAttendance",
    "ReviseProgramme",
    "ScheduleDebates",
    "SuggestChange",
    "SupportSuggestion",
    "WithdrawSupport",
]
