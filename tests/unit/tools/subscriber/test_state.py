"""A subscriber's memory: every event once, each line in order, nothing half kept."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.public_log import an_event, received
from tools.subscriber.received import Batch, Gap, Line, Received, Unreadable
from tools.subscriber.state import State

LINE = Line(("KZ-111000000", "voting"))


def a_state(path: Path | None = None, *, from_the_first: bool = True) -> State:
    state = State(path)
    state.begin(from_the_first=from_the_first)
    return state


def take(state: State, *sequences: int) -> None:
    state.take(Batch(events=[received(each) for each in sequences]))


def kept(state: State) -> list[int]:
    found: list[int] = []
    while rows := state.unshown():
        found += [envelope["sequence"] for _, envelope in rows]
        state.note_shown(rows[-1][0])
    return found


def test_an_event_that_comes_again_is_kept_once():
    state = a_state()

    take(state, 1, 2, 1, 2)

    assert kept(state) == [1, 2]
    assert state.counts.repeated == 2


def test_what_comes_too_early_waits_for_what_is_missing():
    state = a_state()

    take(state, 1, 4, 3)
    assert kept(state) == [1]
    assert state.gaps() == [Gap(line=LINE, first=2, last=2)]

    take(state, 2)
    assert kept(state) == [2, 3, 4]
    assert state.gaps() == []


def test_a_gap_in_one_line_does_not_hold_up_another():
    state = a_state()

    state.take(Batch(events=[received(2), received(1, territory="KZ-AKM")]))

    assert state.heads() == {Line(("KZ-AKM", "voting")): 1}


def test_from_the_first_event_on_every_line_begins_with_one():
    state = a_state()

    take(state, 3)

    assert state.gaps() == [Gap(line=LINE, first=1, last=2)]


def test_begun_in_the_middle_a_line_begins_where_it_is_met():
    state = a_state(from_the_first=False)

    take(state, 7, 8, 10)

    assert kept(state) == [7, 8]
    assert state.gaps() == [Gap(line=LINE, first=9, last=9)]


def test_how_reading_began_is_remembered(tmp_path: Path):
    a_state(tmp_path / "s.db", from_the_first=False).close()

    state = a_state(tmp_path / "s.db", from_the_first=True)
    take(state, 7)

    assert state.gaps() == []


def test_what_cannot_be_had_is_noted_and_passed_over():
    state = a_state()
    take(state, 1, 4, 5)

    state.give_up(state.gaps())

    assert kept(state) == [1, 4, 5]
    assert state.counts.lost == 2
    assert state.heads() == {LINE: 5}


def test_what_was_given_up_comes_too_late_to_stand_in_line():
    state = a_state()
    take(state, 1, 3)
    state.give_up(state.gaps())

    take(state, 2)

    assert kept(state) == [1, 3]
    assert state.counts.late == 1
    assert state.losses() == [Gap(line=LINE, first=2, last=2)]


def test_what_lies_before_the_beginning_is_left_out():
    state = a_state(from_the_first=False)

    take(state, 7, 6, 8)

    assert kept(state) == [7, 8]
    assert state.counts.late == 1


def test_every_gap_of_a_line_is_known():
    state = a_state()

    take(state, 1, 3, 6, 7)

    assert [str(gap) for gap in state.gaps()] == [f"{LINE} 2", f"{LINE} 4-5"]


def test_several_gaps_are_given_up_in_order():
    state = a_state()
    take(state, 1, 3, 6, 7)

    state.give_up(state.gaps())

    assert kept(state) == [1, 3, 6, 7]
    assert state.counts.lost == 3


def test_another_event_under_a_known_number_is_not_taken_for_the_same():
    state = a_state()
    take(state, 1)

    other = Received.from_envelope(an_event(1, id="another"))
    state.take(Batch(events=[other]))

    assert state.counts.contradicting == 1
    assert kept(state) == [1]


def test_events_and_marks_are_kept_together_or_not_at_all(tmp_path: Path):
    state = a_state(tmp_path / "s.db")
    take(state, 1)
    poison = Received(id="x", line=LINE, sequence=3, envelope={"no": object()})

    with pytest.raises(TypeError):
        state.take(Batch(events=[received(2), poison], marks={"stream": "9"}))
    state.close()

    again = a_state(tmp_path / "s.db")
    assert again.heads() == {LINE: 1}
    assert again.places() == []


def test_a_killed_reader_leaves_nothing_half_written(tmp_path: Path):
    state = a_state(tmp_path / "s.db")
    state._db.execute("BEGIN IMMEDIATE")
    state._take(received(1))
    copy = tmp_path / "as the crash left it.db"
    for file in tmp_path.glob("s.db*"):
        (tmp_path / file.name.replace("s.db", copy.name)).write_bytes(file.read_bytes())

    assert a_state(copy).heads() == {}


def test_two_readers_of_one_file_keep_each_event_once(tmp_path: Path):
    one, other = a_state(tmp_path / "s.db"), a_state(tmp_path / "s.db")

    take(one, 1, 2)
    take(other, 1, 2, 3)

    rows = sqlite3.connect(tmp_path / "s.db").execute("SELECT sequence FROM events")
    assert sorted(rows) == [(1,), (2,), (3,)]


@settings(max_examples=60)
@given(st.permutations(range(1, 9)), st.lists(st.integers(1, 8)), st.integers(1, 8))
def test_whatever_the_order_and_the_repetitions_each_is_applied_once_in_line(
    order: list[int], again: list[int], size: int
):
    state = a_state()
    arriving = [*order, *again]

    for start in range(0, len(arriving), size):
        take(state, *arriving[start : start + size])

    assert kept(state) == list(range(1, 9))
    assert state.counts.applied == 8
    assert state.counts.repeated == len(again)


@pytest.mark.parametrize(
    "spoilt",
    [
        b"\xff",
        "no json",
        "[]",
        "null",
        '{"id": "1"}',
        '{"id": "1", "type": "a.b.v1", "subject": "X", "sequence": "many"}',
        '{"id": "1", "type": "a.b.v1", "subject": "X", "sequence": null}',
    ],
)
def test_what_is_no_event_is_said_to_be_none(spoilt: str | bytes):
    with pytest.raises(Unreadable):
        Received.from_json(spoilt)
