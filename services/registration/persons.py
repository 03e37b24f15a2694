"""What the register tells a person about themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.clock import Clock
from chassis.vault import Vault
from contracts.copies import the_primary
from contracts.registration.errors import UnknownMember
from services.registration import queries, sign_in_codes
from services.registration.models import Member, Ppo, Primary
from services.registration.numbers import masked


def show_me(session: Session, vault: Vault, principal: Principal) -> dict[str, Any]:
    """One's own entry; of the telephone as much as one needs to recognise it."""
    member = session.get(Member, principal.subject)
    if member is None:
        raise UnknownMember
    ppo = session.get(Ppo, (member.primary, member.ppo))
    shown = ("member", "name", "ppo", "territory", "occupation")
    return {name: getattr(member, name) for name in shown} | {
        "ppo_name": ppo.name if ppo else member.ppo,
        "telephone": masked(vault.decrypt(member.telephone, purpose="telephone")),
        "roles": principal.grants,
        "board": principal.voter.board if principal.voter else None,
    }


def find_telephone(
    session: Session, clock: Clock, vault: Vault, *, primary: str, iin: str
) -> dict[str, Any]:
    """The whole number of somebody's telephone; for demonstrations."""
    definition = the_primary(session, Primary, primary).definition
    found_by = sign_in_codes.hash_of(vault, clock, definition, iin)
    member = queries.find_member(session, primary, found_by)
    if member is None:
        raise UnknownMember
    return {"telephone": vault.decrypt(member.telephone, purpose="telephone")}
