"""Partial decryptions: each checked before any is kept; together, the result.

Decryptions tell the result to anybody who can divide. Like all counts they are kept
here until the publication instant; then they go to the public board.

A wrong one on a board could never be taken back, so nothing reaches it unchecked.
A board without ballots is decrypted like any other: what encrypts nothing decrypts
to nought.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from belenios.board import partial_decryption, result
from belenios.errors import BeleniosError
from belenios.tally import (
    check_partial_decryption,
    compute_result,
    owned_json,
    read_result,
    read_sized_tally,
)
from belenios.trustees import Trustees
from chassis.clock import Clock
from contracts.tally.errors import (
    BoardNotTallied,
    UnknownTally,
    WrongPartialDecryption,
    WrongTrusteeKey,
)
from services.tally.elections import election_of
from services.tally.models import (
    Board,
    BoardStage,
    ElectionKey,
    PartialDecryption,
    Trustee,
)
from services.tally.queries import (
    BoardKey,
    board_outlines,
    boards_decrypted_by,
    boards_of,
    count_records,
    partial_decryptions_of,
    trustees_of,
)
from services.tally.records import announce_record, append_record


@dataclass(frozen=True, kw_only=True)
class Given:
    """A partial decryption as it was sent, and what it is checked against."""

    board: str
    election: str
    public_key: str
    encrypted_tally: str
    fingerprint: str
    text: str


def new_decryptions(
    session: Session,
    *,
    primary: str,
    trustee: int,
    public_key: str,
    sent: Sequence[dict[str, Any]],
) -> list[Given]:
    """Those of a trustee's decryptions that are not known yet, to be checked."""
    known = session.get(Trustee, (primary, trustee))
    if known is None or known.public_key != public_key:
        raise WrongTrusteeKey(trustee=trustee)
    boards = {board.board: board for board in boards_of(session, primary)}
    done = boards_decrypted_by(session, primary, trustee)
    done |= {name for name, board in boards.items() if board.is_counted}
    fresh = {each["district"]: each for each in sent if each["district"] not in done}
    return [
        _given(_tallied(boards, name), public_key, each) for name, each in fresh.items()
    ]


def _tallied(boards: Mapping[str, Board], name: str) -> Board:
    if name not in boards:
        raise UnknownTally(board=name)
    if boards[name].stage != BoardStage.TALLIED:
        raise BoardNotTallied(board=name)
    return boards[name]


def _given(board: Board, public_key: str, sent: dict[str, Any]) -> Given:
    return Given(
        board=board.board,
        election=board.election,
        public_key=public_key,
        encrypted_tally=board.tally,
        fingerprint=sent["fingerprint"],
        text=sent["partial_decryption"],
    )


def check_decryptions(given: Sequence[Given]) -> None:
    """Check every factor of every one; raise `WrongPartialDecryption`. Slow."""
    for each in given:
        election = election_of(each.election)
        if each.fingerprint != election.fingerprint:
            reason = "it was made for another election"
            raise WrongPartialDecryption(board=each.board, reason=reason)
        try:
            check_partial_decryption(
                election, each.public_key, each.encrypted_tally, each.text
            )
        except BeleniosError as error:
            reason = f"{error.code}: {error}"
            raise WrongPartialDecryption(board=each.board, reason=reason) from error


def keep_decryptions(
    session: Session, clock: Clock, *, primary: str, trustee: int, given: list[Given]
) -> dict[str, int]:
    """Keep checked decryptions; say how many boards still lack this trustee's."""
    for each in given:
        session.add(
            PartialDecryption(
                primary=primary,
                board=each.board,
                trustee=trustee,
                text=each.text,
                given_at=clock.now(),
            )
        )
    session.flush()
    done = boards_decrypted_by(session, primary, trustee)
    missing = sum(
        board.stage == BoardStage.TALLIED and board.board not in done
        for board in board_outlines(session, primary)
    )
    return {"trustee": trustee, "accepted": len(given), "missing": missing}


@dataclass(frozen=True, kw_only=True)
class Decryptable:
    """A tallied board with the partial decryptions of enough trustees."""

    election: str
    trustees: str
    tally: str
    sized: str
    partials: dict[int, str]

    def decrypt(self) -> str:
        """The result as it will stand on the board. Slow."""
        election = election_of(self.election)
        return compute_result(
            election,
            Trustees.parse(election.group, self.trustees),
            self.tally,
            self.partials,
            read_sized_tally(self.sized).total_weight,
        )


def decryptable_board(session: Session, key: BoardKey) -> Decryptable:
    """All that a board's result is computed from."""
    board = session.get_one(Board, key)
    return Decryptable(
        election=board.election,
        trustees=session.get_one(ElectionKey, key[0]).trustees,
        tally=board.tally,
        sized=board.sized,
        partials=_by_owner(session, key),
    )


def _by_owner(session: Session, key: BoardKey) -> dict[int, str]:
    """The board's partial decryptions in the order of the trustees record."""
    owners = {each.number: each.owner for each in trustees_of(session, key[0])}
    given = partial_decryptions_of(session, key)
    return dict(sorted((owners[number] or 0, text) for number, text in given.items()))


def append_result(session: Session, key: BoardKey, text: str) -> None:
    """Put the trustees' decryptions, in their order, and the result on the board.

    On tally's copy of it: what tells a count is kept back until its publication.
    """
    board = session.get_one(Board, key, with_for_update=True)
    if board.stage != BoardStage.TALLIED or board.is_disputed:
        return
    for owner, partial in _by_owner(session, key).items():
        owned = owned_json(owner, partial)
        entry = partial_decryption(board.head, board.height + 1, partial, owned)
        append_record(session, board, entry)
    append_record(session, board, result(board.head, board.height + 1, text))
    board.result = read_result(election_of(board.election), text)
    board.stage = BoardStage.COUNTED


def publish_board(session: Session, clock: Clock, key: BoardKey) -> None:
    """Let voting serve the finished board."""
    board = session.get_one(Board, key, with_for_update=True)
    if board.stage != BoardStage.COUNTED or board.is_disputed:
        return
    for row in session.scalars(count_records(key)):
        announce_record(session, clock, board, row)
    board.stage = BoardStage.PUBLISHED
