"""Doors to the registers and to sessions."""

from __future__ import annotations

from typing import Any

import eventlet.tpool

from chassis.auth import Principal, sign_principal
from chassis.messages import messages_to
from chassis.operations import serves
from contracts.registration import operations as ask
from contracts.registration.errors import NotADemonstration
from services.registration import (
    listings,
    members,
    officers,
    persons,
    ppos,
    sessions,
    sign_in_codes,
)
from services.registration.doors.door import Door
from services.registration.numbers import read_telephone


class PeopleDoor(Door):
    """What can be asked about people."""

    @serves(ask.ImportPpos)
    def import_ppos(self, principal: Principal, **facts: Any) -> Any:
        """Take in party organisations."""
        with self.db.transaction() as session:
            return ppos.import_ppos(session, **facts)

    @serves(ask.ImportMembers)
    def import_members(
        self, principal: Principal, *, primary: str, csv: str, dry_run: bool
    ) -> Any:
        """Take in members; reading them takes its time, so it waits for nobody."""
        with self.db.reading() as session:
            rules = members.rules_of(session, self.clock, primary=primary)
        rows = eventlet.tpool.execute(members.read_members, csv, rules, self.vault)
        with self.db.transaction() as session:
            return members.import_members(
                session,
                self.clock,
                self.vault,
                rows,
                primary=primary,
                dry_run=dry_run,
            )

    @serves(ask.ImportOfficers)
    def import_officers(self, principal: Principal, **facts: Any) -> Any:
        """Give offices to members."""
        with self.db.transaction() as session:
            return officers.import_officers(session, self.clock, self.vault, **facts)

    @serves(ask.ListPpos)
    def list_ppos(self, principal: Principal | None, **facts: Any) -> Any:
        """Party organisations."""
        with self.db.reading() as session:
            return listings.list_ppos(session, **facts)

    @serves(ask.EndMembership)
    def end_membership(self, principal: Principal, **facts: Any) -> None:
        """End a membership."""
        with self.db.transaction() as session:
            members.end_membership(session, self.clock, self.vault, principal, **facts)

    @serves(ask.RequestSignInCode)
    def request_sign_in_code(self, principal: Principal | None, **facts: Any) -> Any:
        """Send a code, or seem to."""
        with self.db.transaction() as session:
            sign_in_codes.request_sign_in_code(session, self.clock, self.vault, **facts)
        return sign_in_codes.ANSWER

    @serves(ask.SignIn)
    def sign_in(
        self, principal: Principal | None, *, primary: str, iin: str, code: str
    ) -> Any:
        """Open a session with a code."""
        person = {"primary": primary, "iin": iin}
        # a wrong code undoes the second transaction; the attempt stays counted
        with self.db.transaction() as session:
            found = sessions.count_attempt(session, self.clock, self.vault, **person)
        with self.db.transaction() as session:
            return sessions.sign_in(
                session,
                self.clock,
                self.vault,
                primary=primary,
                found_by=found,
                code=code,
            )

    @serves(ask.OpenAdministratorSession)
    def open_administrator_session(
        self, principal: Principal | None, *, secret: str
    ) -> Any:
        """Open an administrator's session."""
        ours = self.settings.bootstrap_secret
        with self.db.transaction() as session:
            return sessions.open_administrator_session(
                session, self.clock, given=secret, secret=ours
            )

    @serves(ask.OpenVotingToken)
    def open_voting_token(self, principal: Principal, *, primary: str) -> Any:
        """Open a voting token."""
        with self.db.transaction() as session:
            return sessions.open_voting_token(session, self.clock, principal)

    @serves(ask.EndSession)
    def end_session(self, principal: Principal, *, primary: str) -> None:
        """Sign out everywhere."""
        with self.db.transaction() as session:
            sessions.end_sessions(session, principal)

    @serves(ask.ReadSession)
    def read_session(self, caller: Principal | None, *, session: str) -> Any:
        """Exchange a session for a signed principal."""
        with self.db.reading() as reading:
            held = sessions.read_session(reading, self.clock, secret=session)
        key, principal = self.settings.principal_key, held.principal
        return {
            "token": sign_principal(principal, key, self.clock, held.lifetime),
            "expires_at": self.clock.now() + held.lifetime,
            "primary": principal.primary,
            "roles": principal.grants,
            "ends_at": held.ends_at,
        }

    @serves(ask.CloseSession)
    def close_session(self, caller: Principal | None, *, session: str) -> None:
        """Sign out on one device."""
        with self.db.transaction() as writing:
            sessions.close_session(writing, secret=session)

    @serves(ask.KeepSession)
    def keep_session(self, caller: Principal | None, *, session: str) -> Any:
        """Stay signed in."""
        with self.db.transaction() as writing:
            ends_at = sessions.keep_session(writing, self.clock, secret=session)
        return {"ends_at": ends_at}

    @serves(ask.ShowMe)
    def show_me(self, principal: Principal, *, primary: str) -> Any:
        """A person's own entry."""
        with self.db.reading() as session:
            return persons.show_me(session, self.vault, principal)

    @serves(ask.FindTelephone)
    def find_telephone(
        self, principal: Principal | None, *, primary: str, iin: str
    ) -> Any:
        """Whose telephone to look at, in a demonstration."""
        if not self.settings.is_demo:
            raise NotADemonstration
        person = {"primary": primary, "iin": iin}
        with self.db.reading() as session:
            return persons.find_telephone(session, self.clock, self.vault, **person)

    @serves(ask.ReadTelephoneInbox)
    def read_telephone_inbox(
        self, principal: Principal | None, *, primary: str, telephone: str
    ) -> Any:
        """A demonstration's telephone."""
        if not self.settings.is_demo:
            raise NotADemonstration
        number = read_telephone(telephone)
        with self.db.reading() as session:
            return {"items": messages_to(session, self.vault, telephone=number)}
