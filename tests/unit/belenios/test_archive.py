from __future__ import annotations

import hashlib
import io

import pytest

from belenios import board
from belenios.archive import (
    LONGEST_DATA,
    LONGEST_EVENT,
    LONGEST_SET_UP,
    check_name,
    has_record,
    read_records,
)
from belenios.errors import InvalidBoard, Malformed
from tests.unit.belenios.elections import NOW, Primary

NOTHING = "0" * 64


def records_of(archive: bytes) -> list[board.Record]:
    return list(read_records(io.BytesIO(archive)))


@pytest.fixture(scope="module")
def archive() -> bytes:
    return Primary().open().seal().archive


def test_an_archive_cut_anywhere_but_between_records_is_refused(archive: bytes):
    ends, position = set(), 0
    for record in records_of(archive):
        position += len(board.tar_record(record.name, record.body, NOW))
        ends.add(position)

    for length in range(0, len(archive), 97):
        if length not in ends:
            with pytest.raises(InvalidBoard):
                records_of(archive[:length])
    assert position == len(archive)


def test_every_byte_of_a_header_counts(archive: bytes):
    for place in range(0, 512, 5):
        changed = bytearray(archive)
        changed[1024 + place] ^= 1
        with pytest.raises(InvalidBoard):
            records_of(bytes(changed))


def test_padding_is_zeros(archive: bytes):
    changed = bytearray(archive)
    changed[1023] = 1

    with pytest.raises(InvalidBoard, match="padded"):
        records_of(bytes(changed))


def header_with(body: bytes, name: str = "BELENIOS", timestamp: int = NOW) -> bytes:
    return board.tar_record(name, body, timestamp)


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(1024), id="zeros"),
        pytest.param(header_with(b"{}", name="a.data.json"), id="another record"),
        pytest.param(
            header_with(b'{"version":2,"timestamp":"1700000000"}'), id="version 2"
        ),
        pytest.param(
            header_with(b'{"version":1,"timestamp":"1700000001"}'), id="another date"
        ),
        pytest.param(
            board.archive_header(NOW) + board.archive_header(NOW + 1), id="two dates"
        ),
        pytest.param(
            board.archive_header(NOW).replace(b"0000644", b"0000600"), id="a mode"
        ),
    ],
)
def test_an_archive_that_begins_otherwise_is_refused(first: bytes):
    with pytest.raises(InvalidBoard):
        records_of(first)


@pytest.mark.parametrize(
    "body",
    [
        b'{"version":1,"timestamp":1700000000}',
        b'{"version":1,"timestamp":"01700000000"}',
        b'{"timestamp":"1700000000","version":1}',
        b'{"version":1, "timestamp":"1700000000"}',
        b"\xff",
    ],
)
def test_the_header_has_one_spelling(body: bytes):
    with pytest.raises(Malformed):
        records_of(header_with(body))


class Unread(io.BytesIO):
    """A stream that tells how much was asked of it at once."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.most = max(self.most, size or 0)
        return super().read(size)


def claims(name: str, size: int) -> bytes:
    """The header of a record that says it is so long."""
    return board.tar_header(name, size, NOW)


@pytest.mark.parametrize(
    ("records", "name", "size"),
    [
        pytest.param(0, "BELENIOS", LONGEST_SET_UP + 1, id="a header"),
        pytest.param(6, f"{NOTHING}.data.json", LONGEST_DATA + 1, id="a ballot"),
        pytest.param(6, f"{NOTHING}.event.json", LONGEST_EVENT + 1, id="an event"),
        pytest.param(6, f"{NOTHING}.data.json", 8**11 - 1, id="eight gigabytes"),
    ],
)
def test_an_enormous_record_is_refused_before_it_is_read(
    archive: bytes, records: int, name: str, size: int
):
    before = b"".join(
        board.tar_record(record.name, record.body, NOW)
        for record in records_of(archive)[:records]
    )
    stream = Unread(before + claims(name, size))

    with pytest.raises(InvalidBoard, match="longer than any"):
        list(read_records(stream))
    assert stream.most < LONGEST_EVENT


def test_many_records_before_an_event_have_the_room_of_one(archive: bytes):
    half = board.tar_record(f"{NOTHING}.data.json", bytes(LONGEST_DATA // 2 + 1), NOW)

    assert records_of(archive + half)
    with pytest.raises(InvalidBoard, match="longer than any"):
        records_of(archive + half + half)


def test_a_record_is_looked_up_by_its_hash_among_those_before(archive: bytes):
    records = records_of(archive)
    last = records[-1].name.partition(".")[0]
    sealed = len(board.tar_record(records[-1].name, records[-1].body, NOW))
    before, everything = len(archive) - sealed, len(archive)

    assert has_record(io.BytesIO(archive), last, end=everything)
    assert not has_record(io.BytesIO(archive), last, end=before)
    assert not has_record(io.BytesIO(archive), NOTHING, end=everything)


def test_a_record_is_named_by_its_hash():
    body = b"body"
    digest = hashlib.sha256(body).hexdigest()

    assert check_name(board.Record(f"{digest}.event.json", body))
    assert not check_name(board.Record(f"{digest}.data.json", body))
    for name in (f"{digest}.json", digest, f"{NOTHING}.data.json", "BELENIOS", ""):
        with pytest.raises(InvalidBoard):
            check_name(board.Record(name, body))
