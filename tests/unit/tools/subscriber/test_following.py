"""Following a source: it may lose things, repeat things and go away."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import pytest

from tests.support.public_log import an_event, received
from tools.subscriber import following
from tools.subscriber.broker import StreamRereading
from tools.subscriber.following import Follower
from tools.subscriber.received import Batch, Gap, Received, SourceLost
from tools.subscriber.state import State


class Scripted:
    """A source that gives what it was told to, run by run."""

    is_complete = True

    def __init__(self, *runs: list[Batch | Exception]) -> None:
        self._runs = list(runs)
        self.begun_at: list[Mapping[str, str]] = []

    def batches(self, marks: Mapping[str, str]) -> Generator[Batch, None, None]:
        self.begun_at.append(marks)
        for step in self._runs.pop(0) if self._runs else []:
            if isinstance(step, Exception):
                raise step
            yield step


END = Batch(is_last=True)


def a_batch(*sequences: int, **more: Any) -> Batch:
    return Batch(events=[received(each) for each in sequences], **more)


class Reader:
    def __init__(self, source: Scripted, *elsewhere: int) -> None:
        self.shown: list[int] = []
        self.told: list[str] = []
        self.state = State()
        self.asked: list[list[Gap]] = []
        self._elsewhere = elsewhere
        self.follower = Follower(
            state=self.state,
            source=source,
            rereading=self._read_again,
            show=lambda event: self.shown.append(event["sequence"]),
            tell=self.told.append,
        )

    def _read_again(self, gaps: list[Gap]) -> Iterator[Received]:
        self.asked.append(gaps)
        return map(received, self._elsewhere)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_PAUSES", (0.0, 0.0, 0.0))


def test_what_is_missing_is_read_again_and_comes_in_its_place():
    reader = Reader(Scripted([a_batch(1, 4), END]), 2, 3)

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 2, 3, 4]
    assert "KZ-111000000/voting 2-3" in reader.told[0]
    assert reader.state.counts.read_again == 2


def test_what_is_nowhere_to_be_had_is_told_and_passed_over():
    reader = Reader(Scripted([a_batch(1, 3), END]))

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 3]
    assert "gone on without: KZ-111000000/voting 2." in reader.told[-1]


def test_a_stream_that_falls_silent_too_soon_has_not_said_that_there_is_nothing():
    silent, whole = [a_batch(1), END], [a_batch(1, 2), a_batch(3), END]
    rereading = StreamRereading(Scripted(silent, whole))
    reader = Reader(Scripted([a_batch(1, 3), END], [END]))
    reader.follower.rereading = rereading

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 2, 3]
    assert reader.state.counts.lost == 0


def test_what_is_only_late_is_waited_for():
    reader = Reader(Scripted([a_batch(1, 3), Batch(), a_batch(2), END]))

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 2, 3]
    assert reader.asked == []


def test_patience_ends_while_other_lines_go_on():
    reader = Reader(Scripted([a_batch(1, 3), a_batch(4), END]), 2)
    reader.follower.patience = 0.0

    reader.follower.follow(until_idle=True)

    assert [str(gap) for gap in reader.asked[0]] == ["KZ-111000000/voting 2"]
    assert reader.shown == [1, 2, 3, 4]


def test_a_lost_source_is_come_back_to_at_the_mark_reached():
    lost = SourceLost("The broker is lost.")
    source = Scripted(
        [a_batch(1, marks={"stream": "1"}), lost], [lost], [a_batch(2), END]
    )
    reader = Reader(source)

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 2]
    assert [marks.get("stream") for marks in source.begun_at] == [None, "1", "1"]
    assert sum("Again in" in line for line in reader.told) == 2


def test_a_source_that_stays_away_ends_a_run_that_should_end():
    source = Scripted(*[[SourceLost("gone")]] * 9)

    with pytest.raises(SourceLost):
        Reader(source).follower.follow(until_idle=True)
    assert len(source.begun_at) == 4


def test_the_source_forgets_only_what_is_kept():
    steps: list[str] = []
    batch = Batch(events=[received(1)], settle=lambda: steps.append(str(heads())))
    reader = Reader(Scripted([batch, END]))

    def heads() -> dict:
        return {str(line): last for line, last in reader.state.heads().items()}

    reader.follower.follow(until_idle=True)

    assert steps == ["{'KZ-111000000/voting': 1}"]


def test_what_was_kept_but_not_printed_is_printed_by_the_next_run():
    reader = Reader(Scripted([END]))
    reader.state.begin(from_the_first=True)
    reader.state.take(a_batch(1, 2))  # and here the process was killed

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 2]


def test_an_event_is_shown_as_it_came():
    reader = Reader(Scripted([a_batch(1), END]))
    lines: list[str] = []
    reader.follower.show = lambda event: lines.append(json.dumps(event))

    reader.follower.follow(until_idle=True)

    assert json.loads(lines[0]) == an_event(1)
