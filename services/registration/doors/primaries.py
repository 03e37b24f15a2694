"""Doors to primaries, their calendars, places and lots."""

from __future__ import annotations

from typing import Any

from chassis.auth import Principal
from chassis.operations import serves
from contracts.copies import the_primary
from contracts.registration import operations as ask
from services.registration import (
    calendar_changes,
    lots,
    overviews,
    places,
    primaries,
    queries,
)
from services.registration.doors.door import Door
from services.registration.models import Primary


class PrimaryDoor(Door):
    """What can be asked about a primary."""

    @serves(ask.DefinePrimary)
    def define_primary(self, principal: Principal, **facts: Any) -> Any:
        """Define a primary, or recognise it."""
        with self.db.transaction() as session:
            return primaries.define_primary(session, self.clock, **facts)

    @serves(ask.ListPrimaries)
    def list_primaries(self, principal: Principal | None) -> Any:
        """All primaries."""
        with self.db.reading() as session:
            return {"items": overviews.list_primaries(session, self.clock)}

    @serves(ask.ShowPrimary)
    def show_primary(self, principal: Principal | None, **facts: Any) -> Any:
        """One primary."""
        with self.db.reading() as session:
            return overviews.show_primary(session, self.clock, **facts)

    @serves(ask.ReadDefinition)
    def read_definition(self, principal: Principal | None, *, primary: str) -> Any:
        """A definition as it was given."""
        return self.definition(primary)

    @serves(ask.ListTerritories)
    def list_territories(
        self, principal: Principal | None, *, primary: str, **facts: Any
    ) -> Any:
        """Territories of a primary."""
        found = places.list_territories(self.definition(primary), **facts)
        return {"items": found}

    @serves(ask.ShowTerritory)
    def show_territory(
        self, principal: Principal | None, *, primary: str, **facts: Any
    ) -> Any:
        """One territory."""
        return places.show_territory(self.definition(primary), **facts)

    @serves(ask.ListContests)
    def list_contests(
        self, principal: Principal | None, *, primary: str, **facts: Any
    ) -> Any:
        """Contests of a primary."""
        return {"items": places.list_contests(self.definition(primary), **facts)}

    @serves(ask.ShowContest)
    def show_contest(
        self, principal: Principal | None, *, primary: str, contest: str
    ) -> Any:
        """One contest."""
        return places.show_contest(self.definition(primary).contest(contest))

    @serves(ask.ShowCalendar)
    def show_calendar(self, principal: Principal | None, **facts: Any) -> Any:
        """The calendar with its changes."""
        with self.db.reading() as session:
            return overviews.show_calendar(session, self.clock, **facts)

    @serves(ask.ProposeCalendarChange)
    def propose_calendar_change(self, principal: Principal, **facts: Any) -> Any:
        """Propose another closing instant."""
        with self.db.transaction() as session:
            change = calendar_changes.propose_calendar_change(
                session, self.clock, principal, **facts
            )
            return overviews.show_change(change, change.version - 1)

    @serves(ask.ApproveCalendarChange)
    def approve_calendar_change(self, principal: Principal, **facts: Any) -> Any:
        """Approve a colleague's proposal."""
        with self.db.transaction() as session:
            change = calendar_changes.approve_calendar_change(
                session, self.clock, principal, **facts
            )
            return overviews.show_change(change, change.version)

    @serves(ask.EnterLot)
    def enter_lot(self, principal: Principal, **facts: Any) -> Any:
        """Enter a lot's public value."""
        with self.db.transaction() as session:
            entered = lots.enter_lot(session, self.clock, principal, **facts)
            return lots.show_lot(entered)

    @serves(ask.ApproveLot)
    def approve_lot(self, principal: Principal, **facts: Any) -> Any:
        """Draw a lot with the same value."""
        with self.db.transaction() as session:
            drawn = lots.approve_lot(session, self.clock, principal, **facts)
            return lots.show_lot(drawn)

    @serves(ask.ListLots)
    def list_lots(self, principal: Principal | None, *, primary: str) -> Any:
        """The lots so far."""
        with self.db.reading() as session:
            the_primary(session, Primary, primary)
            known = queries.lots(session, primary)
            return {"items": [lots.show_lot(each) for each in known]}
