"""Tally's doors: what it can be asked, and the jobs of its count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import eventlet.tpool

from belenios.kernel import warm_up
from chassis.auth import Principal
from chassis.operations import serves
from chassis.rpc import Rpc
from chassis.service import AtStart, Service, when
from contracts.tally import operations as ask
from services.tally import (
    counts,
    decryptions,
    disputes,
    handlers,
    jobs,
    publications,
    tallies,
    trustees,
)
from services.tally.queries import definition_of


class TallyService(Service):
    """Trustees, the second check, the count, results and lists."""

    name = "tally"
    handlers = handlers

    kernel = AtStart(warm_up)  # or the first ballot would wait
    call = cast("Callable[..., dict[str, Any]]", Rpc())

    @serves(ask.HandInKey)
    def hand_in_key(
        self,
        principal: Principal,
        *,
        primary: str,
        public_key: dict[str, Any],
        threshold_keys: str | None,
    ) -> object:
        """Take a trustee's key."""
        with self.db.reading() as session:
            definition = definition_of(session, primary)
        number = trustees.number_of(principal, trustees=definition.trustees)
        record = trustees.canonical(public_key)
        eventlet.tpool.execute(trustees.check_key, definition.group, record)
        eventlet.tpool.execute(
            trustees.check_threshold_keys, definition, record, threshold_keys
        )
        with self.db.transaction() as session:
            return trustees.shown(
                trustees.hand_in_key(
                    session,
                    self.clock,
                    primary=primary,
                    number=number,
                    record=record,
                    threshold_keys=threshold_keys,
                )
            )

    @serves(ask.ListTrustees)
    def list_trustees(self, principal: Principal | None, *, primary: str) -> object:
        """Show the keys that are in."""
        with self.db.reading() as session:
            return trustees.roster(session, primary)

    @serves(ask.ListTallies)
    def list_tallies(
        self, principal: Principal, *, primary: str, after: str, limit: int
    ) -> object:
        """Show trustees what to decrypt."""
        with self.db.reading() as session:
            return tallies.bundle(session, primary=primary, after=after, limit=limit)

    @serves(ask.SubmitPartialDecryptions)
    def submit_partial_decryptions(
        self,
        principal: Principal,
        *,
        primary: str,
        trustee_public_key: str,
        partial_decryptions: list[dict[str, Any]],
    ) -> object:
        """Check a trustee's decryptions, all of them, then keep them."""
        with self.db.reading() as session:
            definition = definition_of(session, primary)
            number = trustees.number_of(principal, trustees=definition.trustees)
            given = decryptions.new_decryptions(
                session,
                primary=primary,
                trustee=number,
                public_key=trustee_public_key,
                sent=partial_decryptions,
            )
        eventlet.tpool.execute(decryptions.check_decryptions, given)
        with self.db.transaction() as session:
            kept = decryptions.keep_decryptions(
                session, self.clock, primary=primary, trustee=number, given=given
            )
        return {**kept, "known": len(partial_decryptions) - kept["accepted"]}

    @serves(ask.ReadCount)
    def read_count(self, principal: Principal | None, **wanted: Any) -> object:
        """Show how far the count is."""
        with self.db.reading() as session:
            return counts.progress_of(session, **wanted)

    @serves(ask.ProposeResolution)
    def propose_resolution(self, principal: Principal, **facts: Any) -> object:
        """Take what an officer proposes for a disputed board."""
        with self.db.transaction() as session:
            return disputes.propose_resolution(session, self.clock, principal, **facts)

    @serves(ask.ApproveResolution)
    def approve_resolution(self, principal: Principal, **facts: Any) -> object:
        """Carry out what a colleague proposed."""
        with self.db.transaction() as session:
            return disputes.approve_resolution(session, self.clock, principal, **facts)

    @serves(ask.ListResolutions)
    def list_resolutions(self, principal: Principal, **wanted: Any) -> object:
        """Show what officers proposed and approved."""
        with self.db.reading() as session:
            return {"items": disputes.resolutions(session, **wanted)}

    @serves(ask.ReadResults)
    def read_results(self, principal: Principal | None, *, primary: str) -> object:
        """Show all published results."""
        with self.db.reading() as session:
            return publications.published_results(session, primary)

    @serves(ask.ReadContestResult)
    def read_contest_result(
        self, principal: Principal | None, *, primary: str, contest: str
    ) -> object:
        """Show one contest's ratings."""
        with self.db.reading() as session:
            return publications.contest_ratings(session, primary, contest)

    @serves(ask.ReadPartyLists)
    def read_party_lists(self, principal: Principal | None, *, primary: str) -> object:
        """Show all party lists."""
        with self.db.reading() as session:
            return publications.published_lists(session, primary)

    @serves(ask.ReadPartyList)
    def read_party_list(
        self, principal: Principal | None, *, primary: str, contest: str
    ) -> object:
        """Show one contest's list."""
        with self.db.reading() as session:
            return publications.contest_list(session, primary, contest)

    @when(jobs.has_boards_to_follow)
    def follow_boards(self) -> None:
        """Open boards and check what has come."""
        jobs.open_boards(self.db, self.clock)
        jobs.check_boards(self.db, self.clock)

    @when(jobs.has_gaps)
    def fill_gaps(self) -> None:
        """Read again what was lost on the way."""
        jobs.fill_gaps(self.db, self.clock, self.call)

    @when(jobs.has_boards_to_count)
    def count_boards(self) -> None:
        """Put tallies and results on the boards."""
        jobs.tally_boards(self.db, self.clock)
        jobs.decrypt_boards(self.db)

    @when(jobs.may_publish_any)
    def publish(self) -> None:
        """Publish what is due."""
        jobs.publish_due(self.db, self.clock)

    def jobs_waiting(self) -> int:
        """How much the jobs could do now."""
        return jobs.jobs_waiting(self.db, self.clock)
