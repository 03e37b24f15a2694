"""What voting does by itself: boards, seals, turnout, messages.

One process at a time does each job. What fails is logged and tried again at the
next tick, without keeping anything else from being done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import eventlet
import structlog
from sqlalchemy.orm import Session

from chassis.clock import Clock
from chassis.db import Database
from chassis.locks import exclusive
from chassis.messages import CodeSender, deliver_messages, messages_waiting
from chassis.telemetry import place_of
from chassis.vault import Vault
from services.voting.boards import boards_to_seal, seal_board
from services.voting.fingerprints import (
    destroy_board_fingerprints,
    fingerprints_to_destroy,
)
from services.voting.setups import Call, boards_to_set_up, set_up_board
from services.voting.turnouts import announce_turnout, turnouts_to_announce

log = structlog.get_logger()

#: batches of messages in one tick: a tick must not starve the others
_BATCHES = 20

Thing = TypeVar("Thing")


def set_up_boards(
    db: Database, clock: Clock, call: Call, vaults: tuple[Vault, Vault]
) -> None:
    """Make every board that is complete."""

    def set_up(key: tuple[str, str]) -> None:
        set_up_board(db, clock, call, vaults, primary=key[0], board=key[1])

    _one_by_one(db, "set up boards", boards_to_set_up, set_up)


def seal_boards(db: Database, clock: Clock) -> None:
    """Seal every ballot box whose time has come."""

    def seal(key: tuple[str, str]) -> None:
        with db.transaction() as session:
            seal_board(session, clock, primary=key[0], board=key[1])

    _one_by_one(db, "seal boards", partial(boards_to_seal, clock=clock), seal)


def announce_turnouts(db: Database, clock: Clock) -> None:
    """Announce the turnout wherever it is due."""

    def announce(numbers: Any) -> None:
        with db.transaction() as session:
            announce_turnout(session, clock, numbers)

    due = partial(turnouts_to_announce, clock=clock)
    _one_by_one(db, "announce turnouts", due, announce)


def destroy_fingerprints(db: Database, clock: Clock) -> None:
    """Destroy what led from voters to credentials, where nobody may complain now."""

    def destroy(key: tuple[str, str]) -> None:
        with db.transaction() as session:
            destroy_board_fingerprints(session, clock, primary=key[0], board=key[1])

    due = partial(fingerprints_to_destroy, clock=clock)
    _one_by_one(db, "destroy fingerprints", due, destroy)


def send_messages(db: Database, clock: Clock, vault: Vault, sender: CodeSender) -> None:
    """Deliver what waits for telephones, a bounded number at a time."""
    for _ in range(_BATCHES):
        if not deliver_messages(db, clock, vault, sender):
            return
        eventlet.sleep()  # SQLite never lets anybody else have a turn


def jobs_waiting(db: Database, clock: Clock) -> int:
    """How much of all this could be done now."""
    with db.reading() as session:
        return (
            len(boards_to_set_up(session))
            + len(boards_to_seal(session, clock))
            + len(turnouts_to_announce(session, clock))
            + len(fingerprints_to_destroy(session, clock))
            + messages_waiting(session)
        )


def _one_by_one(
    db: Database,
    name: str,
    find: Callable[[Session], Iterable[Thing]],
    act: Callable[[Thing], None],
) -> None:
    """Do everything that `find` finds; one failure does not stop the others."""
    with db.reading() as session:
        found = list(find(session))
    if not found:
        return
    with exclusive(db, f"voting: {name}") as mine:
        for thing in found if mine else ():
            try:
                act(thing)
            except Exception as error:
                log.warning("job_failed", job=name, error=place_of(error))
