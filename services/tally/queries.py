"""What tally looks up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, defer

from belenios.board import EventType
from contracts.copies import the_primary
from contracts.definition import Definition
from services.tally.models import (
    Board,
    BoardRecord,
    BoardStage,
    Candidacy,
    ContestResult,
    Credential,
    PartialDecryption,
    PartyList,
    Primary,
    Protocol,
    Roll,
    Seal,
    Stations,
    Trustee,
    Withdrawal,
)

#: a board's key
BoardKey = tuple[str, str]


def definition_of(session: Session, primary: str) -> Definition:
    """Tally's copy of the definition; raise `UnknownPrimary`."""
    return the_primary(session, Primary, primary).definition


def lock_primary(session: Session, primary: str) -> None:
    """Let nobody else decide on the whole primary until the transaction ends."""
    session.execute(
        sa.select(Primary.primary).where(Primary.primary == primary).with_for_update()
    )


def trustees_of(session: Session, primary: str) -> list[Trustee]:
    """The trustees whose keys are in, by number."""
    query = sa.select(Trustee).where(Trustee.primary == primary)
    return list(session.scalars(query.order_by(Trustee.number)))


def boards_of(session: Session, primary: str) -> list[Board]:
    """All boards of a primary, by id."""
    query = sa.select(Board).where(Board.primary == primary)
    return list(session.scalars(query.order_by(Board.board)))


def board_outlines(session: Session, primary: str) -> list[Board]:
    """The same without their long texts, for whoever only asks how far they are."""
    query = sa.select(Board).where(Board.primary == primary).order_by(Board.board)
    texts = (Board.election, Board.questions, Board.tally, Board.sized, Board.result)
    return list(session.scalars(query.options(*map(defer, texts))))


def records_from(
    session: Session, key: BoardKey, *, first: int, limit: int
) -> list[BoardRecord]:
    """The records from a height on, as long as there is no gap."""
    query = _records(key).where(
        BoardRecord.height >= first, BoardRecord.height < first + limit
    )
    rows = session.scalars(query.order_by(BoardRecord.height))
    return list(_without_gap(rows, first))


def _without_gap(rows: Iterable[BoardRecord], first: int) -> Iterator[BoardRecord]:
    for expected, row in enumerate(rows, start=first):
        if row.height != expected:
            return
        yield row


def _records(key: BoardKey) -> sa.Select[BoardRecord]:
    primary, board = key
    return sa.select(BoardRecord).where(
        BoardRecord.primary == primary, BoardRecord.board == board
    )


def count_records(key: BoardKey) -> sa.Select[BoardRecord]:
    """What the count appends to a board after the encrypted tally, in order."""
    told = (EventType.PARTIAL_DECRYPTION.value, EventType.RESULT.value)
    query = _records(key).where(BoardRecord.type.in_(told))
    return query.order_by(BoardRecord.height)


def record_type_at(session: Session, key: BoardKey, height: int) -> str | None:
    """What kind of record stands at a height."""
    row = session.get(BoardRecord, (*key, height))
    return row.type if row else None


def ballot_texts_before(
    session: Session, key: BoardKey, *, height: int, limit: int
) -> list[tuple[int, str]]:
    """Ballots below a height, the newest first, with theirs."""
    query = _records(key).where(
        BoardRecord.height < height, BoardRecord.type == EventType.BALLOT.value
    )
    query = query.order_by(BoardRecord.height.desc()).limit(limit)
    return [(row.height, row.data[0]) for row in session.scalars(query)]


def ballot_texts_at(
    session: Session, key: BoardKey, heights: Collection[int]
) -> dict[int, str]:
    """The ballots at these heights."""
    query = _records(key).where(BoardRecord.height.in_(heights))
    return {row.height: row.data[0] for row in session.scalars(query)}


def credential_heights(
    session: Session, key: BoardKey, credentials: Collection[str]
) -> dict[str, int | None]:
    """Where the ballots of these credentials lie; only those on the roll."""
    primary, board = key
    query = sa.select(Credential.credential, Credential.height).where(
        Credential.primary == primary,
        Credential.board == board,
        Credential.credential.in_(credentials),
    )
    return {row.credential: row.height for row in session.execute(query)}


def repeated_heights(
    session: Session, key: BoardKey, heights: Collection[int]
) -> frozenset[int]:
    """Those of the heights whose very ballot stands lower on the board too."""
    earlier, primary, board = aliased(BoardRecord), *key
    query = (
        sa.select(BoardRecord.height)
        .join(
            earlier,
            sa.and_(
                earlier.primary == BoardRecord.primary,
                earlier.board == BoardRecord.board,
                earlier.payload_hash == BoardRecord.payload_hash,
                earlier.height < BoardRecord.height,
            ),
        )
        .where(
            BoardRecord.primary == primary,
            BoardRecord.board == board,
            BoardRecord.type == EventType.BALLOT.value,
            BoardRecord.height.in_(heights),
        )
    )
    return frozenset(session.scalars(query))


