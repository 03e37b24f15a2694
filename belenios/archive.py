"""Reading archives: record by record, in bounded memory, strictly (section 4.4).

Each record must be byte for byte what `board.tar_record` writes. What an archive
says of its own sizes is not believed beyond limits: an event is short, and so are
all the data before it together; only the first event's, with the election's list of
public credentials, may be long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from belenios.board import BLOCK, HEADER_NAME, Record, tar_header
from belenios.encoding import decimal, hex_hash, loads, read_text, record, string
from belenios.errors import InvalidBoard

MEGABYTE = 2**20
# 400,000 public credentials of Ed25519, or 50,000 of the groups of integers.
LONGEST_SET_UP = 32 * MEGABYTE
# A ballot on 300 candidates in the groups of integers has half a megabyte.
LONGEST_DATA = 8 * MEGABYTE
LONGEST_EVENT = 4096

EVENT = "event.json"
DATA = "data.json"


class ByteStream(Protocol):
    """What archives are read from: a file opened in binary mode."""

    def read(self, size: int, /) -> bytes:
        """Read at most `size` bytes; fewer only at the end."""
        ...


class SeekableStream(ByteStream, Protocol):
    """A file in which one can go back."""

    def seek(self, offset: int, /) -> int:
        """Go to `offset` from the beginning."""
        ...

    def tell(self) -> int:
        """Where the next read begins."""
        ...


@dataclass(slots=True)
class _Room:
    """How long the next record may be."""

    left: int = LONGEST_SET_UP

    def take(self, name: str, size: int) -> None:
        if size > (LONGEST_EVENT if name.endswith(EVENT) else self.left):
            raise InvalidBoard("a record longer than any may be")
        self.left = LONGEST_DATA if name.endswith(EVENT) else self.left - size


def read_records(stream: ByteStream) -> Iterator[Record]:
    """The records of an archive, its header first, one in memory at a time.

    Anything but what `board.tar_record` writes, padding and trailing blocks
    included, raises InvalidBoard.
    """
    timestamp: int | None = None
    room = _Room()
    while header := stream.read(BLOCK):
        name, size, written_at = _read_header(header)
        room.take(name, size)
        found = Record(name, _read_body(stream, size))
        if timestamp is None:
            timestamp = _read_timestamp(found)
        if written_at != timestamp:
            raise InvalidBoard("a record is not dated as the archive is")
        yield found
    if timestamp is None:
        raise InvalidBoard("the archive is empty")


def has_record(stream: SeekableStream, digest: str, *, end: int) -> bool:
    """Whether a record of this hash lies between here and `end`; bodies are skipped.

    For archives whose records were read before: names are believed.
    """
    while stream.tell() < end:
        name, size, _ = _read_header(stream.read(BLOCK))
        if name.startswith(digest):
            return True
        stream.seek(stream.tell() + size + -size % BLOCK)
    return False


def _read_timestamp(first: Record) -> int:
    if first.name != HEADER_NAME:
        raise InvalidBoard("the archive does not begin with its header")
    fields = record(loads(read_text(first.body)), "version", "timestamp")
    if fields["version"] != 1:
        raise InvalidBoard("version 1 expected")
    return decimal(string(fields["timestamp"]))


def _read_body(stream: ByteStream, size: int) -> bytes:
    padding = bytes(-size % BLOCK)
    body = stream.read(size + len(padding))
    if len(body) != size + len(padding):
        raise InvalidBoard("the archive is truncated")
    if body[size:] != padding:
        raise InvalidBoard("a record is not padded with zeros")
    return body[:size]


def _read_header(header: bytes) -> tuple[str, int, int]:
    try:
        name = header[:100].rstrip(b"\0").decode("ascii")
        size, timestamp = int(header[124:135], 8), int(header[136:147], 8)
    except ValueError as error:
        raise InvalidBoard("not a record of an archive") from error
    if size < 0 or timestamp < 0 or tar_header(name, size, timestamp) != header:
        raise InvalidBoard("a record's header is not as it must be")
    return name, size, timestamp


def check_name(found: Record) -> bool:
    """Check that a record is named by its hash; whether it is an event."""
    digest, _, suffix = found.name.partition(".")
    if digest != hex_hash(found.body):
        raise InvalidBoard("a record is not what its name says")
    if suffix not in {DATA, EVENT}:
        raise InvalidBoard("a record of an unknown kind")
    return suffix == EVENT
