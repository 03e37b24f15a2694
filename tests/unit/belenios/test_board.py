from __future__ import annotations

import hashlib
import io

import pytest

from belenios import board
from belenios.archive import read_records
from belenios.errors import InvalidBoard, Malformed
from tests.unit.belenios.elections import NOW

NOTHING = "0" * 64


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
    assert tuple(read_records(io.BytesIO(archive))) == entry.records
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
