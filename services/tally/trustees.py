"""Trustees' public keys: each checked, all needed, fixed before voting opens."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from belenios.errors import BeleniosError
from belenios.group import get_group
from belenios.trustees import (
    check_public_key,
    joint_key,
    key_fingerprint,
    trustees_json,
)
from chassis import outbox
from chassis.auth import Principal, Role
from chassis.clock import Clock
from contracts.calendar import PhaseName
from contracts.copies import KnownPrimary, the_primary
from contracts.fields import write_instant
from contracts.tally.errors import (
    NotOneTrustee,
    TrusteeKeyGiven,
    TrusteeKeyInvalid,
    TrusteeKeysClosed,
    TrusteeKeyTaken,
)
from contracts.tally.events import TrusteesReady
from services.tally.models import ElectionKey, Primary, Trustee
from services.tally.queries import lock_primary, trustees_of


def check_key(group: str, record: dict[str, Any]) -> None:
    """Check that its sender knows the private key; raise `TrusteeKeyInvalid`."""
    try:
        check_public_key(get_group(group), record)
    except BeleniosError as error:
        raise TrusteeKeyInvalid(reason=str(error)) from error


def number_of(principal: Principal, *, trustees: int) -> int:
    """Which trustee this is; nobody holds the keys of two."""
    numbers = principal.scopes(Role.TRUSTEE)
    known = [number for number in range(1, trustees + 1) if str(number) in numbers]
    if len(known) != 1 or len(numbers) != 1:
        raise NotOneTrustee
    return known[0]


def hand_in_key(
    session: Session, clock: Clock, *, primary: str, number: int, record: dict[str, Any]
) -> Trustee:
    """Keep a trustee's checked key; announce the election's key when all are in."""
    known = the_primary(session, Primary, primary)
    lock_primary(session, primary)  # or the last two keys might not see each other
    given = session.get(Trustee, (primary, number))
    if given is not None:
        if given.public_key != record["public_key"]:
            raise TrusteeKeyGiven(trustee=number)
        return given
    _require_in_time(known, clock)
    others = trustees_of(session, primary)
    if any(other.public_key == record["public_key"] for other in others):
        raise TrusteeKeyTaken
    trustee = Trustee(
        primary=primary,
        number=number,
        public_key=record["public_key"],
        record=record,
        handed_in_at=clock.now(),
    )
    session.add(trustee)
    session.flush()
    if len(others) + 1 == known.definition.trustees:
        _fix_election_key(session, clock, known, [*others, trustee])
    return trustee


def _require_in_time(known: KnownPrimary, clock: Clock) -> None:
    opens_at = known.calendar.phase(PhaseName.VOTING).opens_at
    if clock.now() >= opens_at:
        raise TrusteeKeysClosed(opens_at=write_instant(opens_at))


def _fix_election_key(
    session: Session, clock: Clock, known: KnownPrimary, trustees: list[Trustee]
) -> None:
    definition = known.definition
    in_order = sorted(trustees, key=lambda trustee: trustee.number)
    record = trustees_json([canonical(trustee.record) for trustee in in_order])
    public_key = joint_key(get_group(definition.group), record)
    session.add(
        ElectionKey(primary=definition.primary, public_key=public_key, trustees=record)
    )
    outbox.record(
        session,
        clock,
        TrusteesReady,
        primary=definition.primary,
        region=definition.country,
        territory=definition.country,
        group=definition.group,
        public_key=public_key,
        trustee_count=len(in_order),
        trustees=record,
    )


def canonical(record: dict[str, Any]) -> dict[str, Any]:
    """The key with its proof, its fields in the order of the format."""
    pok = record["pok"]
    return {
        "pok": {"challenge": pok["challenge"], "response": pok["response"]},
        "public_key": record["public_key"],
    }


def shown(trustee: Trustee) -> dict[str, Any]:
    """A trustee's key, with the fingerprint to compare it by."""
    return {
        "trustee": trustee.number,
        "public_key": trustee.public_key,
        "fingerprint": key_fingerprint(trustee.public_key),
        "handed_in_at": trustee.handed_in_at,
    }


def roster(session: Session, primary: str) -> dict[str, Any]:
    """Whose keys are in, and the key that they make together."""
    definition = the_primary(session, Primary, primary).definition
    together = session.get(ElectionKey, primary)
    return {
        "primary": primary,
        "group": definition.group,
        "needed": definition.trustees,
        "trustees": [shown(each) for each in trustees_of(session, primary)],
        "public_key": together.public_key if together else None,
    }
