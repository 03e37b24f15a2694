"""The electoral roll: frozen at once, given its credentials board by board.

`freeze_roll` decides who votes where and takes a moment even for a whole party.
The credentials are made afterwards by a job, one board at a time; whatever stops
it, it goes on with the next board that is still without.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from chassis.auth import Principal, Voter, sign_voter
from chassis.clock import Clock
from chassis.ids import new_id
from chassis.vault import Vault
from contracts.copies import the_primary
from contracts.definition import Definition
from contracts.registration.errors import CredentialsAreDestroyed, NotOnRoll
from contracts.registration.events import CredentialsDestroyed, RollFrozen
from services.registration import queries
from services.registration.announcements import announce
from services.registration.boards import board_id, cut_into_boards
from services.registration.credentials import PURPOSE, Credentials, new_uuid
from services.registration.instants import require_after
from services.registration.models import Primary, RollBoard, RollEntry
from services.registration.numbers import number_hash, read_number
from services.registration.offices import require_central_office

AT_A_STATION = timedelta(minutes=10)


def freeze_roll(
    session: Session, clock: Clock, principal: Principal, *, primary: str
) -> None:
    """Freeze the roll from its instant on; frozen, it stays as it is."""
    known = the_primary(session, Primary, primary)
    require_central_office(principal, known.definition)
    require_after(known, "roll_freeze", clock.now())
    row = session.get_one(Primary, primary, with_for_update=True)
    if row.roll_frozen_at is None:
        row.roll_frozen_at = clock.now()
        session.add_all(_planned_boards(session, known.definition))


def freeze_board(
    session: Session,
    clock: Clock,
    *,
    primary: str,
    board: str,
    credentials: Credentials,
) -> None:
    """Put a planned board's members on the roll, each with a credential."""
    row = session.get_one(RollBoard, (primary, board), with_for_update=True)
    if row.state != "planned":
        return
    for entries in queries.chunks(_entries(session, row, credentials)):
        session.execute(sa.insert(RollEntry), entries)
    row.state = "frozen"
    row.roll_hash = credentials.roll_hash
    announce(
        session,
        clock,
        the_primary(session, Primary, primary).definition,
        RollFrozen,
        row.district,
        district=row.district,
        board=row.board,
        uuid=row.uuid,
        eligible_count=row.eligible_count,
        roll_hash=row.roll_hash,
        public_credentials=credentials.public,
    )


def destroy_credentials(
    session: Session, clock: Clock, *, primary: str, board: str
) -> None:
    """Destroy a sealed board's private credentials; nobody needs them any more."""
    row = session.get(RollBoard, (primary, board), with_for_update=True)
    if row is None or row.state != "frozen":
        return
    row.state = "destroyed"
    session.execute(
        sa.update(RollEntry)
        .where(RollEntry.primary == primary, RollEntry.board == board)
        .values(credential=None)
    )
    definition = the_primary(session, Primary, primary).definition
    announce(
        session, clock, definition, CredentialsDestroyed, row.district, board=board
    )


def own_credential(
    session: Session, vault: Vault, principal: Principal, *, primary: str
) -> dict[str, str]:
    """A voter's own credential; raise `NotOnRoll` for who is no voter."""
    the_primary(session, Primary, primary)
    entry = queries.find_roll_entry(session, principal.subject)
    if entry is None or entry.primary != primary:
        raise NotOnRoll
    if entry.credential is None:
        raise CredentialsAreDestroyed(board=entry.board)
    return {
        "board": entry.board,
        "uuid": session.get_one(RollBoard, (primary, entry.board)).uuid,
        "credential": vault.decrypt(entry.credential, purpose=PURPOSE),
    }


def resolve_voter(
    session: Session,
    clock: Clock,
    vault: Vault,
    key: Ed25519PrivateKey,
    *,
    primary: str,
    iin: str,
) -> dict[str, str]:
    """Name the voter with this number to voting, and nothing about the person."""
    definition = the_primary(session, Primary, primary).definition
    number = read_number(definition, iin, on=definition.day_of(clock.now()))
    found_by = number_hash(vault, primary, number)
    member = queries.find_member(session, primary, found_by)
    entry = member and queries.find_roll_entry(session, member.member)
    if not entry:
        raise NotOnRoll
    voter = Voter(reference=entry.voter, board=entry.board)
    return {"voter": sign_voter(voter, key, clock, AT_A_STATION, primary=primary)}


def _planned_boards(session: Session, definition: Definition) -> Iterator[RollBoard]:
    sizes: dict[str, dict[str, int]] = defaultdict(dict)
    for row in queries.members_counted(session, definition.primary):
        sizes[row.territory][row.ppo] = row.count
    for district in sorted(sizes):
        boards = cut_into_boards(sizes[district], definition.max_roll)
        for number, slices in enumerate(boards, start=1):
            yield RollBoard(
                primary=definition.primary,
                board=board_id(district, number),
                district=district,
                uuid=new_uuid(),
                eligible_count=sum(each.count for each in slices),
                slices=[[each.ppo, each.first, each.count] for each in slices],
                state="planned",
            )


def _entries(
    session: Session, row: RollBoard, credentials: Credentials
) -> list[dict[str, Any]]:
    members = [
        member
        for ppo, first, count in row.slices
        for member in queries.members_in_order(
            session, row.primary, row.district, ppo, first, count
        )
    ]
    return [
        {
            "voter": str(new_id()),
            "primary": row.primary,
            "board": row.board,
            "member": member,
            "credential": private,
        }
        for member, private in zip(members, credentials.private, strict=True)
    ]
