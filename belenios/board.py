"""The public board: a chain of events, and the archive that holds it (section 4.4).

An event names its predecessor by hash and its payload by hash. Everything can be
made from the hash and height of the last event, without the whole board. Records
are kept as (name, body); the archive, one file per election, is the concatenation
of their tar records and can be streamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from belenios.encoding import (
    Json,
    dumps,
    hex_hash,
    integer,
    loads,
    record,
    string,
)
from belenios.errors import InvalidBoard

HEADER_NAME = "BELENIOS"
BLOCK = 512
MODE = b"0000644"
NOBODY = b"0000000"
LARGEST_TIMESTAMP = 8**11 - 1


class EventType(StrEnum):
    """The kinds of events of a board with homomorphic questions."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"


@dataclass(frozen=True, slots=True)
class Record:
    """A named body, as it lies in the archive."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with the records to append to the archive, in their order."""

    event: bytes
    hash: str
    height: int
    records: tuple[Record, ...]

    def to_archive(self, timestamp: int) -> bytes:
        """The bytes to append to an archive whose header has this timestamp."""
        return b"".join(
            tar_record(record.name, record.body, timestamp) for record in self.records
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as read from a board."""

    type: EventType
    height: int
    parent: str | None
    payload: str | None

    @classmethod
    def parse(cls, text: str) -> Event:
        """Read an event, byte-exact as it must be; raise Malformed or InvalidBoard."""
        names = ("parent", "height", "type", "payload")
        fields = record(loads(text), *names, optional=("parent", "payload"))
        kind = string(fields["type"])
        if kind not in set(EventType):
            raise InvalidBoard(f"the event type {kind[:20]} is not understood")
        return cls(
            type=EventType(kind),
            height=integer(fields["height"]),
            parent=_optional_text(fields, "parent"),
            payload=_optional_text(fields, "payload"),
        )


def _optional_text(fields: dict[str, Json], name: str) -> str | None:
    return string(fields[name]) if name in fields else None


def open_board(timestamp: int, election: str, trustees: str, credentials: str) -> Entry:
    """The first entry: the archive's header, the parameters and the Setup event."""
    texts = (election, trustees, credentials)
    names = ("election", "trustees", "credentials")
    hashes = [hex_hash(text.encode()) for text in texts]
    setup = dumps(dict(zip(names, hashes, strict=True)))
    entry = _entry(EventType.SETUP, None, 0, *texts, setup)
    header = Record(HEADER_NAME, header_body(timestamp))
    return Entry(entry.event, entry.hash, 0, (header, *entry.records))


def ballot_records(parent_hash: str, height: int, ballot: str) -> Entry:
    """The entry of a ballot, checked before, at `height` after `parent_hash`."""
    return _entry(EventType.BALLOT, parent_hash, height, ballot)


def end_ballots(parent_hash: str, height: int) -> Entry:
    """The entry that seals the ballot box."""
    return _entry(EventType.END_BALLOTS, parent_hash, height)


def encrypted_tally(parent_hash: str, height: int, tally: str, sized: str) -> Entry:
    """The entry of the encrypted tally and of its counts (`sized_tally_json`)."""
    return _entry(EventType.ENCRYPTED_TALLY, parent_hash, height, tally, sized)


def partial_decryption(
    parent_hash: str, height: int, partial: str, owned: str
) -> Entry:
    """The entry of one trustee's partial decryption and its `owned_json`.

    Check it before: a board with a wrong one can never be verified again.
    """
    return _entry(EventType.PARTIAL_DECRYPTION, parent_hash, height, partial, owned)


def result(parent_hash: str, height: int, result_text: str) -> Entry:
    """The last entry: the result."""
    return _entry(EventType.RESULT, parent_hash, height, result_text)


def _entry(kind: EventType, parent: str | None, height: int, *texts: str) -> Entry:
    """An event whose payload is the last of `texts`."""
    data = [_data_record(text.encode()) for text in texts]
    fields: dict[str, Json] = {} if parent is None else {"parent": parent}
    fields |= {"height": height, "type": kind.value}
    if texts:
        fields["payload"] = hex_hash(texts[-1].encode())
    event = dumps(fields).encode()
    digest = hex_hash(event)
    return Entry(event, digest, height, (*data, Record(f"{digest}.event.json", event)))


def _data_record(body: bytes) -> Record:
    return Record(f"{hex_hash(body)}.data.json", body)


def header_body(timestamp: int) -> bytes:
    """The body of the archive's first record."""
    return dumps({"version": 1, "timestamp": str(timestamp)}).encode()


def archive_header(timestamp: int) -> bytes:
    """The first bytes of an archive; `timestamp` is in seconds since 1970."""
    return tar_record(HEADER_NAME, header_body(timestamp), timestamp)


def tar_record(name: str, body: bytes, timestamp: int) -> bytes:
    """A record of the archive: an old-style tar header, the body, padding."""
    padding = bytes(-len(body) % BLOCK)
    return tar_header(name, len(body), timestamp) + body + padding


def tar_header(name: str, size: int, timestamp: int) -> bytes:
    """The block before a body; raise InvalidBoard for a date it cannot hold."""
    if not 0 <= timestamp <= LARGEST_TIMESTAMP:
        raise InvalidBoard("a timestamp that tar cannot write")
    fields = [
        name.encode().ljust(100, b"\0"),
        *(field.ljust(8, b"\0") for field in (MODE, NOBODY, NOBODY)),
        b"%011o\0%011o\0" % (size, timestamp),
    ]
    before, after = b"".join(fields), b"0".ljust(BLOCK - 156, b"\0")
    checksum = sum(before) + sum(b" " * 8) + sum(after)
    return before + b"%06o\0 " % checksum + after


def check_link(event: Event, parent: str | None, height: int) -> None:
    """Check that an event follows `parent`; raise InvalidBoard."""
    if event.height != height or event.parent != parent:
        raise InvalidBoard("the chain of events is broken")
