"""How far the count is, and what its contests counted to once it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from belenios.tally import read_sized_tally
from contracts.calendar import InstantName
from contracts.copies import the_primary
from contracts.definition import Contest, Definition
from contracts.tally.errors import UnknownTally
from contracts.tally.views import BoardState
from services.tally.models import Board, BoardStage, Primary, Publication
from services.tally.protocols import stations_reported
from services.tally.queries import (
    board_outlines,
    boards_of,
    candidacies_of,
    decryption_counts,
    eligible_by_board,
    protocols_of,
    sealed_heights,
    stations_announced,
    withdrawn_in,
)
from services.tally.results import BoardCount, Person, Votes


def is_counted(session: Session, primary: str) -> bool:
    """Whether every board has its result or is excluded; every station its protocol."""
    boards = board_outlines(session, primary)
    return (
        bool(boards)
        and all(board.is_counted or board.is_excluded for board in boards)
        and stations_announced(session, primary) <= stations_reported(session, primary)
    )


def contests_counted(
    session: Session, definition: Definition
) -> Iterator[tuple[Contest, Votes, dict[str, Person]]]:
    """Each contest that a ballot asked about, with its votes and its people."""
    primary = definition.primary
    questions = list(_board_counts(session, primary))
    papers = [c for each in protocols_of(session, primary) for c in each.counts]
    people = _people(session, primary)
    for contest in definition.contests:
        boards = [count for asked, count in questions if asked == contest.id]
        if boards:
            counted = [paper for paper in papers if paper["contest"] == contest.id]
            yield contest, Votes(boards=boards, papers=counted), people


def _board_counts(session: Session, primary: str) -> Iterator[tuple[str, BoardCount]]:
    """What each question of each board counted to, with its contest."""
    eligible = eligible_by_board(session, primary)
    boards = boards_of(session, primary)
    # the first one of a contest names its candidacies: rather one that counts
    for board in sorted(boards, key=lambda each: each.is_excluded):
        ballots, counts = _counted(board)
        for index, question in enumerate(board.questions):
            yield (
                question["contest"],
                BoardCount(
                    board=board.board,
                    question=index,
                    candidacies=question["candidacies"],
                    counts=counts[index],
                    ballots=ballots,
                    eligible=eligible[board.board],
                    exclusion=board.exclusion,
                ),
            )


def _counted(board: Board) -> tuple[int, list[Any]]:
    """How many ballots of a board count, and each question's counts."""
    if board.is_excluded:
        return 0, [[0] * (1 + len(each["candidacies"])) for each in board.questions]
    assert board.result is not None
    return read_sized_tally(board.sized).num_tallied, board.result


def _people(session: Session, primary: str) -> dict[str, Person]:
    withdrawn = withdrawn_in(session, primary)
    return {
        name: Person(
            name=row.name,
            woman=row.woman,
            young=row.young,
            withdrawn=name in withdrawn,
        )
        for name, row in candidacies_of(session, primary).items()
    }


def progress_of(
    session: Session, primary: str, board: str | None = None
) -> dict[str, Any]:
    """What anybody may see of the count while it runs: of all boards, or of one."""
    known = the_primary(session, Primary, primary)
    boards = _progress_of_boards(
        session, known.definition, _boards(session, primary, board)
    )
    publication = session.get(Publication, primary)
    return {
        "primary": primary,
        "trustees": known.definition.threshold,
        "boards": boards,
        "states": Counter(board["state"].value for board in boards),
        "stations": len(stations_announced(session, primary)),
        "protocols": len(protocols_of(session, primary)),
        "publication": known.calendar.instant(InstantName.PUBLICATION),
        "published_at": publication.published_at if publication else None,
    }


def _boards(session: Session, primary: str, wanted: str | None) -> list[Board]:
    if wanted is None:
        return board_outlines(session, primary)
    board = session.get(Board, (primary, wanted))
    if board is None:
        raise UnknownTally(board=wanted)
    return [board]


def _progress_of_boards(
    session: Session, definition: Definition, boards: list[Board]
) -> list[dict[str, Any]]:
    decryptions = decryption_counts(session, definition.primary)
    seals = sealed_heights(session, definition.primary)
    return [
        _board_progress(
            board,
            sealed_height=seals.get(board.board),
            decryptions=decryptions.get(board.board, 0),
            needed=definition.threshold,
        )
        for board in boards
    ]


def _board_progress(
    board: Board, *, sealed_height: int | None, decryptions: int, needed: int
) -> dict[str, Any]:
    dispute = None
    if board.is_disputed:
        dispute = {"height": board.disputed_height, "reason": board.dispute}
    return {
        "board": board.board,
        "district": board.district,
        "state": _state(board, sealed_height, all_given=decryptions >= needed),
        "records_checked": board.height + 1,
        "decryptions": decryptions,
        "dispute": dispute,
        "exclusion": board.exclusion,
    }


def _state(board: Board, sealed_height: int | None, *, all_given: bool) -> BoardState:
    if board.is_disputed:
        return BoardState.EXCLUDED if board.is_excluded else BoardState.DISPUTED
    if board.stage == BoardStage.TALLIED and all_given:
        return BoardState.DECRYPTING
    if board.stage == BoardStage.OPEN:
        return _open_state(board.height, sealed_height)
    return _STATES[BoardStage(board.stage)]


_STATES = {
    BoardStage.ANNOUNCED: BoardState.SETTING_UP,
    BoardStage.TALLIED: BoardState.WAITING_FOR_TRUSTEES,
    BoardStage.COUNTED: BoardState.COUNTED,
    BoardStage.PUBLISHED: BoardState.COUNTED,
}


def _open_state(height: int, sealed_height: int | None) -> BoardState:
    if sealed_height is None:
        return BoardState.WAITING_FOR_SEAL
    return BoardState.TALLYING if height >= sealed_height else BoardState.CHECKING
