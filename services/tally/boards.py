"""Boards: announced, opened when their set-up is right, followed to their seal."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from chassis.clock import Clock
from contracts.copies import the_primary
from services.tally.ballots import Known, Progress, Verdict
from services.tally.models import (
    Board,
    BoardRecord,
    BoardStage,
    Credential,
    ElectionKey,
    Primary,
    Roll,
    Seal,
)
from services.tally.queries import (
    BoardKey,
    answers_agreed,
    ballot_texts_at,
    credential_heights,
    names_of,
    repeated_heights,
)
from services.tally.records import dispute, keep_record
from services.tally.set_ups import Announced, SetUp, credentials_hash


def keep_roll(
    session: Session, *, primary: str, board: str, credentials: list[str], **roll: Any
) -> None:
    """Remember a board's frozen roll: district, uuid, how many are eligible."""
    if session.get(Roll, (primary, board)) is None:
        listed = credentials_hash(credentials)
        row = Roll(primary=primary, board=board, credentials_hash=listed, **roll)
        session.add(row)


def announce_board(
    session: Session,
    clock: Clock,
    *,
    primary: str,
    board: str,
    record: dict[str, Any],
    **whereabouts: Any,
) -> None:
    """Remember a board that voting has set up: its district and its questions.

    It is checked before it is followed.
    """
    if session.get(Board, (primary, board)) is not None:
        return
    election = record["data"][0] if record["data"] else ""
    session.add(Board(primary=primary, board=board, election=election, **whereabouts))
    session.flush()
    keep_record(session, clock, primary=primary, board=board, record=record)


def announced_board(session: Session, key: BoardKey) -> Announced | None:
    """What a board's set-up is checked against; None until all of that is known."""
    board = session.get_one(Board, key)
    roll, election_key = session.get(Roll, key), session.get(ElectionKey, key[0])
    record = session.get(BoardRecord, (*key, 0))
    candidacies = {name for each in board.questions for name in each["candidacies"]}
    names = names_of(session, board.primary, candidacies)
    if roll is None or election_key is None or record is None:
        return None
    if names.keys() != candidacies:
        return None
    return Announced(
        event=record.event,
        data=record.data,
        questions=board.questions,
        trustees=election_key.trustees,
        public_key=election_key.public_key,
        uuid=roll.uuid,
        eligible=roll.eligible,
        credentials_hash=roll.credentials_hash,
        choices=_choices(session, board),
        names=names,
        agreed=answers_agreed(session, board.primary),
    )


def _choices(session: Session, board: Board) -> dict[str, int]:
    definition = the_primary(session, Primary, board.primary).definition
    contests = definition.contests_of_district(board.district)
    return {contest.id: contest.choices for contest in contests}


def open_board(session: Session, key: BoardKey, set_up: SetUp) -> None:
    """Begin to follow a board whose set-up is right."""
    board = session.get_one(Board, key, with_for_update=True)
    if board.stage != BoardStage.ANNOUNCED:
        return
    record = session.get_one(BoardRecord, (*key, 0))
    board.stage, board.height, board.head = BoardStage.OPEN, 0, record.hash
    board.tally, board.sized = set_up.tally, set_up.sized
    session.execute(
        sa.insert(Credential),
        [
            {"primary": key[0], "board": key[1], "credential": each, "height": None}
            for each in set_up.credentials
        ],
    )


def dispute_board(
    session: Session, clock: Clock, key: BoardKey, *, height: int, reason: str
) -> None:
    """Stop a board where tally's own check failed."""
    board = session.get_one(Board, key, with_for_update=True)
    dispute(session, clock, board, height=height, reason=reason)


def known_about(session: Session, key: BoardKey, verdict: Verdict) -> Known:
    """What the board says about the ballots that passed the check."""
    credentials = {ballot.credential for ballot in verdict.ballots}
    heights = credential_heights(session, key, credentials)
    earlier = {height for height in heights.values() if height is not None}
    ballots = {record.height for record, ballot in verdict.good if ballot}
    return Known(
        heights=heights,
        texts=ballot_texts_at(session, key, earlier),
        repeated=repeated_heights(session, key, ballots),
    )


def follow_board(
    session: Session, clock: Clock, key: BoardKey, *, start: int, progress: Progress
) -> None:
    """Keep how far a board is good; nothing if somebody else was quicker."""
    board = session.get_one(Board, key, with_for_update=True)
    if board.height != start or board.is_disputed:
        return
    board.height, board.head = progress.height, progress.head
    board.tally, board.sized = progress.tally, progress.sized
    for credential, height in progress.heights.items():
        session.get_one(Credential, (*key, credential)).height = height
    if progress.dispute:
        height, reason = progress.dispute.height, progress.dispute.reason
        dispute(session, clock, board, height=height, reason=reason)


def keep_seal(
    session: Session,
    clock: Clock,
    *,
    primary: str,
    board: str,
    record: dict[str, Any],
    **seal: Any,
) -> None:
    """Remember where a board ends: height, head, how many ballots and voters."""
    if session.get(Seal, (primary, board)) is None:
        session.add(Seal(primary=primary, board=board, **seal))
    keep_record(session, clock, primary=primary, board=board, record=record)
