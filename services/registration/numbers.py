"""National numbers and telephones: read from people, kept unreadable, found again."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy.orm import Session

from chassis.vault import Vault
from contracts.definition import Definition, IdentityScheme
from contracts.registration.errors import (
    InvalidNumber,
    InvalidTelephone,
    UnknownMember,
)
from services.registration import queries
from services.registration.iin import check_iin
from services.registration.models import Member

_TELEPHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_DECORATION = re.compile(r"[ ()\-\u2010-\u2015]")


def read_number(definition: Definition, text: str, *, on: date) -> str:
    """The national number that somebody wrote; raise `InvalidNumber`."""
    number = text.strip()
    if definition.identity.scheme is IdentityScheme.KZ_IIN:
        check_iin(number, on=on)
    elif not re.fullmatch(definition.identity.pattern or "", number, re.ASCII):
        raise InvalidNumber(reason="it does not have the agreed form")
    return number


def read_telephone(text: str) -> str:
    """The telephone number that somebody wrote; raise `InvalidTelephone`."""
    telephone = _DECORATION.sub("", text)
    if not _TELEPHONE.fullmatch(telephone):
        raise InvalidTelephone
    return telephone


def masked(telephone: str) -> str:
    """A telephone as its owner recognises it."""
    return "•" * (len(telephone) - 2) + telephone[-2:]


def number_hash(vault: Vault, primary: str, number: str) -> str:
    """What a number is found by; another in every primary."""
    return vault.fingerprint(f"{primary}|{number}", purpose="number")


def telephone_hash(vault: Vault, primary: str, telephone: str) -> str:
    """What a telephone is found by; another in every primary."""
    return vault.fingerprint(f"{primary}|{telephone}", purpose="telephone")


def the_member(session: Session, vault: Vault, primary: str, number: str) -> Member:
    """The member with a number that has been read; raise `UnknownMember`."""
    found = queries.find_member(session, primary, number_hash(vault, primary, number))
    if found is None:
        raise UnknownMember
    return found
