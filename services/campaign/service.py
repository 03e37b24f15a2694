"""The doors of campaign."""

from __future__ import annotations

from typing import Any

from eventlet import tpool

from chassis.auth import Principal, Role
from chassis.operations import serves
from chassis.service import Service
from contracts.campaign import operations
from services.campaign import (
    agenda,
    candidates,
    debates,
    groups,
    handlers,
    programmes,
    queries,
    scheduling,
    suggestions,
    timetables,
    versions,
)


class CampaignService(Service):
    """Candidate pages, programmes, debates."""

    name = "campaign"
    handlers = handlers

    @serves(operations.ListCandidates)
    def list_candidates(self, principal: object, **which: Any) -> dict[str, Any]:
        """A page of the candidates."""
        with self.db.reading() as session:
            return queries.list_candidates(session, **which)

    @serves(operations.ReadCandidate)
    def read_candidate(
        self, principal: object, *, primary: str, candidacy: str
    ) -> object:
        """A candidate's page."""
        with self.db.reading() as session:
            return queries.get_candidate(session, primary, candidacy)

    @serves(operations.EditCandidatePage)
    def edit_candidate_page(self, principal: Principal, **page: Any) -> object:
        """Let the candidate write."""
        own = principal.scopes(Role.CANDIDATE)
        with self.db.transaction() as session:
            return candidates.edit_page(session, self.clock, candidacies=own, **page)

    @serves(operations.PublishProgrammes)
    def publish_programmes(self, principal: Principal, *, primary: str) -> object:
        """Publish the first drafts."""
        scopes = principal.scopes(Role.OFFICER)
        with self.db.transaction() as session:
            return programmes.publish_programmes(
                session, self.clock, scopes=scopes, primary=primary
            )

    @serves(operations.ListProgrammes)
    def list_programmes(self, principal: object, **which: Any) -> dict[str, Any]:
        """A page of the programmes."""
        with self.db.reading() as session:
            return queries.list_programmes(session, **which)

    @serves(operations.ReadProgramme)
    def read_programme(self, principal: object, **which: str) -> dict[str, Any]:
        """The newest version."""
        with self.db.reading() as session:
            return queries.read_programme(session, **which)

    @serves(operations.ReadProgrammeVersion)
    def read_programme_version(self, principal: object, **which: Any) -> dict[str, Any]:
        """One version and its changes."""
        with self.db.reading() as session:
            return versions.programme_version(session, **which)

    @serves(operations.ReviseProgramme)
    def revise_programme(
        self, principal: Principal, *, primary: str, territory: str, **revision: Any
    ) -> dict[str, Any]:
        """Publish the next version."""
        scopes = principal.scopes(Role.OFFICER)
        where = {"primary": primary, "territory": territory}
        with self.db.transaction() as session:
            version = programmes.revise_programme(
                session, self.clock, scopes=scopes, **where, **revision
            )
            return versions.programme_version(session, version=version, **where)

    @serves(operations.SuggestChange)
    def suggest_change(self, principal: Principal, **facts: Any) -> object:
        """Take a suggestion."""
        author = self._hash_of(principal, purpose="author")
        with self.db.transaction() as session:
            made = suggestions.suggest_change(
                session, self.clock, author=author, **facts
            )
            return queries.get_suggestion(session, made.primary, made.suggestion)

    @serves(operations.ListSuggestions)
    def list_suggestions(self, principal: object, **which: Any) -> dict[str, Any]:
        """A page of a programme's suggestions."""
        with self.db.reading() as session:
            return queries.list_suggestions(session, **which)

    @serves(operations.ListMySupports)
    def list_my_supports(
        self, principal: Principal, *, primary: str, suggestions: list[str]
    ) -> dict[str, Any]:
        """Which of them the member supports."""
        mine = [
            self._supporter(principal, primary=primary, suggestion=each)
            for each in suggestions
        ]
        with self.db.reading() as session:
            return {"suggestions": queries.supported_by(session, mine)}

    @serves(operations.SupportSuggestion)
    def support_suggestion(self, principal: Principal, **which: str) -> object:
        """Count a member in."""
        supporter = self._supporter(principal, **which)
        with self.db.transaction() as session:
            suggestions.support_suggestion(
                session, self.clock, supporter=supporter, **which
            )
            return queries.get_suggestion(session, **which)

    @serves(operations.WithdrawSupport)
    def withdraw_support(self, principal: Principal, **which: str) -> object:
        """Count a member out."""
        supporter = self._supporter(principal, **which)
        with self.db.transaction() as session:
            suggestions.withdraw_support(
                session, self.clock, supporter=supporter, **which
            )
            return queries.get_suggestion(session, **which)

    @serves(operations.DecideSuggestion)
    def decide_suggestion(
        self, principal: Principal, *, primary: str, suggestion: str, **decision: Any
    ) -> object:
        """Decide."""
        scopes = principal.scopes(Role.OFFICER)
        which = {"primary": primary, "suggestion": suggestion}
        with self.db.transaction() as session:
            suggestions.decide_suggestion(
                session, self.clock, scopes=scopes, **which, **decision
            )
            return queries.get_suggestion(session, **which)

    @serves(operations.DrawDebates)
    def draw_debates(self, principal: Principal, *, primary: str) -> object:
        """Make the groups."""
        scopes = principal.scopes(Role.OFFICER)
        with self.db.transaction() as session:
            return groups.draw_debates(
                session, self.clock, scopes=scopes, primary=primary
            )

    @serves(operations.ScheduleDebates)
    def schedule_debates(self, principal: Principal, **where: str) -> object:
        """Read, solve, publish: solving stands between two transactions."""
        scopes = principal.scopes(Role.OFFICER)
        with self.db.reading() as session:
            region = scheduling.read_region(session, self.clock, scopes=scopes, **where)
        placements = tpool.execute(timetables.schedule, region)
        with self.db.transaction() as session:
            return scheduling.publish_timetable(
                session, self.clock, placements=placements, **where
            )

    @serves(operations.ListDebates)
    def list_debates(self, principal: object, **which: Any) -> dict[str, Any]:
        """A page of the debates."""
        with self.db.reading() as session:
            return agenda.list_debates(session, **which)

    @serves(operations.ReadDebate)
    def read_debate(self, principal: object, **which: str) -> dict[str, Any]:
        """One debate."""
        with self.db.reading() as session:
            return agenda.read_debate(session, **which)

    @serves(operations.PostponeDebate)
    def postpone_debate(
        self, principal: Principal, *, primary: str, debate: str, reason: str
    ) -> dict[str, Any]:
        """Put a debate off."""
        scopes = principal.scopes(Role.OFFICER)
        which = {"primary": primary, "debate": debate}
        with self.db.transaction() as session:
            debates.postpone_debate(
                session, self.clock, scopes=scopes, reason=reason, **which
            )
            return agenda.read_debate(session, **which)

    @serves(operations.RecordAttendance)
    def record_attendance(
        self, principal: Principal, *, primary: str, debate: str, **attendance: Any
    ) -> dict[str, Any]:
        """Put on record who came."""
        scopes = principal.scopes(Role.OFFICER)
        which = {"primary": primary, "debate": debate}
        with self.db.transaction() as session:
            debates.record_attendance(
                session, self.clock, scopes=scopes, **which, **attendance
            )
            return agenda.read_debate(session, **which)

    def _supporter(self, principal: Principal, *, primary: str, suggestion: str) -> str:
        """Another hash for each suggestion: nobody's supports can be put together."""
        return self._hash_of(principal, purpose=f"supporter of {suggestion}")

    def _hash_of(self, principal: Principal, *, purpose: str) -> str:
        return self.vault.fingerprint(principal.subject, purpose=purpose)