def tallied_boards(
    session: Session, primary: str, *, after: str, limit: int
) -> list[Board]:
    """Boards whose encrypted tally is there, by id."""
    query = sa.select(Board).where(
        Board.primary == primary,
        Board.stage.in_([BoardStage.TALLIED, BoardStage.COUNTED, BoardStage.PUBLISHED]),
        Board.board > after,
    )
    return list(session.scalars(query.order_by(Board.board).limit(limit)))


def boards_decrypted_by(session: Session, primary: str, trustee: int) -> set[str]:
    """The boards whose partial decryption this trustee has given."""
    query = sa.select(PartialDecryption.board).where(
        PartialDecryption.primary == primary, PartialDecryption.trustee == trustee
    )
    return set(session.scalars(query))


def partial_decryptions_of(session: Session, key: BoardKey) -> dict[int, str]:
    """A board's partial decryptions by trustee."""
    primary, board = key
    query = sa.select(PartialDecryption).where(
        PartialDecryption.primary == primary, PartialDecryption.board == board
    )
    return {
        row.trustee: row.text
        for row in session.scalars(query.order_by(PartialDecryption.trustee))
    }


def decryption_counts(session: Session, primary: str) -> dict[str, int]:
    """How many trustees have decrypted each board."""
    query = (
        sa.select(PartialDecryption.board, sa.func.count())
        .where(PartialDecryption.primary == primary)
        .group_by(PartialDecryption.board)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def eligible_by_board(session: Session, primary: str) -> dict[str, int]:
    """How many voters are on each board's roll."""
    query = sa.select(Roll.board, Roll.eligible).where(Roll.primary == primary)
    return {row.board: row.eligible for row in session.execute(query)}


def sealed_heights(session: Session, primary: str) -> dict[str, int]:
    """The height of each board's seal, where it is known."""
    query = sa.select(Seal.board, Seal.height).where(Seal.primary == primary)
    return {row.board: row.height for row in session.execute(query)}


def stations_announced(session: Session, primary: str) -> set[str]:
    """Every polling station whose protocol the count must wait for."""
    query = sa.select(Stations.stations).where(Stations.primary == primary)
    return {station for stations in session.scalars(query) for station in stations}


def protocols_of(session: Session, primary: str) -> list[Protocol]:
    """The newest accepted protocol of each station that was announced."""
    announced = stations_announced(session, primary)
    query = sa.select(Protocol).where(Protocol.primary == primary)
    rows = session.scalars(query.order_by(Protocol.station))
    return [row for row in rows if row.station in announced]


def candidacies_of(session: Session, primary: str) -> dict[str, Candidacy]:
    """Everybody whose candidacy was ever registered."""
    query = sa.select(Candidacy).where(Candidacy.primary == primary)
    return {row.candidacy: row for row in session.scalars(query)}


def names_of(
    session: Session, primary: str, candidacies: Collection[str]
) -> dict[str, str]:
    """The names behind the candidacies that registration has told us about."""
    query = sa.select(Candidacy.candidacy, Candidacy.name).where(
        Candidacy.primary == primary, Candidacy.candidacy.in_(candidacies)
    )
    return {row.candidacy: row.name for row in session.execute(query)}


def answers_agreed(session: Session, primary: str) -> dict[str, list[str]]:
    """The candidacies of each contest, as the boards opened so far have them."""
    query = sa.select(Board.questions).where(
        Board.primary == primary, Board.stage != BoardStage.ANNOUNCED
    )
    return {
        question["contest"]: question["candidacies"]
        for questions in session.scalars(query)
        for question in questions
    }


def withdrawn_in(session: Session, primary: str) -> set[str]:
    """The candidacies that have ended."""
    query = sa.select(Withdrawal.candidacy).where(Withdrawal.primary == primary)
    return set(session.scalars(query))


def results_of(session: Session, primary: str) -> list[dict[str, Any]]:
    """The published results, in the order of the definition."""
    query = sa.select(ContestResult).where(ContestResult.primary == primary)
    rows = session.scalars(query.order_by(ContestResult.place))
    return [row.document for row in rows]


def newest_list(session: Session, primary: str, contest: str) -> PartyList | None:
    """The newest version of a contest's list."""
    query = sa.select(PartyList).where(
        PartyList.primary == primary, PartyList.contest == contest
    )
    return session.scalar(query.order_by(PartyList.version.desc()).limit(1))


def newest_lists(session: Session, primary: str) -> list[dict[str, Any]]:
    """The newest list of every contest, in the order of the definition."""
    newer = aliased(PartyList)
    outdated = sa.exists().where(
        newer.primary == PartyList.primary,
        newer.contest == PartyList.contest,
        newer.version > PartyList.version,
    )
    query = (
        sa.select(PartyList)
        .join(
            ContestResult,
            sa.and_(
                ContestResult.primary == PartyList.primary,
                ContestResult.contest == PartyList.contest,
            ),
        )
        .where(PartyList.primary == primary, ~outdated)
        .order_by(ContestResult.place)
    )
    return [row.document for row in session.scalars(query)]
