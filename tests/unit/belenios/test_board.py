from __future__ import annotations

import hashlib
import io

import pytest

from belenios import board
from belenios.errors import InvalidBoard, Malformed
from tests.unit.belenios.elections import NOW, Primary

NOTHING = "0" * 64


def records_of(archive: bytes) -> list[board.Record]:
    return list(board.read_records(io.BytesIO(archive)))


def test_an_archive_begins_as_belenios_tool_begins_it():
    header = board.archive_header(NOW)

    assert len(header) == 1024
    assert header[148:156] == b"005713\0 "
    assert hashlib.sha256(header).hexdigest() == (
        "4a151037be06b90d6a2a4ebd4351c60ad8cd1a5c640b67b17fb469a2a8faa263"
    )


def test_an_event_hashes_as_the_specification_says():
    text = f'{{"height":0,"type":"Setup","payload":"{NOTHING}"}}'

    event = board.Event.parse(text)

    assert event.type is board.EventType.SETUP
    assert (event.height, event.parent, event.payload) == (0, None, NOTHING)
    assert hashlib.sha256(text.encode()).hexdigest() == (
        "64b07ecd0b887bd8b3173901e0dcc6ed75c12f87bae28b27a87e7a79f3d4994c"
    )


def test_entries_form_a_chain():
    first = board.open_board(NOW, "{}", "[]", '["a"]')
    second = board.ballot_records(first.hash, 1, "ballot")
    third = board.end_ballots(second.hash, 2)

    assert [entry.height for entry in (first, second, third)] == [0, 1, 2]
    assert board.Event.parse(second.event.decode()).parent == first.hash
    assert third.event == (
        f'{{"parent":"{second.hash}","height":2,"type":"EndBallots"}}'.encode()
    )
    assert [record.name.split(".", 1)[-1] for record in first.records] == [
        "BELENIOS",
        *["data.json"] * 4,
        "event.json",
    ]
    assert [record.body for record in second.records] == [b"ballot", second.event]


def test_an_archive_is_its_records_in_order():
    entry = board.open_board(NOW, "{}", "[]", "Ә")

    archive = entry.to_archive(NOW)

    assert archive.startswith(board.archive_header(NOW))
    assert len(archive) % 512 == 0
    assert tuple(records_of(archive)) == entry.records
    assert (
        b"".join(
            board.tar_record(record.name, record.body, NOW) for record in entry.records
        )
        == archive
    )


def test_a_body_of_whole_blocks_has_no_padding():
    record = board.tar_record("name", bytes(512), NOW)

    assert len(record) == 1024


@pytest.mark.parametrize("timestamp", [-1, 8**11])
def test_a_date_that_tar_cannot_write_is_refused(timestamp: int):
    with pytest.raises(InvalidBoard, match="timestamp"):
        board.archive_header(timestamp)


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


def test_an_enormous_record_is_refused_before_it_is_read():
    huge = board._tar_header("BELENIOS", board.LONGEST_BODY + 1, NOW)

    with pytest.raises(InvalidBoard, match="64 MiB"):
        records_of(huge)


@pytest.mark.parametrize(
    "text",
    [
        '{"height":0,"parent":"a","type":"Setup"}',
        '{"height":"0","type":"Setup"}',
        '{"height":0}',
        '{"height":0,"type":"Setup","payload":1}',
        '{"height":0,"type":"Setup","payload":null}',
        '{"height":0,"type":"Setup","note":""}',
    ],
)
def test_an_event_of_another_form_is_refused(text: str):
    with pytest.raises(Malformed):
        board.Event.parse(text)


@pytest.mark.parametrize("kind", ["Shuffle", "EndShuffles", "setup", ""])
def test_an_event_of_an_unknown_type_is_refused(kind: str):
    with pytest.raises(InvalidBoard):
        board.Event.parse(f'{{"height":0,"type":"{kind}"}}')


def test_a_record_is_named_by_its_hash():
    body = b"body"
    digest = hashlib.sha256(body).hexdigest()

    assert board.check_name(board.Record(f"{digest}.event.json", body))
    assert not board.check_name(board.Record(f"{digest}.data.json", body))
    for name in (f"{digest}.json", digest, f"{NOTHING}.data.json", "BELENIOS", ""):
        with pytest.raises(InvalidBoard):
            board.check_name(board.Record(name, body))
