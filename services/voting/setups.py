"""Setting a board up, once its roll, its key and all its candidates are there.

They arrive in any order. Each is kept when it comes; a job makes the boards that
are complete, reading the roll page by page from registration.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import eventlet.tpool
import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from belenios.board import Entry
from belenios.election import Election
from belenios.encoding import b64_hash
from chassis import outbox
from chassis.clock import Clock
from chassis.db import Database
from chassis.messages import queue_messages
from chassis.vault import Vault
from contracts.copies import the_primary
from contracts.definition import Contest, Definition
from contracts.registration.operations import ListRoll
from contracts.voting.events import DistrictSetUp
from services.voting import notices
from services.voting.boards import append_entry
from services.voting.elections import Line, Plan, make_board
from services.voting.models import (
    Board,
    Candidate,
    ContestBallot,
    ElectionKey,
    FrozenRoll,
    Primary,
    Voter,
)
from services.voting.stations import announce_stations

log = structlog.get_logger()

Call = Callable[..., dict[str, Any]]

#: what registration and voting have agreed on for the telephones of the roll
ROLL = "roll"
TELEPHONE = "telephone"


class RollIncomplete(Exception):
    """Registration gave fewer or more voters than it announced."""


@dataclass(frozen=True, kw_only=True)
class VoterLine:
    """A voter as the roll names them."""

    voter: str
    telephone: str


@dataclass(frozen=True, kw_only=True)
class NewBoard:
    """A board that is made and not yet kept."""

    plan: Plan
    election: str
    entry: Entry
    timestamp: int
    roll: Sequence[VoterLine]


# --- what is missing ------------------------------------------------------------

_IS_MADE = sa.exists().where(
    Board.primary == FrozenRoll.primary, Board.board == FrozenRoll.board
)
#: the frozen rolls of primaries that have a key, and that have no board yet
_ROLLS_WITHOUT_BOARD = (
    sa.select(FrozenRoll.primary, FrozenRoll.board, FrozenRoll.district)
    .join(ElectionKey, ElectionKey.primary == FrozenRoll.primary)
    .where(~_IS_MADE)
    .order_by(FrozenRoll.primary, FrozenRoll.board)
)


def boards_to_set_up(session: Session) -> list[tuple[str, str]]:
    """The boards that are complete and not set up, as (primary, board)."""
    rows = session.execute(_ROLLS_WITHOUT_BOARD).all()
    answered = _contests_with_ballot(session) if rows else {}
    definitions = {
        primary: the_primary(session, Primary, primary).definition
        for primary in {row.primary for row in rows}
    }
    return [
        (row.primary, row.board)
        for row in rows
        if _is_complete(definitions[row.primary], row, answered)
    ]


def _contests_with_ballot(session: Session) -> dict[tuple[str, str], bool]:
    """Whether each finalised contest has a candidate, by (primary, contest)."""
    number = sa.func.json_array_length(ContestBallot.candidates)
    rows = session.execute(
        sa.select(ContestBallot.primary, ContestBallot.contest, number)
    )
    return {(primary, contest): n > 0 for primary, contest, n in rows}


def _is_complete(
    definition: Definition, roll: Any, answered: dict[tuple[str, str], bool]
) -> bool:
    """All contests of the district are final, and one has candidates."""
    contests = definition.contests_of_district(roll.district)
    found = [answered.get((roll.primary, contest.id)) for contest in contests]
    return None not in found and any(found)


# --- making a board ---------------------------------------------------------------


def set_up_board(
    db: Database,
    clock: Clock,
    call: Call,
    vaults: tuple[Vault, Vault],
    *,
    primary: str,
    board: str,
) -> None:
    """Make a board and its register; `vaults` are voting's own and the roll's."""
    own, shared = vaults
    with db.reading() as session:
        plan = plan_of(session, primary, board)
        size = _frozen(session, primary, board).eligible_count
    roll = pull_roll(call, shared, primary=primary, board=board)
    if len(roll) != size:
        raise RollIncomplete
    timestamp = int(clock.now().timestamp())
    election, entry = eventlet.tpool.execute(make_board, plan, timestamp)
    made = NewBoard(
        plan=plan, election=election, entry=entry, timestamp=timestamp, roll=roll
    )
    with db.transaction() as session:
        keep_board(session, clock, own, made)


def plan_of(session: Session, primary: str, board: str) -> Plan:
    """What the board is made of."""
    roll = _frozen(session, primary, board)
    key = session.get_one(ElectionKey, primary)
    definition = the_primary(session, Primary, primary).definition
    return Plan(
        definition=definition,
        district=roll.district,
        board=roll.board,
        uuid=roll.uuid,
        group=key.group,
        public_key=key.public_key,
        trustees=key.trustees,
        public_credentials=roll.public_credentials,
        contests=_contests(session, definition, roll.district),
    )


def _frozen(session: Session, primary: str, board: str) -> FrozenRoll:
    return session.get_one(FrozenRoll, (primary, board))


def _contests(
    session: Session, definition: Definition, district: str
) -> list[tuple[Contest, list[Line]]]:
    """A contest without candidates is no question: nobody could answer it."""
    contests = definition.contests_of_district(district)
    ballots = [
        (each, _lines(session, definition.primary, each.id)) for each in contests
    ]
    return [(contest, lines) for contest, lines in ballots if lines]


def _lines(session: Session, primary: str, contest: str) -> list[Line]:
    ballot = session.get_one(ContestBallot, (primary, contest))
    known = {
        row.candidacy: row
        for row in session.scalars(
            sa.select(Candidate).where(
                Candidate.primary == primary, Candidate.contest == contest
            )
        )
    }
    return [_line(each, known.get(each["candidacy"])) for each in ballot.candidates]


def _line(candidate: dict[str, str], known: Candidate | None) -> Line:
    return Line(
        candidacy=candidate["candidacy"],
        name=candidate["name"],
        birth_year=known.birth_year if known else None,
        occupation=known.occupation if known else None,
    )


def pull_roll(
    call: Call, shared: Vault, *, primary: str, board: str
) -> list[VoterLine]:
    """The whole roll of a board from registration, page by page."""
    found: list[VoterLine] = []
    question: dict[str, Any] = {"primary": primary, "board": board}
    while True:
        page = call(ListRoll, question)
        found += [_voter_line(shared, item) for item in page["items"]]
        if page["next"] is None:
            return found
        question["after"] = page["next"]


def _voter_line(shared: Vault, item: dict[str, str]) -> VoterLine:
    sealed = base64.b64decode(item["telephone"], validate=True)
    telephone = shared.decrypt(sealed, purpose=ROLL)
    return VoterLine(voter=item["voter"], telephone=telephone)


# --- keeping it --------------------------------------------------------------------


def keep_board(session: Session, clock: Clock, vault: Vault, made: NewBoard) -> None:
    """Keep a new board with its register, announce it, and write to every voter."""
    board = _board_row(made)
    session.add(board)
    session.flush()
    record = append_entry(session, board, made.entry, at=clock.now())
    if rows := [_register_row(vault, made, line) for line in made.roll]:
        session.execute(sa.insert(Voter), rows)
    _announce(session, clock, made, board, record)
    announce_stations(session, clock, made.plan.definition, made.plan.district)
    queue_messages(
        session,
        clock,
        vault,
        telephones=[line.telephone for line in made.roll],
        purpose=notices.ON_ROLL,
        text=notices.text_of(notices.ON_ROLL, made.plan.definition),
    )
    log.info("board_set_up", board=board.board, eligible=board.eligible_count)


def _board_row(made: NewBoard) -> Board:
    plan = made.plan
    return Board(
        primary=plan.primary,
        board=plan.board,
        district=plan.district,
        uuid=plan.uuid,
        name=Election.parse(made.election).name,
        fingerprint=b64_hash(made.election),
        timestamp=made.timestamp,
        questions=plan.questions,
        eligible_count=len(made.roll),
        height=made.entry.height,
        head_hash=made.entry.hash,
    )


def _register_row(vault: Vault, made: NewBoard, line: VoterLine) -> dict[str, Any]:
    return {
        "primary": made.plan.primary,
        "voter": line.voter,
        "board": made.plan.board,
        "telephone": vault.encrypt(line.telephone, purpose=TELEPHONE),
    }


def _announce(
    session: Session, clock: Clock, made: NewBoard, board: Board, record: object
) -> None:
    outbox.record(
        session,
        clock,
        DistrictSetUp,
        **made.plan.definition.whereabouts(board.district),
        district=board.district,
        board=board.board,
        uuid=board.uuid,
        fingerprint=board.fingerprint,
        head=board.head_hash,
        timestamp=board.timestamp,
        record=record,
        questions=board.questions,
    )
