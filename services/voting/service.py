"""Voting's doors: what can be asked of it, and what it does by itself."""

from __future__ import annotations

from typing import Any, cast

from belenios.kernel import warm_up
from chassis.auth import Principal
from chassis.messages import has_messages_due, sender_from
from chassis.operations import serves
from chassis.rpc import Rpc
from chassis.service import AtStart, Service, every, when
from chassis.vault import Vault
from contracts.voting import operations as asked
from services.voting import (
    ballots,
    boards,
    challenges,
    confirmations,
    handlers,
    jobs,
    marks,
    notices,
    protocols,
    queries,
    registers,
    setups,
    stations,
    trackers,
    trees,
    turnouts,
)

View = dict[str, Any]


class VotingService(Service):
    """The ballot boxes, their boards, the marked register and the stations."""

    name = "voting"
    handlers = handlers

    kernel = AtStart(warm_up)  # or the first ballot would wait
    call = cast("Any", Rpc())

    # --- boards ------------------------------------------------------------------

    @serves(asked.ListBoards)
    def list_boards(self, _: object, **page: Any) -> View:
        """A page of boards."""
        with self.db.reading() as session:
            return queries.list_boards(session, **page)

    @serves(asked.ShowBoard)
    def show_board(self, _: object, **board: Any) -> View:
        """One board."""
        with self.db.reading() as session:
            return queries.show_board(session, **board)

    @serves(asked.ShowElection)
    def show_election(self, _: object, **board: Any) -> View:
        """What a booth seals ballots for."""
        with self.db.reading() as session:
            return queries.show_election(session, **board)

    @serves(asked.ListRecords)
    def list_records(self, _: object, **page: Any) -> View:
        """A stretch of a chain."""
        with self.db.reading() as session:
            return queries.list_records(session, **page)

    @serves(asked.ReadRecords)
    def read_records(self, _: object, **page: Any) -> View:
        """A stretch of a chain, whole."""
        with self.db.reading() as session:
            return queries.read_records(session, **page)

    @serves(asked.ShowRecord)
    def show_record(self, _: object, **record: Any) -> object:
        """One record."""
        with self.db.reading() as session:
            return queries.show_record(session, **record)

    @serves(asked.ReadArchive)
    def read_archive(self, _: object, **page: Any) -> View:
        """A stretch of an archive."""
        with self.db.reading() as session:
            return queries.read_archive(session, **page)

    @serves(asked.FindBallot)
    def find_ballot(self, _: object, **search: Any) -> View:
        """What a board knows of a tracker."""
        with self.db.reading() as session:
            return trackers.find_ballot(session, **search)

    @serves(asked.FindTracker)
    def find_tracker(self, _: object, **search: Any) -> View:
        """What the boards know of a tracker."""
        with self.db.reading() as session:
            return trackers.find_tracker(session, **search)

    # --- trees -------------------------------------------------------------------

    @serves(asked.ShowTreeHead)
    def show_tree_head(self, _: object, **board: Any) -> View:
        """The signed head of a board's tree."""
        return trees.show_tree_head(self.db, self.settings.signing_key, **board)

    @serves(asked.ShowInclusion)
    def show_inclusion(self, _: object, **search: Any) -> View:
        """That a ballot is on a board."""
        return trees.show_inclusion(self.db, self.settings.signing_key, **search)

    @serves(asked.ShowConsistency)
    def show_consistency(self, _: object, **sizes: Any) -> View:
        """That a board has only grown."""
        return trees.show_consistency(self.db, self.settings.signing_key, **sizes)

    @serves(asked.ListSpoiledBallots)
    def list_spoiled_ballots(self, _: object, **page: Any) -> View:
        """A stretch of the log of spoiled ballots."""
        with self.db.reading() as session:
            return queries.list_spoiled_ballots(session, **page)

    # --- voters ------------------------------------------------------------------

    @serves(asked.RequestConfirmation)
    def request_confirmation(self, principal: Principal, **ballot: Any) -> View:
        """Send a code that confirms one sealed ballot."""
        with self.db.transaction() as session:
            return confirmations.request_confirmation(
                session, self.clock, self.vault, voter=principal.voter, **ballot
            )

    @serves(asked.CastBallot)
    def cast_ballot(self, principal: Principal, **cast: Any) -> View:
        """Put a ballot into the box."""
        return ballots.cast_ballot(
            self.db, self.clock, self.vault, voter=principal.voter, **cast
        )

    @serves(asked.SpoilBallot)
    def spoil_ballot(self, principal: Principal, **opened: Any) -> object:
        """Open a ballot instead of casting it."""
        return challenges.spoil_ballot(
            self.db, self.clock, self.vault, voter=principal.voter, **opened
        )

    @serves(asked.ShowMyVote)
    def show_my_vote(self, principal: Principal, *, primary: str) -> View:
        """Whether a vote is recorded in the voter's name."""
        with self.db.reading() as session:
            return registers.show_my_vote(
                session, primary=primary, voter=principal.voter
            )

    # --- polling stations ----------------------------------------------------------

    @serves(asked.ImportStations)
    def import_stations(self, principal: Principal, **stations_: Any) -> View:
        """Add stations or change them."""
        with self.db.transaction() as session:
            kept = stations.import_stations(session, self.clock, principal, **stations_)
            return stations.station_page(kept)

    @serves(asked.ListStations)
    def list_stations(self, _: object, **page: Any) -> View:
        """A page of stations."""
        with self.db.reading() as session:
            return stations.list_stations(session, **page)

    @serves(asked.MarkVoter)
    def mark_voter(
        self, principal: Principal, *, primary: str, station: str, voter: str
    ) -> View:
        """Note that paper was issued to a voter."""
        named = self.identity.read_voter(voter, primary=primary)
        with self.db.transaction() as session:
            return registers.mark_voter(
                session,
                self.clock,
                principal,
                primary=primary,
                station=station,
                voter=named,
            )

    @serves(asked.CheckVoter)
    def check_voter(
        self, principal: Principal, *, primary: str, station: str, voter: str
    ) -> View:
        """What the register says about a voter who stands before a station."""
        named = self.identity.read_voter(voter, primary=primary)
        with self.db.reading() as session:
            return marks.check_voter(
                session, principal, primary=primary, station=station, voter=named
            )

    @serves(asked.UndoMark)
    def undo_mark(self, principal: Principal, *, voter: str, **mark: Any) -> View:
        """Take back a mark made by mistake."""
        named = self.identity.read_voter(voter, primary=mark["primary"])
        with self.db.transaction() as session:
            return marks.undo_mark(session, self.clock, principal, voter=named, **mark)

    @serves(asked.EnterProtocol)
    def enter_protocol(self, principal: Principal, **sheet: Any) -> object:
        """Keep paper counts."""
        with self.db.transaction() as session:
            return protocols.enter_protocol(session, self.clock, principal, **sheet)

    @serves(asked.SignProtocol)
    def sign_protocol(self, principal: Principal, **protocol: Any) -> object:
        """Accept a protocol."""
        with self.db.transaction() as session:
            return protocols.sign_protocol(session, self.clock, principal, **protocol)

    @serves(asked.ListProtocols)
    def list_protocols(self, principal: Principal, **station: Any) -> View:
        """The versions of a station's protocol."""
        with self.db.reading() as session:
            return {"items": protocols.list_protocols(session, principal, **station)}

    # --- everybody -----------------------------------------------------------------

    @serves(asked.ShowTurnout)
    def show_turnout(self, _: object, *, primary: str) -> View:
        """How many have voted."""
        with self.db.reading() as session:
            return turnouts.show_turnout(session, primary=primary)

    @serves(asked.ReadTelephoneInbox)
    def read_telephone_inbox(self, _: object, *, primary: str, telephone: str) -> View:
        """What a demonstration's telephone has received."""
        with self.db.reading() as session:
            return notices.read_inbox(
                session, self.settings, self.vault, telephone=telephone
            )

    # --- by itself -----------------------------------------------------------------

    @when(lambda session, _: setups.boards_to_set_up(session))
    def set_up_boards(self) -> None:
        """Make the boards that are complete."""
        vaults = (self.vault, Vault(self.settings.roll_key))
        jobs.set_up_boards(self.db, self.clock, self.call, vaults)

    @when(boards.boards_to_seal)
    def seal_boards(self) -> None:
        """Seal the ballot boxes whose time has come."""
        jobs.seal_boards(self.db, self.clock)

    @when(turnouts.turnouts_to_announce)
    def announce_turnouts(self) -> None:
        """Announce the turnout where it is due."""
        jobs.announce_turnouts(self.db, self.clock)

    @every(5)
    def destroy_fingerprints(self) -> None:
        """Destroy what led from voters to credentials, when nobody may complain."""
        jobs.destroy_fingerprints(self.db, self.clock)

    @when(has_messages_due)
    def send_messages(self) -> None:
        """Deliver what waits for telephones."""
        sender = sender_from(self.settings)
        jobs.send_messages(self.db, self.clock, self.vault, sender)

    def jobs_waiting(self) -> int:
        """How much the jobs still have to do."""
        return jobs.jobs_waiting(self.db, self.clock)
