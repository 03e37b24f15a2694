"""Trustees' public keys: each checked, all needed, fixed before voting opens."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from belenios.encoding import dumps, hex_hash, loads
from belenios.errors import BeleniosError
from belenios.group import get_group
from belenios.pedersen import Pedersen
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
from contracts.definition import Definition
from contracts.fields import write_instant
from contracts.tally.errors import (
    NotOneTrustee,
    ThresholdKeysInvalid,
    ThresholdKeysMissing,
    ThresholdKeysNotWanted,
    TrusteeKeyGiven,
    TrusteeKeyInvalid,
    TrusteeKeysClosed,
    TrusteeKeyTaken,
)
from contracts.tally.events import TrusteesReady
from services.tally.models import ElectionKey, Primary, Trustee
from services.tally.queries import lock_primary, trustees_of

_MEMBER_KEYS = "verification_keys"


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


def check_threshold_keys(
    definition: Definition, record: dict[str, Any], text: str | None
) -> None:
    """Check what trustees of whom some suffice made together; slow.

    Raises `ThresholdKeysMissing`, `ThresholdKeysNotWanted`, `ThresholdKeysInvalid`.
    """
    if definition.threshold == definition.trustees:
        if text is not None:
            raise ThresholdKeysNotWanted
    elif text is None:
        raise ThresholdKeysMissing(threshold=definition.threshold)
    elif reason := _fault(definition, record, text):
        raise ThresholdKeysInvalid(reason=reason)


def _fault(definition: Definition, record: dict[str, Any], text: str) -> str | None:
    threshold, trustees = definition.threshold, definition.trustees
    try:
        made = Pedersen.parse(get_group(definition.group), loads(text))
    except BeleniosError as error:
        return str(error)
    if (made.threshold, len(made.members)) != (threshold, trustees):
        return f"they are not for {threshold} of {trustees} trustees"
    if record["public_key"] not in _member_keys(text):
        return "your own key is not among them"
    return None


def _member_keys(threshold_keys: str) -> list[str]:
    """The members' public keys of checked threshold keys, in their order."""
    return [key["public_key"] for key in json.loads(threshold_keys)[_MEMBER_KEYS]]


def hand_in_key(
    session: Session,
    clock: Clock,
    *,
    primary: str,
    number: int,
    record: dict[str, Any],
    threshold_keys: str | None = None,
) -> Trustee:
    """Keep a trustee's checked key; announce the election's key when all are in."""
    known = the_primary(session, Primary, primary)
    lock_primary(session, primary)  # or the last two keys might not see each other
    given = session.get(Trustee, (primary, number))
    if given is not None and _same(given, record, threshold_keys):
        return given
    _require_changeable(session, known, given)
    _require_in_time(known, clock)
    _require_own(trustees_of(session, primary), number, record)
    trustee = session.merge(
        Trustee(
            primary=primary,
            number=number,
            public_key=record["public_key"],
            record=record,
            threshold_keys=threshold_keys,
            handed_in_at=clock.now(),
        )
    )
    session.flush()
    _fix_election_key(session, clock, known.definition)
    return trustee


def _same(given: Trustee, record: dict[str, Any], threshold_keys: str | None) -> bool:
    told = (record["public_key"], threshold_keys)
    return (given.public_key, given.threshold_keys) == told


def _require_changeable(
    session: Session, known: KnownPrimary, given: Trustee | None
) -> None:
    """A ceremony may have to be repeated, until all agree; a lone key may not."""
    if given is None:
        return
    fixed = session.get(ElectionKey, given.primary) is not None
    if fixed or known.definition.threshold == known.definition.trustees:
        raise TrusteeKeyGiven(trustee=given.number)


def _require_own(known: list[Trustee], number: int, record: dict[str, Any]) -> None:
    others = {each.public_key for each in known if each.number != number}
    if record["public_key"] in others:
        raise TrusteeKeyTaken


def _require_in_time(known: KnownPrimary, clock: Clock) -> None:
    opens_at = known.calendar.phase(PhaseName.VOTING).opens_at
    if clock.now() >= opens_at:
        raise TrusteeKeysClosed(opens_at=write_instant(opens_at))


def _fix_election_key(session: Session, clock: Clock, definition: Definition) -> None:
    """Announce the key of the elections once every trustee has handed in the same."""
    trustees = trustees_of(session, definition.primary)
    together = {trustee.threshold_keys for trustee in trustees}
    if len(trustees) < definition.trustees or len(together) > 1:
        return
    record = _place(trustees, together.pop())
    public_key = joint_key(get_group(definition.group), record)
    session.add(
        ElectionKey(
            primary=definition.primary,
            public_key=public_key,
            threshold=definition.threshold,
            trustees=record,
        )
    )
    outbox.record(
        session,
        clock,
        TrusteesReady,
        **definition.whereabouts(definition.country),
        group=definition.group,
        public_key=public_key,
        trustee_count=len(trustees),
        trustees=record,
    )


def _place(trustees: list[Trustee], threshold_keys: str | None) -> str:
    """The trustees record; each trustee is told the place on it."""
    in_order = [trustee.public_key for trustee in trustees]
    if threshold_keys is not None:
        in_order = _member_keys(threshold_keys)
    for trustee in trustees:
        trustee.owner = in_order.index(trustee.public_key) + 1
    if threshold_keys is None:
        return trustees_json([canonical(trustee.record) for trustee in trustees])
    return dumps([["Pedersen", loads(threshold_keys)]])


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
        "threshold_keys_hash": _hash(trustee.threshold_keys),
        "handed_in_at": trustee.handed_in_at,
    }


def _hash(text: str | None) -> str | None:
    return None if text is None else hex_hash(text.encode())


def roster(session: Session, primary: str) -> dict[str, Any]:
    """Whose keys are in, and the key that they make together."""
    definition = the_primary(session, Primary, primary).definition
    together = session.get(ElectionKey, primary)
    return {
        "primary": primary,
        "group": definition.group,
        "needed": definition.trustees,
        "threshold": definition.threshold,
        "trustees": [shown(each) for each in trustees_of(session, primary)],
        "public_key": together.public_key if together else None,
    }
