"""Following a source: it may lose things, repeat things and go away."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import pytest

from tests.support.public_log import an_event, received
from tools.subscriber import following
from tools.subscriber.broker import FIRST, LAST
from tools.subscriber.following import Follower
from tools.subscriber.received import Batch, Gap, Received, SourceLost
from tools.subscriber.rereading import StreamRereading
from tools.subscriber.state import State

STREAM = "region.KZ-AKM.log"


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

    def _read_again(
        self, gaps: list[Gap], marks: Mapping[str, str]
    ) -> Iterator[Received]:
        self.asked.append(gaps)
        there = [received(each) for each in self._elsewhere]
        return (event for event in there if any(gap.holds(event) for gap in gaps))


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


def test_two_gaps_of_one_line_are_both_looked_for():
    reader = Reader(Scripted([a_batch(1, 3, 5), END]), 2, 4)

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 2, 3, 4, 5]
    assert reader.state.losses() == []


def rereading_of(first: Scripted, last: Scripted) -> StreamRereading:
    """A re-reading of one stream, from its first event and from its last ones."""
    return StreamRereading(["KZ-AKM"], {FIRST: first, LAST: last}.__getitem__)


def at(offset: int, *sequences: int) -> Batch:
    """A batch of the stream that ends before this offset."""
    return a_batch(*sequences, marks={STREAM: str(offset)})


def a_reader_behind_a_gap(first: Scripted, last: Scripted) -> Reader:
    reader = Reader(Scripted([at(3, 1, 3), END]))
    reader.follower.rereading = rereading_of(first, last)
    return reader


def test_a_stream_that_falls_silent_too_soon_has_not_said_that_there_is_nothing():
    silent, whole = [at(1, 1), END], [at(2, 1, 2), at(3, 3), END]
    reader = a_reader_behind_a_gap(
        first=Scripted(silent, whole), last=Scripted([at(3, 3)], [at(3, 3)])
    )

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 2, 3]
    assert reader.state.counts.lost == 0


def test_what_a_stream_has_forgotten_is_told_and_passed_over():
    further_on = at(9, 6, 7)
    reader = a_reader_behind_a_gap(
        first=Scripted([further_on]), last=Scripted([at(9, 7)])
    )

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 3]
    assert [str(gap) for gap in reader.state.losses()] == ["KZ-111000000/voting 2"]


def test_a_stream_that_grows_all_the_time_is_read_to_where_it_ended():
    growing = [at(2, 1), *(at(n, n) for n in range(3, 99))]
    reader = a_reader_behind_a_gap(
        first=Scripted(growing), last=Scripted([at(n, n) for n in range(4, 99)])
    )

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 3]


@pytest.mark.parametrize(
    ("first", "last"),
    [([END], [END]), ([at(2, 1), END], [at(2, 1), END])],
    ids=["silent", "made anew and still shorter"],
)
def test_what_nobody_could_say_is_waited_for(first: list[Batch], last: list[Batch]):
    reader = a_reader_behind_a_gap(
        first=Scripted(*[first] * 9), last=Scripted(*[last] * 9)
    )

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1]
    assert [str(gap) for gap in reader.state.gaps()] == ["KZ-111000000/voting 2"]
    assert reader.state.losses() == []


def test_what_was_found_before_a_search_failed_is_kept():
    broken = [at(2, 1, 2), SourceLost("The broker is lost.")]
    reader = Reader(Scripted([at(5, 1, 3, 5), END]))
    reader.follower.rereading = rereading_of(
        Scripted(*[broken] * 9), Scripted(*[[at(5, 5), END]] * 9)
    )

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 2, 3]
    assert [str(gap) for gap in reader.state.gaps()] == ["KZ-111000000/voting 4"]


def test_a_search_that_fails_does_not_hold_up_the_reading():
    reader = Reader(Scripted([a_batch(1, 3), *[Batch()] * 5, a_batch(2), END]))
    reader.follower.patience = 0.0
    reader.follower.rereading = rereading_of(Scripted(*[[]] * 9), Scripted([END]))

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 2, 3]
    assert sum("is waited for" in words for words in reader.told) == 1


def forgetful(*sequences: int) -> Scripted:
    """A stream that does not have its first events any more."""
    return Scripted([a_batch(*sequences, forgotten=frozenset({STREAM})), END])


def test_what_a_stream_has_forgotten_is_read_from_the_feed():
    another_line = [received(each, territory="KZ-AKM") for each in (1, 2)]
    reader = Reader(forgetful(3, 4))
    feed = Scripted([a_batch(1, 2, 3), Batch(events=another_line), END])
    reader.follower.feeds = [feed]

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 2, 3, 4, 1, 2]
    assert reader.state.forgotten() == []
    assert reader.state.losses() == []


def test_a_feed_that_stays_away_leaves_it_open_what_was_forgotten():
    reader = Reader(forgetful(1, 2))
    reader.follower.feeds = [Scripted(*[[SourceLost("The feed is away.")]] * 9)]

    reader.follower.follow(until_idle=True)

    assert reader.shown == [1, 2]
    assert reader.state.forgotten() == [STREAM]


def test_another_event_under_a_known_number_is_told_at_once():
    other = Received.from_envelope(an_event(1, id="another"))
    reader = Reader(Scripted([a_batch(1), Batch(events=[other]), END]))

    reader.follower.follow(until_idle=True)

    assert "older backup" in reader.told[0]


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
