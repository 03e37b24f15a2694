"""Whether a board has only grown since an older copy of it was taken.

No verifier can see from an archive alone that a ballot was removed and the chain
made anew. Who kept an older copy, or only its head, can.
"""

from __future__ import annotations

from collections.abc import Iterator

from belenios.archive import EVENT, ByteStream, read_records
from belenios.board import Record
from belenios.errors import BeleniosError, InvalidBoard, Refused, UnusableCopy


def check_growth(older: ByteStream, newer: ByteStream) -> None:
    """Check that the archive `newer` begins with all that `older` holds.

    Raises Refused, saying at which event they part; UnusableCopy when `older` cannot
    be read. Neither is verified here.
    """
    height = 0
    later = read_records(newer)
    for record in _records_of(older):
        _check_next(later, record, f"event {height}")
        height += record.name.endswith(EVENT)


def _check_next(later: Iterator[Record], expected: Record, where: str) -> None:
    try:
        found = next(later, None)
    except BeleniosError as error:
        raise Refused(error, where) from error
    if found != expected:
        raise Refused(InvalidBoard("not as in the older copy"), where)


def _records_of(older: ByteStream) -> Iterator[Record]:
    try:
        yield from read_records(older)
    except BeleniosError as error:
        raise UnusableCopy(str(error)) from error
