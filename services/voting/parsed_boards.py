"""The elections of boards in memory, parsed once per process.

An election's tables and its list of credentials take milliseconds to make and are
asked for at every cast; they never change.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from belenios.election import Election
from belenios.encoding import array, loads, string
from services.voting.models import Board, BoardRecord

#: more than a country has; a process that serves more parses the oldest again
_MOST = 256


@dataclass(frozen=True, kw_only=True)
class ParsedBoard:
    """What a ballot is checked against."""

    election: Election
    credentials: frozenset[str]


_parsed: dict[str, ParsedBoard] = {}


def parsed_board(session: Session, board: Board) -> ParsedBoard:
    """The election and the public credentials of a board."""
    # the fingerprint covers the random identifier, so it names one board alone
    found = _parsed.get(board.fingerprint)
    if found is None:
        found = _parsed[board.fingerprint] = _parse(session, board)
        if len(_parsed) > _MOST:
            del _parsed[next(iter(_parsed))]
    return found


def _parse(session: Session, board: Board) -> ParsedBoard:
    setup = session.get_one(BoardRecord, (board.primary, board.board, 0))
    election, _trustees, credentials, _hashes = setup.data
    return ParsedBoard(
        election=Election.parse(election),
        credentials=frozenset(map(string, array(loads(credentials)))),
    )
