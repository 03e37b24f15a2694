"""Doors to the electoral roll and the final ballot."""

from __future__ import annotations

from typing import Any

from chassis.auth import Principal
from chassis.operations import serves
from chassis.vault import Vault
from contracts.registration import operations as ask
from services.registration import (
    final_ballot,
    listings,
    overviews,
    roll,
)
from services.registration.doors.door import Door


class RollDoor(Door):
    """What can be asked about the roll."""

    @serves(ask.FreezeRoll)
    def freeze_roll(self, principal: Principal, *, primary: str) -> Any:
        """Freeze the roll."""
        with self.db.transaction() as session:
            roll.freeze_roll(session, self.clock, principal, primary=primary)
            session.flush()
            return overviews.show_roll(session, primary=primary)

    @serves(ask.ShowRoll)
    def show_roll(self, principal: Principal | None, *, primary: str) -> Any:
        """The roll in numbers."""
        with self.db.reading() as session:
            return overviews.show_roll(session, primary=primary)

    @serves(ask.FinaliseBallot)
    def finalise_ballot(self, principal: Principal, *, primary: str) -> Any:
        """Fix the candidates."""
        with self.db.transaction() as session:
            return final_ballot.finalise_ballot(
                session, self.clock, principal, primary=primary
            )

    @serves(ask.ReadCredential)
    def read_credential(self, principal: Principal, *, primary: str) -> Any:
        """A voter's own credential."""
        with self.db.reading() as session:
            return roll.own_credential(session, self.vault, principal, primary=primary)

    @serves(ask.ListRoll)
    def list_roll(self, principal: Principal | None, **facts: Any) -> Any:
        """A page of a board's voters, for voting."""
        shared = Vault(self.settings.roll_key)
        with self.db.reading() as session:
            return listings.list_roll(session, self.vault, shared, **facts)

    @serves(ask.ResolveVoter)
    def resolve_voter(self, principal: Principal, **facts: Any) -> Any:
        """Name a voter to voting, for a station."""
        key = self.settings.principal_key
        with self.db.reading() as session:
            return roll.resolve_voter(session, self.clock, self.vault, key, **facts)
