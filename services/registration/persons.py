"""What the register tells a person about themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.vault import Vault
from contracts.registration.errors import UnknownMember
from services.registration.models import Member, Ppo
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
