"""Doors to nominations."""

from __future__ import annotations

from typing import Any

from chassis.auth import Principal
from chassis.operations import serves
from contracts.registration import operations as ask
from services.registration import (
    listings,
    nominations,
    organisations,
    statistics,
    vetting,
)
from services.registration.doors.door import Door


class NominationDoor(Door):
    """What can be asked about nominations."""

    @serves(ask.SubmitNomination)
    def submit_nomination(self, principal: Principal, **facts: Any) -> Any:
        """Put a member forward."""
        with self.db.transaction() as session:
            return nominations.submit_nomination(
                session, self.clock, self.vault, principal, **facts
            )

    @serves(ask.ListNominations)
    def list_nominations(self, principal: Principal, **facts: Any) -> Any:
        """Nominations for those who decide."""
        with self.db.reading() as session:
            return listings.list_nominations(session, principal, **facts)

    @serves(ask.ListMyNominations)
    def list_my_nominations(self, principal: Principal, *, primary: str) -> Any:
        """A member's own nominations."""
        with self.db.reading() as session:
            return {"items": listings.list_own_nominations(session, principal)}

    @serves(ask.ListPpoNominations)
    def list_ppo_nominations(
        self, principal: Principal, *, primary: str, ppo: str
    ) -> Any:
        """Whom an organisation has put forward."""
        with self.db.reading() as session:
            return organisations.list_nominations(
                session, principal, primary=primary, ppo=ppo
            )

    @serves(ask.ListPpoMembers)
    def list_ppo_members(self, principal: Principal, **wish: Any) -> Any:
        """The members of an organisation."""
        with self.db.reading() as session:
            return organisations.list_members(session, principal, **wish)

    @serves(ask.DecideNomination)
    def decide_nomination(
        self, principal: Principal, *, primary: str, **decision: Any
    ) -> Any:
        """Register or refuse one."""
        return self._decide(principal, primary, [decision])[0]

    @serves(ask.DecideNominations)
    def decide_nominations(
        self, principal: Principal, *, primary: str, decisions: list[dict[str, Any]]
    ) -> Any:
        """Register or refuse several."""
        return {"items": self._decide(principal, primary, decisions)}

    def _decide(
        self, principal: Principal, primary: str, decisions: list[dict[str, Any]]
    ) -> Any:
        with self.db.transaction() as session:
            return vetting.decide_nominations(
                session, self.clock, principal, primary=primary, decisions=decisions
            )

    @serves(ask.WithdrawNomination)
    def withdraw_nomination(self, principal: Principal, **facts: Any) -> Any:
        """Stand down, or remove a candidate."""
        with self.db.transaction() as session:
            return nominations.withdraw_nomination(
                session, self.clock, principal, **facts
            )

    @serves(ask.ShowStatistics)
    def show_statistics(self, principal: Principal | None, *, primary: str) -> Any:
        """The statistics of nominations."""
        with self.db.reading() as session:
            return statistics.nomination_statistics(session, primary=primary)
